"""Who will be told of a change of a class, and in which words, before anybody is.

The change is made, put into words and taken back in one transaction: so the letter shown is the
letter that will be sent, and every refusal of the change comes before anybody reads a list. The
list is read afterwards: nobody else waits for it.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from app.accounts.contacts import ContactKind
from app.catalogue import operations
from app.catalogue.models import Run
from app.catalogue.operations import Meeting
from app.core import clock
from app.core.db import db, transaction
from app.core.i18n import LANGUAGES, gettext, speaking
from app.enrolment import class_list
from app.enrolment.models import Enrolment, EnrolmentState
from app.notices import run_jobs
from app.notices.group_jobs import contacts
from app.notices.previews import Preview
from app.notices.readers import readers_of
from app.notices.wording import About, Change, Held, Moved, Words, runs


@dataclass(frozen=True, slots=True)
class Told:
    """One reader: whom staff know from the class list, and how the news gets there."""

    name: str
    by_text: bool
    by_letter: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would be, and who would hear of it."""

    lines: Sequence[str]
    told: Sequence[Told]
    by_hand: Sequence[str]  # whom nothing reaches
    letters: Sequence[Preview]


@dataclass(frozen=True, slots=True)
class News:
    """What one change says.

    Args:
        lines: the change in words, for staff.
        words: the letter about one place.
        everybody: also those who wait.
    """

    lines: Sequence[str]
    words: Callable[[About], Words]
    everybody: bool = False


Act = Callable[[], News]


class _TakeBack(Exception):
    """Ends the transaction without a trace."""


def look_ahead(run_id: int, act: Act) -> Outlook:
    """Do it, see who would be told, and take it back.

    Raises:
        DomainError: the change is refused.
    """
    found: list[tuple[News, list[Preview]]] = []
    with suppress(_TakeBack), transaction() as session:
        news = act()
        session.flush()
        found.append((news, _letters(session, run_id, news)))
        raise _TakeBack
    return _outlook(run_id, *found[0])


def moving_session(
    run_id: int, session_id: int, to: Meeting, by_id: int | None, seen: int | None = None
) -> Act:
    return partial(
        _moving, run_id, partial(operations.move_session, session_id, to, by_id, seen=seen)
    )


def changing_place(run_id: int, venue_id: int | None, by_id: int | None) -> Act:
    return partial(_moving, run_id, partial(operations.change_place, run_id, venue_id, by_id))


def messaging(run_id: int, subject: str, body: str) -> Act:
    """A message of the provider changes nothing but is told as changes are."""

    def act() -> News:
        provider = db.session.get_one(Run, run_id).course.provider.name
        return News([subject], partial(runs.from_provider, provider, subject, body))

    return act


def cancelling_session(session_id: int, by_id: int | None) -> Act:
    def act() -> News:
        off = operations.cancel_session(session_id, by_id)
        when = run_jobs.held(off).when
        line = gettext("There is no class at %(when)s.", when=when)
        return News([line], lambda about: runs.session_cancelled(about, off.starts_at))

    return act


def cancelling_run(run_id: int, by_id: int | None) -> Act:
    def act() -> News:
        operations.cancel_run(run_id, by_id)
        lines = [
            gettext("No further session takes place."),
            gettext("Everybody loses the place or the number in line. This cannot be undone."),
        ]
        return News(lines, runs.run_cancelled, everybody=True)

    return act


def going_ahead(run_id: int, by_id: int | None) -> Act:
    def act() -> News:
        operations.go_ahead(run_id, by_id)
        return News([gettext("The class takes place as planned.")], runs.goes_ahead)

    return act


def _moving(run_id: int, act: Callable[[], object]) -> News:
    """What is different afterwards, session by session."""
    with transaction() as session:
        run = session.get_one(Run, run_id)
        before = {each.id: run_jobs.held(each) for each in run.sessions}
        act()
        session.flush()
        session.expire_all()
        after = {each.id: run_jobs.held(each) for each in run.sessions}
        moves = [Moved(before[key], now) for key, now in after.items() if now != before[key]]
        if not moves:
            return _elsewhere(run)
    hours = any(each.was.when != each.now.when for each in moves)
    change = Change.TIMES if hours else Change.PLACE
    return News([_line(each) for each in moves],
                lambda about: runs.sessions_moved(about, change, moves))  # fmt: skip


def _elsewhere(run: Run) -> News:
    """Of a class without sessions to come."""
    now, venue = clock.now(), run.venue
    place = Held(now, now, venue.name, venue.address) if venue else Held(now, now)
    line = gettext("The class is held here from now on: %(place)s.", place=place.full_place)
    return News([line], lambda about: runs.place_changed(about, place))


def _line(move: Moved) -> str:
    was, now = move.was, move.now
    if was.when == now.when:
        return gettext("%(when)s: %(now)s in place of %(was)s",
                       when=now.when, now=now.full_place, was=was.place)  # fmt: skip
    if was.place == now.place:
        return gettext("%(now)s in place of %(was)s", now=now.when, was=was.when)
    return gettext(
        "%(now)s, %(new)s, in place of %(was)s, %(old)s",
        now=now.when, new=now.full_place, was=was.when, old=was.place,
    )  # fmt: skip


def _outlook(run_id: int, news: News, letters: Sequence[Preview]) -> Outlook:
    people = class_list.of(db.session.get_one(Run, run_id))
    places = people.live if news.everybody else people.holding
    told, by_hand = _told(places)
    for booking in people.groups:
        if booking.state is EnrolmentState.ENROLLED:
            kinds = {contact.kind for contact in contacts(booking)}
            told.append(_by(booking.organisation, kinds))
    return Outlook(news.lines, told, by_hand, letters)


def _told(places: Sequence[Enrolment]) -> tuple[list[Told], list[str]]:
    """Everybody who reads of one of these places, and those whom nothing reaches."""
    told: list[Told] = []
    by_hand: list[str] = []
    readers = readers_of([place.person for place in places])
    for place in places:
        found = [
            (reader, {contact.kind for contact in reader.contacts()})
            for reader in readers[place.person_id]
        ]
        reached = [(reader, kinds) for reader, kinds in found if kinds]
        if not reached:
            by_hand.append(place.person.full_name)
        for reader, kinds in reached:
            name = reader.person.full_name
            if reader.name:
                name = gettext("%(reader)s, for %(name)s", reader=name, name=reader.name)
            told.append(_by(name, kinds))
    return told, by_hand


def _by(name: str, kinds: Collection[ContactKind]) -> Told:
    return Told(name, ContactKind.PHONE in kinds, ContactKind.EMAIL in kinds)


def _letters(session: Session, run_id: int, news: News) -> list[Preview]:
    """The letter to the first of them, in both languages."""
    first = class_list.first_place(run_id)
    found = []
    for language in LANGUAGES:
        with speaking(language):
            about = About.of(first) if first else About.of_run(session.get_one(Run, run_id))
            found.append(Preview(language, news.words(about)))
    return found
