"""What people hear of their own place, from the first answer to the result."""

from collections.abc import Sequence

from app.core import clock
from app.core.formats import clock_time, long_date
from app.core.i18n import gettext
from app.core.vi import clean
from app.notices.wording.base import (
    LONGEST_SMS,
    About,
    Words,
    address,
    compose,
    fitted,
    tell,
)


def enrolled(about: About) -> Words:
    subject = gettext("You have a place in %(course)s", course=about.course)
    news = gettext(
        "You have a place in %(course)s, from %(when)s.", course=about.course, when=about.begins
    )
    return tell(about, subject, news, _see_it(about), more=[_cannot_come()])


def waiting(about: About) -> Words:
    """With the number in the queue, and what happens next."""
    values = {"course": about.course, "line": about.line}
    subject = gettext("You are on the waiting list for %(course)s", course=about.course)
    news = gettext("You are number %(line)s in line for %(course)s.", **values)
    later = gettext("When it is your turn, we ask you whether you want the seat.")
    return tell(about, subject, news, later, _see_it(about))


def pending(about: About) -> Words:
    """The provider answers first; the seat is kept meanwhile."""
    subject = gettext("We have your application for %(course)s", course=about.course)
    news = gettext(
        "We have your application for %(course)s. The provider answers first; "
        "your seat is kept until then.",
        course=about.course,
    )
    return tell(about, subject, news, _see_it(about))


def approved(about: About) -> Words:
    subject = gettext("Your application is accepted: %(course)s", course=about.course)
    news = gettext(
        "The provider said yes: you have a place in %(course)s, from %(when)s.",
        course=about.course, when=about.begins,
    )  # fmt: skip
    return tell(about, subject, news, _see_it(about), more=[_cannot_come()])


def refused(about: About) -> Words:
    subject = gettext("Your application is not accepted: %(course)s", course=about.course)
    news = gettext("The provider did not accept you for %(course)s.", course=about.course)
    return tell(about, subject, news, _reason(about), _others())


def seated(about: About) -> Words:
    """After an offer, or because staff let whoever was next in."""
    subject = gettext("A seat is yours in %(course)s", course=about.course)
    news = gettext(
        "A seat is yours in %(course)s, from %(when)s.", course=about.course, when=about.begins
    )
    return tell(about, subject, news, _see_it(about), more=[_cannot_come()])


def offered(about: About) -> Words:
    """Until when, and what happens otherwise."""
    until = about.until or clock.now()
    subject = gettext("A seat is free for you: %(course)s", course=about.course)
    news = gettext("A seat is free for you in %(course)s.", course=about.course)
    way = gettext(
        "Say yes until %(hour)s on %(day)s: %(url)s",
        hour=clock_time(until), day=long_date(until), url=about.url,
    )  # fmt: skip
    other = gettext("Otherwise it goes to the next person.")
    number = gettext("Your code is %(code)s.", code=about.code)
    begins = gettext("The class meets from %(when)s.", when=about.begins)
    return tell(about, subject, news, way, other, more=[begins, number])


def lapsed(about: About) -> Words:
    subject = gettext("The seat went to somebody else: %(course)s", course=about.course)
    news = gettext(
        "We had no answer in time: the seat in %(course)s went to somebody else.",
        course=about.course,
    )
    way = gettext("You are no longer in line. You can join again: %(url)s", url=about.course_url)
    return tell(about, subject, news, way)


def declined(about: About) -> Words:
    subject = gettext("You did not take the seat: %(course)s", course=about.course)
    news = gettext(
        "You did not take the seat in %(course)s. You are no longer in line.", course=about.course
    )
    way = gettext("You can join again: %(url)s", url=about.course_url)
    return tell(about, subject, news, way)


def given_up(about: About) -> Words:
    values = {"course": about.course, "code": about.code}
    subject = gettext("Your place in %(course)s is given up", course=about.course)
    news = gettext("Your place in %(course)s (code %(code)s) is given up.", **values)
    return tell(about, subject, news, _reason(about), more=[_others()])


def ended(about: About) -> Words:
    """By the provider; the run itself goes on."""
    subject = gettext("Your place has ended: %(course)s", course=about.course)
    news = gettext("The provider has ended your place in %(course)s.", course=about.course)
    return tell(about, subject, news, _reason(about), _others())


def moved(about: About, *, asks: bool = False) -> Words:
    """To another run of the same course; the code is a new one."""
    subject = gettext("You have moved to another class: %(course)s", course=about.course)
    news = gettext(
        "You have moved to the class of %(course)s that meets from %(when)s.",
        course=about.course, when=about.begins,
    )  # fmt: skip
    yes = gettext("The provider there answers first.") if asks else ""
    way = gettext("Your new code is %(code)s: %(url)s", code=about.code, url=about.url)
    return tell(about, subject, news, yes, way)


