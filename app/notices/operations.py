"""Writing letters into the outbox and handing them over."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import formataddr
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Account, Bond, Person
from app.accounts.queries import shared_contacts
from app.core import clock, config, jobs, mail, outbox, sms
from app.core.db import db, end_reading, transaction
from app.enrolment.models import Enrolment
from app.notices.events import MessageQueued, MessagesErased
from app.notices.models import Medium, Message
from app.notices.wording import Words

LONGEST_SUBJECT = 200


def write(person: Person, key: str, words: Words) -> None:
    """A text and, where there is an address, a letter; the same key is written once."""
    for message in _messages(person, key, words):
        _queue(message, MessageQueued)


def write_about(place: Enrolment, words: Words) -> None:
    """As `write`; what was not sent when the place changes is not sent any more."""
    state = place.state.value
    event = partial(MessageQueued, place_id=place.id, state=state)
    for message in _messages(place.person, f"place-{place.id}-{state}", words):
        _queue(message, event)


def is_true(event: MessageQueued) -> bool:
    """Whether the news still is what it was."""
    place = db.session.get(Enrolment, event.place_id) if event.place_id else None
    return not event.place_id or (place is not None and place.state.value == event.state)


def forget(message_id: int) -> None:
    """A letter that was overtaken leaves the outbox."""
    with transaction() as session:
        gone = delete(Message).where(Message.id == message_id, Message.sent_at.is_(None))
        session.execute(gone)


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
    gone = delete(Message).where(or_(Message.person_id == person_id, to_them, *about_others))
    keys = session.scalars(gone.returning(Message.key)).all()
    if keys:
        jobs.emit(MessagesErased(list(keys)))


def forget_copies(keys: list[str]) -> None:
    """The files an installation without relay or gateway keeps in place of sending."""
    settings = config.current()
    for key in keys:
        outbox.forget(settings, f"{_message_id(key)}.eml")
        outbox.forget(settings, sms.file_name(key))


def write_to(contact: Contact, key: str, words: Words, person_id: int | None = None) -> None:
    """One message to one phone or mailbox; the same key is written once."""
    _queue(_message(contact, key, words, person_id), MessageQueued)


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


def _message(contact: Contact, key: str, words: Words, person_id: int | None = None) -> Message:
    message = Message(key=key, to=contact.value, person_id=person_id)
    if contact.kind is ContactKind.PHONE:
        message.medium, message.subject, message.body = Medium.SMS, "", words.sms
    else:
        message.medium, message.body = Medium.EMAIL, words.letter
        message.subject = words.subject[:LONGEST_SUBJECT]
    return message


def _messages(person: Person, key: str, words: Words) -> Iterator[Message]:
    """To the person; of a child without a phone of its own to everybody who stands for it."""
    bonds = people.bonds_over([person.id])
    parents = [bond.guardian for bond in bonds if bond.bond is not Bond.HELPER]
    lent = {contact for each in parents for contact in (each.phone, each.email)}
    if {person.phone, person.email} - lent - {None}:
        yield from _to(person, person, key, words)
        return
    for bond in bonds:
        yield from _to(bond.guardian, person, f"{key}-{bond.guardian_id}", words)


def _to(reader: Person, about: Person, key: str, words: Words) -> Iterator[Message]:
    news = partial(Message, person_id=about.id)
    if reader.phone:
        yield news(key=f"{key}-sms", medium=Medium.SMS, to=reader.phone, body=words.sms)
    if reader.email:
        subject = words.subject[:LONGEST_SUBJECT]
        letter = news(key=f"{key}-email", medium=Medium.EMAIL, to=reader.email)
        letter.subject, letter.body = subject, words.letter
        yield letter


def _queue(message: Message, event: Callable[[int], MessageQueued]) -> None:
    with transaction() as session:
        if session.scalar(select(Message.id).where(Message.key == message.key)) is not None:
            return
        session.add(message)
        session.flush()  # the event carries its number
        jobs.emit(event(message.id))


def _letter(message: Message) -> EmailMessage:
    settings = config.current()
    letter = EmailMessage()
    letter["From"] = formataddr((settings.site_name_vi, f"no-reply@{_host()}"))
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Message-ID"] = _message_id(message.key)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body)
    return letter


def _message_id(key: str) -> str:
    return f"<{key}@{_host()}>"


def _host() -> str:
    return urlsplit(config.current().base_url).hostname or "localhost"
