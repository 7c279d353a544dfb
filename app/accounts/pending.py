"""What a browser waits for: a code that was sent, kept in its signed cookie without being readable.

The cookie says nothing the server does not check: the handle names a row that knows the contact.
"""

import json
from dataclasses import asdict, dataclass

from cryptography.fernet import InvalidToken
from flask import session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import CodePurpose
from app.core.keys import seal, unseal

_KEY = "code"


@dataclass(frozen=True, slots=True)
class Pending:
    """A code under way to a contact, and where to go once it is right."""

    purpose: CodePurpose
    handle: str
    contact: Contact
    onward: str = ""
    stay: bool = False
    old_handle: str = ""  # of a second code, to the contact that is replaced
    old: Contact | None = None


def keep(pending: Pending) -> None:
    session[_KEY] = seal(json.dumps(asdict(pending)))


def found(purpose: CodePurpose) -> Pending | None:
    """What this browser waits for, if it is for this purpose."""
    try:
        kept = json.loads(unseal(session.get(_KEY, "")))
    except InvalidToken:
        return None
    if kept["purpose"] != purpose:
        return None
    contact, old = _contact(kept.pop("contact")), kept.pop("old")
    return Pending(
        contact=contact, old=_contact(old) if old else None, **kept | {"purpose": purpose}
    )


def forget() -> None:
    session.pop(_KEY, None)


def _contact(kept: dict[str, str]) -> Contact:
    return Contact(ContactKind(kept["kind"]), kept["value"])
