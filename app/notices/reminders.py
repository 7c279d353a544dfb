"""The evening before a class: one letter for each phone and mailbox, with every class of the day.

Of several workers one announces what is due, again every few minutes while it is evening; what was
written before is known by its key, which names the day and the reader's contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts import queries as people
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Person
from app.catalogue.models import ClassSession, Run, RunStatus, SessionStatus
from app.core import clock, jobs
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import PeriodBegan, every, handles
from app.core.tokens import token
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from app.notices import operations
from app.notices.events import MessageQueued, RemindersDue
from app.notices.models import Message
from app.notices.parties import mark
from app.notices.readers import Reader, readers
from app.notices.run_jobs import held
from app.notices.wording import Words, runs
from app.notices.wording.base import address
from app.notices.wording.runs import ClassTomorrow

BEGIN, END = time(16), time(21)
"""On the city's clock: late enough to be remembered, early enough not to wake anybody."""
STOP = "stop-reminders"
"""What the token in the letter is good for."""
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Coming:
    """One session of somebody's class, and who is told of it."""

    place: Enrolment
    session: ClassSession
    reader: Reader


@every(minutes=10)
def announce_reminders(_event: PeriodBegan) -> None:
    """In the late afternoon, everybody with a class tomorrow who has not been told."""
    now = clock.local(clock.now())
    if BEGIN <= now.time() < END:
        day = now.date() + timedelta(days=1)
        ids = _to_tell(day)
        for at in range(0, len(ids), _AT_ONCE):
            jobs.emit(RemindersDue(day.isoformat(), ids[at : at + _AT_ONCE]))


@handles(RemindersDue)
def write_reminders(event: RemindersDue) -> None:
    """To each reader of these people, unless they wish for none; never on the day itself."""
    day = date.fromisoformat(event.day)
    if clock.today() >= day:
        return
    found = db.session.scalars(select(Person).where(Person.id.in_(event.person_ids)))
    readers_of_all = [reader for person in found.all() for reader in readers(person)]
    contacts = dict.fromkeys(each for reader in readers_of_all for each in reader.contacts())
    for contact in contacts:
        if not operations.is_written(_key(day, contact)):
            _write(day, contact)


def _to_tell(day: date) -> list[int]:
    """Those with a class whose own phone and mailbox were not written to for that day yet."""
    query = _seats(day).join(Enrolment.person).with_only_columns(
        Person.id, Person.phone, Person.email
    )  # fmt: skip
    prefix = _prefix(day)
    written = select(Message.key).where(Message.key.startswith(prefix, autoescape=True))
    told = {key.removeprefix(prefix) for key in db.session.scalars(written)}
    return [
        row.id
        for row in db.session.execute(query.distinct().order_by(None).order_by(Person.id))
        if not told.issuperset(_marks(row.phone, row.email)) or not (row.phone or row.email)
    ]


def _marks(phone: str | None, email: str | None) -> set[str]:
    known = ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email))
    return {mark(Contact(kind, value)) for kind, value in known if value}


def _write(day: date, contact: Contact) -> None:
    coming = _reached_by(contact, day)
    if not coming:
        return
    event = partial(
        MessageQueued,
        place_ids=sorted({each.place.id for each in coming}),
        state=State.ENROLLED.value,
        until=coming[0].session.starts_at.isoformat(),
        sessions=[[each.session.id, each.session.sequence] for each in coming],
        day=day.isoformat(),
    )
    with speaking(coming[0].reader.person.language):
        words = _words(day, coming)
    operations.write_to(contact, _key(day, contact), words, coming[0].place.person_id, event)


def _reached_by(contact: Contact, day: date) -> list[Coming]:
    """Every class of that day that this phone or mailbox is to hear of, in order."""
    column = Person.phone if contact.kind is ContactKind.PHONE else Person.email
    theirs = db.session.scalars(select(Person.id).where(column == contact.value)).all()
    others = {child.id for person_id in theirs for child in people.dependants(person_id)}
    seats = _seats(day).where(Enrolment.person_id.in_({*theirs, *others}))
    options = (
        joinedload(Enrolment.person),
        contains_eager(Enrolment.run).joinedload(Run.course),
        contains_eager(Enrolment.run).joinedload(Run.venue),
    )
    rows = db.session.execute(seats.options(*options)).all()
    return [
        Coming(place, session, reader)
        for place, session in rows
        for reader in _wishing(place.person, contact)
    ]


def _wishing(person: Person, contact: Contact) -> Sequence[Reader]:
    """Whoever reads at this contact what concerns the person, once, unless they want no more."""
    found = [each for each in readers(person) if contact in each.contacts()][:1]
    return [each for each in found if each.person.no_reminders_since is None]


def _words(day: date, coming: Sequence[Coming]) -> Words:
    """With names where the letter is about several people, or goes to somebody else."""
    are_several = len({each.place.person_id for each in coming}) > 1
    classes = [
        ClassTomorrow(
            each.place.run.course.title,
            held(each.session),
            each.place.person.full_name if are_several else each.reader.name,
        )
        for each in coming
    ]
    stop = address("reminders", token(STOP, coming[0].reader.person.id))
    return runs.reminder(day, classes, stop)


def _seats(day: date) -> Select[Enrolment, ClassSession]:
    """Whoever has a seat in a class that meets on that day."""
    begin, end = clock.day_bounds(day, day)
    query = select(Enrolment, ClassSession).join(Enrolment.run).join(Run.sessions)
    query = query.where(
        Enrolment.state == State.ENROLLED, Run.status == RunStatus.PLANNED,
        ClassSession.status == SessionStatus.PLANNED,
        ClassSession.starts_at >= begin, ClassSession.starts_at < end,
    )  # fmt: skip
    return query.order_by(ClassSession.starts_at, Enrolment.id)


def _prefix(day: date) -> str:
    return f"{operations.REMINDER}{day:%Y%m%d}-"


def _key(day: date, contact: Contact) -> str:
    return f"{_prefix(day)}{mark(contact)}"