def completed(about: About) -> Words:
    subject = gettext("You have completed %(course)s", course=about.course)
    news = gettext("You have completed %(course)s. Congratulations!", course=about.course)
    way = gettext("More to learn: %(url)s", url=address("courses"))
    return tell(about, subject, news, way)


def not_completed(about: About) -> Words:
    subject = gettext("The class is over: %(course)s", course=about.course)
    news = gettext(
        "%(course)s is over. It is recorded that you did not complete it.", course=about.course
    )
    wrong = gettext("Is that wrong? Ask your teacher.")
    return tell(about, subject, news, _reason(about), wrong)


def fee_settled(about: About, *, paid: bool) -> Words:
    subject = gettext("The fee is settled: %(course)s", course=about.course)
    if paid:
        news = gettext("The fee for %(course)s is paid. Thank you.", course=about.course)
    else:
        news = gettext("You need not pay the fee for %(course)s.", course=about.course)
    return tell(about, subject, news, _see_it(about))


def party(all_of_them: Sequence[About]) -> Words:
    """One letter to the contact that several people of one form share; all stand alike."""
    first = all_of_them[0]
    values = {"course": first.course, "count": len(all_of_them), "when": first.begins}
    if first.line:
        subject = gettext("You are on the waiting list for %(course)s", course=first.course)
        news = gettext("%(count)s people are in line for %(course)s.", **values)
    else:
        subject = gettext("You have places in %(course)s", course=first.course)
        news = gettext("%(count)s people have a place in %(course)s, from %(when)s.", **values)
    return _listed(subject, news, all_of_them)


def pending_party(all_of_them: Sequence[About]) -> Words:
    first = all_of_them[0]
    subject = gettext("We have your application for %(course)s", course=first.course)
    news = gettext(
        "%(count)s people have applied for %(course)s. The provider answers first; "
        "the seats are kept until then.",
        count=len(all_of_them), course=first.course,
    )  # fmt: skip
    return _listed(subject, news, all_of_them)


def codes(places: Sequence[About]) -> Words:
    """All codes of one person in one text; the nearest class first, as many as fit."""
    listed = "; ".join(f"{place.code} {place.course}" for place in places)
    way = gettext(
        "Open a place with its code and your phone number: %(url)s", url=address("my-place")
    )
    news = gettext("Your codes: %(codes)s.", codes=listed)
    short = gettext("Your codes: %(codes)s.", codes=" ".join(place.code for place in places))
    long = compose(gettext("Your codes"), [news, way])
    return Words(long.subject, long.letter, _first_that_fits(f"{news} {way}", f"{short} {way}"))


def _listed(subject: str, news: str, places: Sequence[About]) -> Words:
    """The letter has a line for each; the text names and codes, or codes alone."""
    people = [(clean(place.name), place) for place in places]
    way = gettext("See them: %(url)s", url=address("my-place"))
    lines = "\n".join(_person_line(name, place) for name, place in people)
    letter = compose(subject, [news, lines, way]).letter
    named = ", ".join(f"{name.split()[-1]} {place.code}" for name, place in people)
    bare = " ".join(place.code for place in places)
    text = _first_that_fits(
        f"{news} {named}. {way}", f"{news} {bare}. {way}", soft=[places[0].course]
    )
    return Words(compose(subject, [news]).subject, letter, text)


def _person_line(name: str, place: About) -> str:
    if place.line:
        return gettext(
            "- %(name)s: number %(line)s in line, code %(code)s",
            name=name, line=place.line, code=place.code,
        )  # fmt: skip
    return gettext("- %(name)s: code %(code)s", name=name, code=place.code)


def _first_that_fits(*texts: str, soft: Sequence[str] = ()) -> str:
    """The first that is one message, uncut if any is; else the last, cut."""
    from_best = [fitted(text, ()) for text in texts] + [fitted(text, soft) for text in texts]
    return min(from_best, key=_too_long)


def _too_long(text: str) -> int:
    return max(0, len(text) - LONGEST_SMS)


def _see_it(about: About) -> str:
    return gettext("Code %(code)s. See it or give it up: %(url)s", code=about.code, url=about.url)


def _reason(about: About) -> str:
    if not about.reason:
        return ""
    return gettext("The reason: %(reason)s", reason=about.reason.rstrip(".") + ".")


def _cannot_come() -> str:
    return gettext("If you cannot come, give the place up, so that somebody else can learn.")


def _others() -> str:
    return gettext("Other courses: %(url)s", url=address("courses"))
