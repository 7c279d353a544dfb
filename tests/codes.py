"""Reading the codes that were sent to phones and mailboxes."""

import email
import re
from email import policy

from app.accounts.contacts import Contact, ContactKind
from app.core import config, jobs
from app.core.db import db


def text_sent_to(contact: Contact) -> str:
    """The newest message about a code to this phone or mailbox, after the worker has run."""
    db.session.rollback()
    jobs.work(once=True)
    folder = config.current().data_dir / "outbox"
    kind = "sms-code-*" if contact.kind is ContactKind.PHONE else "code-*"
    newest = sorted(folder.glob(kind), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    texts = (_text(path.read_bytes(), contact.kind) for path in newest)
    return next(body for to, body in texts if to == contact.value)


def code_sent_to(contact: Contact) -> str:
    """The newest code itself."""
    return re.search(r"\b\d{6}\b", text_sent_to(contact))[0]


def _text(content: bytes, kind: ContactKind) -> tuple[str, str]:
    if kind is ContactKind.PHONE:
        to, _, body = content.decode().partition("\n")
        return to, body
    letter = email.message_from_bytes(content, policy=policy.default)
    return str(letter["To"]), letter.get_body().get_content()
