"""Writing letters into the outbox and handing them over."""

from email.message import EmailMessage
from email.utils import formataddr
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.core import clock, config, jobs, mail, sms
from app.core.db import db, end_reading, transaction
from app.notices.events import MessageQueued
from app.notices.models import Medium, Message
from app.notices.wording import Words

LONGEST_SUBJECT = 200


def write(person: Person, key: str, words: Words) -> None:
    """A text and, where there is an address, a letter; the same key is written once."""
    if person.phone:
        text = Message(medium=Medium.SMS, to=person.phone, subject="", body=words.sms)
        _queue(person, key, text)
    if person.email:
        subject = words.subject[:LONGEST_SUBJECT]
        letter = Message(medium=Medium.EMAIL, to=person.email, subject=subject, body=words.letter)
        _queue(person, key, letter)


def take_back(key: str) -> None:
    """Forget letters of this key that were not sent yet."""
    keys = [f"{key}-{medium.value}" for medium in Medium]
    with transaction() as session:
        session.execute(delete(Message).where(Message.key.in_(keys), Message.sent_at.is_(None)))


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


def _queue(person: Person, key: str, message: Message) -> None:
    message.key, message.person_id = f"{key}-{message.medium.value}", person.id
    with transaction() as session:
        if session.scalar(select(Message.id).where(Message.key == message.key)) is not None:
            return
        session.add(message)
        session.flush()  # the event carries its number
        jobs.emit(MessageQueued(message.id))


def _letter(message: Message) -> EmailMessage:
    settings = config.current()
    host = urlsplit(settings.base_url).hostname or "localhost"
    letter = EmailMessage()
    letter["From"] = formataddr((settings.site_name_vi, f"no-reply@{host}"))
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Message-ID"] = f"<{message.key}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body)
    return letter
