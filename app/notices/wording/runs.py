"""What people hear of a class: it is cancelled, moved, goes ahead, or has a seat again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.formats import clock_time, long_date
from app.core.i18n import Bilingual, gettext
from app.notices.wording.base import About, Words, address, moment, tell

_SHORT = 160
"""A longer body stays out of texts, which then carry its subject."""


class Change(StrEnum):
    """What a move changed most: the day or hours, else the place."""

    TIMES = "times"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Held:
    """When and where a session is or was to be."""

    starts_at: datetime
    ends_at: datetime
    venue: Bilingual | None = None
    address: str = ""

    @property
    def when(self) -> str:
        hours = f"{clock_time(self.starts_at)}-{clock_time(self.ends_at)}"
        return f"{hours} {long_date(self.starts_at)}"

    @property
    def place(self) -> str:
        """Named; without a venue it is online."""
        return self.venue.text() if self.venue else gettext("online")

    @property
    def full_place(self) -> str:
        return f"{self.place}, {self.address}" if self.address else self.place


@dataclass(frozen=True, slots=True)
class Moved:
    """One session before and after a change."""

    was: Held
    now: Held


def session_cancelled(about: About, when: datetime) -> Words:
    subject = gettext("No class at %(when)s: %(course)s", when=moment(when), course=about.course)
    news = gettext("%(course)s: no class at %(when)s.", when=moment(when), course=about.course)
    if about.first:
        way = gettext("The next one is at %(when)s.", when=moment(about.first))
    else:
        way = gettext("There is no other session to come.")
    return tell(about, subject, news, way)


def run_cancelled(about: About) -> Words:
    subject = gettext("Cancelled: %(course)s", course=about.course)
    news = gettext("%(course)s is cancelled: no further session takes place.", course=about.course)
    way = gettext("You need not do anything. Other courses: %(url)s", url=address("courses"))
    return tell(about, subject, news, way)


def sessions_moved(about: About, change: Change, moves: Sequence[Moved]) -> Words:
    """One letter for one change, however many sessions it moves; the old and the new in words."""
    return _other_place(about, moves) if change is Change.PLACE else _other_times(about, moves)


def place_changed(about: About, now: Held) -> Words:
    """Of a class without sessions."""
    news = gettext(
        "%(course)s is held at another place now: %(place)s.",
        course=about.course, place=now.full_place,
    )  # fmt: skip
    return tell(about, _new_place(about), news, soft=[now.full_place])


def goes_ahead(about: About) -> Words:
    subject = gettext("The class takes place: %(course)s", course=about.course)
    news = gettext(
        "%(course)s takes place as planned, from %(when)s.",
        course=about.course, when=about.begins,
    )  # fmt: skip
    way = gettext("See your place: %(url)s", url=about.url)
    return tell(about, subject, news, way)


def from_provider(provider: Bilingual, subject: str, body: str, about: About) -> Words:
    """What a provider writes itself, in its own words, whatever the reader's language."""
    news = f"{subject}. {body}" if len(body) < _SHORT else f"{subject}."
    head = gettext("%(course)s, %(provider)s:", course=about.course, provider=provider.text())
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    letter = tell(about, f"{subject} – {about.course}", head, *lines)
    text = tell(about, subject, head, news, soft=[news])
    return Words(letter.subject, letter.letter, text.sms)


def seat_free(about: About) -> Words:
    """To whoever asked to be told, once."""
    subject = gettext("A seat is free: %(course)s", course=about.course)
    news = gettext("A seat is free in %(course)s. Anybody can take it.", course=about.course)
    way = gettext("Enrol: %(url)s", url=about.course_url)
    once = gettext("You asked us to tell you; we do so once.")
    return tell(about, subject, news, way, once)


@dataclass(frozen=True, slots=True)
class ClassTomorrow:
    """One session of the day that a reminder names; `name` where the reader is somebody else."""

    title: Bilingual
    held: Held
    name: str = ""


def reminder(day: date, classes: Sequence[ClassTomorrow], stop_url: str) -> Words:
    """Every class of one day in one letter, with the way to hear no more of it."""
    when, first = long_date(day), classes[0]
    about = About(title=first.title, starts_on=day)
    subject = gettext("Your classes tomorrow, %(day)s", day=when)
    opening = gettext("Your classes tomorrow, %(day)s:", day=when)
    lines = "\n".join(f"- {_hour_and_place(each, full=True)}" for each in classes)
    stop = gettext("No more reminders: %(url)s", url=stop_url)
    letter = tell(about, subject, opening, lines, more=[_cannot(), stop]).letter
    short = _hour_and_place(first, full=False)
    rest = gettext("and %(count)s more", count=len(classes) - 1) if classes[1:] else ""
    soft = [first.held.place, first.title.text(), first.name]
    sms = tell(about, subject, opening, f"{short} {rest}".strip() + ".", stop, soft=soft).sms
    return Words(tell(about, subject, opening).subject, letter, sms)


def _hour_and_place(each: ClassTomorrow, *, full: bool) -> str:
    place = each.held.full_place if full else each.held.place
    hour = f"{clock_time(each.held.starts_at)} {each.title.text()}"
    return f"{each.name}: {hour}, {place}" if each.name else f"{hour}, {place}"


def _other_times(about: About, moves: Sequence[Moved]) -> Words:
    first = moves[0]
    values = {"course": about.course, "was": first.was.when, "now": first.now.when}
    subject = gettext("New hours: %(course)s", course=about.course)
    if len(moves) == 1:
        news = gettext("%(course)s: the class of %(was)s is moved to %(now)s.", **values)
    else:
        news = gettext(
            "%(count)s classes of %(course)s are moved. The class of %(was)s is now %(now)s.",
            count=len(moves), **values,
        )  # fmt: skip
    elsewhere = first.was.place != first.now.place
    place = gettext("It meets here: %(place)s.", place=first.now.full_place) if elsewhere else ""
    way = gettext("See all hours: %(url)s", url=about.url)
    listed = "\n".join(f"- {each.was.when} → {each.now.when}" for each in moves[1:])
    return tell(about, subject, news, place, way, more=[listed], soft=[first.now.full_place])


def _other_place(about: About, moves: Sequence[Moved]) -> Words:
    first = moves[0]
    values = {"course": about.course, "when": moment(first.now.starts_at),
              "place": first.now.full_place, "was": first.was.place}  # fmt: skip
    if len(moves) == 1:
        news = gettext(
            "%(course)s at %(when)s is held at another place: %(place)s, not %(was)s.", **values
        )
    else:
        news = gettext(
            "%(course)s is held at another place from %(when)s: %(place)s, not %(was)s.", **values
        )
    listed = "\n".join(f"- {each.now.when}: {each.now.full_place}" for each in moves[1:])
    way = gettext("See your place: %(url)s", url=about.url)
    soft = [first.was.place, first.now.full_place]
    return tell(about, _new_place(about), news, way, more=[listed], soft=soft)


def _new_place(about: About) -> str:
    return gettext("Another place: %(course)s", course=about.course)


def _cannot() -> str:
    return gettext("If you cannot come, tell the centre, so that the teacher need not wait.")
