"""What letters and texts say, in the language of their reader.

Texts are written without marks: so two segments hold 306 characters instead of 134.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue.models import ClassSession, SessionStatus
from app.core import clock, config
from app.core.formats import clock_time, long_date
from app.core.i18n import Bilingual, current_language, gettext
from app.core.web import absolute
from app.enrolment.models import Enrolment

LONGEST_SMS = 306
"""Two joined segments of the plain GSM alphabet."""
SHORTEST_TITLE = 20
_PLAIN = str.maketrans("đĐ–—“”‘’", "dD--\"\"''")


@dataclass(frozen=True, slots=True)
class Words:
    """The same news as a subject, a letter and a text."""

    subject: str
    letter: str
    sms: str


def place_taken(place: Enrolment, line: int) -> Words:
    """A seat, or a place in the queue with its number."""
    values = _values(place) | {"line": line, "when": _begins(place)}
    if line:
        subject = gettext("You are on the waiting list for %(course)s", **values)
        news = gettext("You are number %(line)s in line for %(course)s.", **values)
    elif place.seated_at and place.seated_at > place.joined_at:
        subject = gettext("A seat is yours in %(course)s", **values)
        news = gettext("A seat is yours in %(course)s, from %(when)s.", **values)
    else:
        subject = gettext("You have a place in %(course)s", **values)
        news = gettext("You have a place in %(course)s, from %(when)s.", **values)
    way = gettext("Code %(code)s. See it or give it up: %(url)s", **values)
    return _words(place, subject, f"{news} {way}")


def place_given_up(place: Enrolment) -> Words:
    values = _values(place)
    subject = gettext("Your place in %(course)s is given up", **values)
    news = gettext("Your place in %(course)s (code %(code)s) is given up.", **values)
    return _words(place, subject, news)


def session_cancelled(place: Enrolment, session: ClassSession) -> Words:
    values = _values(place) | {"when": _moment(session)}
    subject = gettext("No class at %(when)s: %(course)s", **values)
    news = gettext("%(course)s: no class at %(when)s.", **values)
    coming = _next_session(place)
    if coming:
        way = gettext("The next one is at %(when)s.", when=_moment(coming))
    else:
        way = gettext("There is no other session to come.")
    return _words(place, subject, f"{news} {way}")


def run_cancelled(place: Enrolment) -> Words:
    values = _values(place) | {"url": absolute(f"/{current_language()}/courses")}
    subject = gettext("Cancelled: %(course)s", **values)
    news = gettext("%(course)s is cancelled: no further session takes place.", **values)
    way = gettext("You need not do anything. Other courses: %(url)s", **values)
    return _words(place, subject, f"{news} {way}")


def codes(places: Sequence[Enrolment]) -> Words:
    """All codes of one person in one text; the nearest class first, as many as fit."""
    listed = "; ".join(f"{place.code} {place.run.course.title}" for place in places)
    subject = gettext("Your codes")
    way = gettext("Open a place with its code and your phone number: %(url)s", url=_find_url())
    news = gettext("Your codes: %(codes)s.", codes=listed)
    short = gettext("Your codes: %(codes)s.", codes=" ".join(place.code for place in places))
    sms = _sms(f"{news} {way}")
    if len(sms) > LONGEST_SMS:
        sms = _sms(f"{short} {way}")
    return Words(subject, _letter(f"{news} {way}"), sms)


def words(subject: str, news: str) -> Words:
    """The same news by letter and by text."""
    return Words(subject, _letter(news), _sms(news))


def plain(text: str) -> str:
    """Without marks and in ASCII, as phones of every age show it."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return decomposed.encode("ascii", "ignore").decode()


def _words(place: Enrolment, subject: str, news: str) -> Words:
    """The title of the course is cut where the text would become too long."""
    title = place.run.course.title.text()
    sms = _sms(news)
    excess = len(sms) - LONGEST_SMS
    if excess > 0:
        kept = max(SHORTEST_TITLE, len(title) - excess - len("..."))
        sms = _sms(news.replace(title, title[:kept].rstrip() + "..."))
    return Words(subject, _letter(news), sms)


def _sms(news: str) -> str:
    return plain(f"{_site()}: {news}")


def _letter(news: str) -> str:
    hotline = gettext("Questions? Call %(number)s.", number=config.current().hotline)
    return f"{news}\n\n{hotline}\n{_site()}\n"


def _site() -> str:
    settings = config.current()
    return Bilingual(settings.site_name_vi, settings.site_name_en).text()


def _values(place: Enrolment) -> dict[str, str]:
    url = absolute(f"/{current_language()}/places/{place.code}")
    return {"course": place.run.course.title.text(), "code": place.code, "url": url}


def _find_url() -> str:
    return absolute(f"/{current_language()}/my-place")


def _begins(place: Enrolment) -> str:
    """The next session with its hour, or the first day of a run without sessions."""
    first = _next_session(place)
    return _moment(first) if first else long_date(place.run.starts_on)


def _next_session(place: Enrolment) -> ClassSession | None:
    held = (each for each in place.run.sessions if each.status is SessionStatus.PLANNED)
    return next((each for each in held if each.ends_at > clock.now()), None)


def _moment(session: ClassSession) -> str:
    return f"{clock_time(session.starts_at)} {long_date(session.starts_at)}"
