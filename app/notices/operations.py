"""Writing letters into the outbox and handing them over."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Account, Person
from app.accounts.queries import shared_contacts
from app.catalogue.models import ClassSession
from app.core import clock, config, jobs, mail, outbox, sms
from app.core.db import db, end_reading, transaction
from app.core.i18n import speaking
from app.enrolment.models import Enrolment
from app.notices.events import MessageQueued, MessagesErased, PartyOvertaken, RemindersDue
from app.notices.models import Medium, Message
from app.notices.readers import Reader, readers
from app.notices.wording.base import SHORTEST, Words, plain

Queued = Callable[[int], MessageQueued]
Telling = Callable[[str], Words]
"""The words for a reader, given whom they are about: "" is the reader."""
REMINDER = "reminder-"


def write(person: Person, key: str, words: Words) -> None:
    """A text and, where there is an address, a letter; the same key is written once."""
    for reader in readers(person):
        queue(_to(reader, key, words), MessageQueued)


def write_about(
    place: Enrolment,
    tell: Telling,
    key: str = "",
    *,
    until: datetime | None = None,
    sessions: Iterable[ClassSession] = (),
) -> None:
    """Each reader in their own language; what was not sent when the place changes is not sent.

    Args:
        key: of news that may come more than once in one state; by itself a state is told once.
        until: later it is no news.
        sessions: which it names; it is no news when they change.
    """
    state = place.state.value
    event = partial(
        MessageQueued,
        place_id=place.id,
        state=state,
        until=until.isoformat() if until else "",
        sessions=[[each.id, each.sequence] for each in sessions],
    )
    for reader in readers(place.person):
        with speaking(reader.person.language):
            words = tell(reader.name)
        queue(_to(reader, key or f"place-{place.id}-{state}", words), event)


def write_to(
    contact: Contact, key: str, words: Words, person_id: int | None = None,
    event: Queued = MessageQueued, *, stop_url: str = "",
) -> None:  # fmt: skip
    """One message to one phone or mailbox; the same key is written once.

    Args:
        stop_url: where one request without signing in ends letters of this kind (RFC 8058).
    """
    message = _message(contact, key, words, person_id)
    message.stop_url = stop_url
    queue([message], event)


def queue(messages: Iterable[Message], event: Queued) -> None:
    """Keep what is not kept yet under the same key, and have it sent."""
    with transaction() as session:
        for message in messages:
            if is_written(message.key):
                continue
            session.add(message)
            session.flush()  # the event carries its number
            jobs.emit(event(message.id))


def is_written(key: str) -> bool:
    return db.session.scalar(select(Message.id).where(Message.key == key)) is not None


def written(keys: Iterable[str]) -> set[str]:
    """Which of these are."""
    return set(db.session.scalars(select(Message.key).where(Message.key.in_(keys))))


def forget(event: MessageQueued) -> None:
    """A letter that was overtaken leaves the outbox; what is still true of it is written anew."""
    with transaction() as session:
        gone = delete(Message).where(Message.id == event.message_id, Message.sent_at.is_(None))
        if session.scalar(gone.returning(Message.id)) is None or not event.place_ids:
            return
        if not event.day:
            jobs.emit(PartyOvertaken(event.place_ids))
            return
        rows = select(Enrolment.person_id).where(Enrolment.id.in_(event.place_ids)).distinct()
        jobs.emit(RemindersDue(event.day, sorted(session.scalars(rows))))


def send(message_id: int) -> None:
    """Hand one message over, outside any transaction; a repeat carries the same key.

    Raises:
        OSError: the relay or gateway did not take it.
    """
    message = db.session.get(Message, message_id)
    if message is None or message.sent_at is not None:
        return
    medium, to, key, body = message.medium, message.to, message.key, message.body
    letter = _letter(message) if medium is Medium.EMAIL else None
    end_reading()
    settings = config.current()
    if letter is not None:
        mail.send(settings, letter)
    else:
        sms.send(settings, to, body, key)
    with transaction() as session:
        sent = update(Message).where(Message.id == message_id).values(sent_at=clock.now())
        session.execute(sent)


def hand_over(contact: Contact, key: str, words: Words) -> None:
    """Give a message to the relay or gateway at once and keep it nowhere.

    Raises:
        OSError: it was not taken.
    """
    message, settings = _message(contact, key, words), config.current()
    if message.medium is Medium.EMAIL:
        mail.send(settings, _letter(message))
    else:
        sms.send(settings, message.to, message.body, message.key)


def erase(session: Session, person_id: int) -> None:
    """Every message to or about the person: also of their account, and about their children."""
    contacts = set(
        session.execute(select(Person.phone, Person.email).where(Person.id == person_id)).one()
    )
    mine = select(Account.phone, Account.email).where(Account.person_id == person_id)
    contacts.update(each for row in session.execute(mine) for each in row)
    to_them = and_(Message.person_id.is_(None), Message.to.in_(contacts - {None}))
    about_others = [
        and_(Message.person_id == dependant_id, Message.to.in_(gone))
        for dependant_id, gone in shared_contacts.left_behind(person_id)
    ]
    about = or_(Message.person_id == person_id, to_them, *about_others)
    keys = [
        *_erase_parties(session, person_id),
        *_delete_where(session, about),
        *_erase_name(session, person_id),
    ]
    if keys:
        jobs.emit(MessagesErased(keys))


def _erase_parties(session: Session, person_id: int) -> list[str]:
    """Letters to several people of one form; the others get one without the person."""
    mine = select(Enrolment.party).where(Enrolment.person_id == person_id)
    parties = [party for party in session.scalars(mine.distinct()) if party]
    if not parties:
        return []
    told = or_(*(Message.key.startswith(f"party-{party}-") for party in parties))
    waits = select(Message.id).where(told, Message.sent_at.is_(None))
    if session.scalar(waits.limit(1)) is not None:
        others = select(Enrolment.id).where(
            Enrolment.party.in_(parties), Enrolment.person_id != person_id
        )
        jobs.emit(PartyOvertaken(list(session.scalars(others.order_by(Enrolment.id)))))
    return _delete_where(session, told)


def _erase_name(session: Session, person_id: int) -> Iterator[str]:
    """Out of reminders of several people: unsent ones are written anew without the person."""
    name = session.scalar(select(Person.full_name).where(Person.id == person_id)) or ""
    told = [Message.body.contains(each, autoescape=True) for each in (name, plain(name)[:SHORTEST])]
    named = and_(Message.key.startswith(REMINDER), or_(*told))
    yield from _delete_where(session, and_(named, Message.sent_at.is_(None)))
    blank = update(Message).where(named).values(body="", subject="", to="", stop_url="")
    yield from session.scalars(blank.returning(Message.key))


def _delete_where(session: Session, which: ColumnElement[bool]) -> list[str]:
    gone = delete(Message).where(which).returning(Message.key)
    return list(session.scalars(gone))


def forget_copies(keys: list[str]) -> None:
    """The files an installation without relay or gateway keeps in place of sending."""
    settings = config.current()
    for key in keys:
        outbox.forget(settings, f"{_message_id(key)}.eml")
        sms.forget(settings, key)


def _to(reader: Reader, key: str, words: Words) -> Iterator[Message]:
    for contact in reader.contacts():
        medium = "sms" if contact.kind is ContactKind.PHONE else "email"
        yield _message(contact, f"{key}{reader.mark}-{medium}", words, reader.about.id)


def _message(contact: Contact, key: str, words: Words, person_id: int | None = None) -> Message:
    message = Message(key=key, to=contact.value, person_id=person_id)
    if contact.kind is ContactKind.PHONE:
        message.medium, message.subject, message.body = Medium.SMS, "", words.sms
    else:
        message.medium, message.body = Medium.EMAIL, words.letter
        message.subject = words.subject
    return message


def _letter(message: Message) -> EmailMessage:
    settings = config.current()
    letter = EmailMessage()
    letter["From"] = formataddr((settings.site_name_vi, f"no-reply@{_host()}"))
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Message-ID"] = _message_id(message.key)
    letter["Auto-Submitted"] = "auto-generated"
    if message.stop_url:
        letter["List-Unsubscribe"] = f"<{message.stop_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(message.body)
    return letter


def _message_id(key: str) -> str:
    return f"<{key}@{_host()}>"


def _host() -> str:
    return urlsplit(config.current().base_url).hostname or "localhost"
