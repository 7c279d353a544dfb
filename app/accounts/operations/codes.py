"""Codes to a phone or mailbox: asked for, sent, typed, and good for one time."""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import WrongCode
from app.accounts.events import OneTimeCodeAsked
from app.accounts.models import CodePurpose, OneTimeCode
from app.core import clock, throttle
from app.core.db import db, transaction
from app.core.jobs import emit
from app.core.keys import keyed_hash, seal, unseal

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES = 5
PROVEN_FOR = timedelta(minutes=30)
TO_ONE_CONTACT, TO_ONE_CONTACT_A_DAY = 4, 10
TO_ONE_CONTACT_FROM_ONE_ADDRESS_A_DAY = 6
"""Fewer than a contact gets: one stranger alone cannot use up what its owner needs."""
FROM_ONE_ADDRESS, FROM_ONE_ADDRESS_A_DAY = 30, 500
A_DAY = 24 * 60
TYPED_FROM_ONE_ADDRESS = 100


@dataclass(frozen=True, slots=True)
class ToSend:
    """What the sender needs of a code; `code` is "" where there is nothing a code could open."""

    to: Contact
    code: str
    purpose: CodePurpose
    language: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A right code: what it was for and, where the contact led to an account, whose."""

    purpose: CodePurpose
    contact_hash: str
    account_id: int | None

    def is_of(self, contact: Contact) -> bool:
        """Whether the code went to this contact."""
        return hmac.compare_digest(self.contact_hash, keyed_hash(contact.value))


def ask_code(
    purpose: CodePurpose,
    contact: Contact,
    address: str,
    *,
    language: str,
    account_id: int | None = None,
    in_vain: bool = False,
) -> str:
    """Send a code; the handle by which the browser that asked names it.

    An older code to the same contact for the same purpose is dead from now on.

    Args:
        address: where the request came from.
        account_id: whose account the code opens or changes.
        in_vain: there is nothing to open; the message says so, and only the message.

    Raises:
        TooManyAttempts: too many codes to this contact, from this address, for this account.
    """
    _limit(contact, address)
    handle, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    content = {"kind": contact.kind, "to": contact.value, "code": "" if in_vain else code}
    now = clock.now()
    with transaction() as session:
        contact_hash = keyed_hash(contact.value)
        _kill(session, OneTimeCode.contact_hash == contact_hash, OneTimeCode.purpose == purpose)
        row = OneTimeCode(
            handle=handle,
            purpose=purpose,
            contact_hash=contact_hash,
            code_hash=_hash(handle, code),
            sealed=seal(json.dumps(content)),
            account_id=account_id,
            language=language,
            created_at=now,
            expires_at=now + LASTS,
        )
        session.add(row)
        session.flush()  # the event carries its number
        emit(OneTimeCodeAsked(row.id))
    return handle


def check_code(purpose: CodePurpose, handle: str, typed: str, address: str) -> Proven:
    """Use a code up; of two at once only one gets through.

    Raises:
        WrongCode: wrong, too old, used, replaced by a newer one, or tried too often.
        TooManyAttempts: too many codes typed from this address.
    """
    return check_codes(purpose, {handle: typed}, address)[0]


def check_codes(purpose: CodePurpose, typed: dict[str, str], address: str) -> list[Proven]:
    """As `check_code` for codes that must all be right, by their handles; else none is used up.

    Raises:
        WrongCode: one of them is not right.
        TooManyAttempts: too many codes typed from this address.
    """
    throttle.check("code-typed", address, TYPED_FROM_ONE_ADDRESS)
    with transaction() as session:  # a wrong try is kept: nothing is raised in here
        rows = [_try(session, purpose, handle, code) for handle, code in sorted(typed.items())]
        right = [row for row in rows if row is not None]
        proven = [Proven(row.purpose, row.contact_hash, row.account_id) for row in right]
        used = len(right) == len(typed) and all(_spend(session, row.id) for row in right)
    if not used:
        raise WrongCode
    return proven


def give_back(purpose: CodePurpose, handle: str) -> None:
    """What the right code was typed for was refused for another reason: it can be typed again."""
    with transaction() as session:
        used = update(OneTimeCode).where(
            OneTimeCode.handle == handle, OneTimeCode.purpose == purpose
        )
        session.execute(used.values(used_at=None))


def proven_lately(purpose: CodePurpose, handle: str, contact: Contact) -> bool:
    """Whether the right code was typed for this contact a moment ago."""
    since = clock.now() - PROVEN_FOR
    used = select(OneTimeCode.contact_hash).where(
        OneTimeCode.handle == handle,
        OneTimeCode.purpose == purpose,
        OneTimeCode.used_at > since,
    )
    found = db.session.scalar(used)
    return found is not None and hmac.compare_digest(found, keyed_hash(contact.value))


def kill_codes(session: Session, account_id: int) -> None:
    """No code that is on its way opens this account any more."""
    _kill(session, OneTimeCode.account_id == account_id)


def to_send(code_id: int) -> ToSend | None:
    """What is to be sent; None when it was, or when nobody waits for it any more."""
    row = db.session.get(OneTimeCode, code_id)
    if row is None or not row.sealed or row.used_at or row.expires_at <= clock.now():
        return None
    content = json.loads(unseal(row.sealed))
    contact = Contact(ContactKind(content["kind"]), content["to"])
    return ToSend(contact, content["code"], row.purpose, row.language)


def forget_sent(code_id: int) -> None:
    """The code has left the house: its row no longer says what it was or where it went."""
    with transaction() as session:
        session.execute(update(OneTimeCode).where(OneTimeCode.id == code_id).values(sealed=""))


def forget_old_codes() -> None:
    """Rows of codes nobody can use or rely on any more."""
    with transaction() as session:
        session.execute(
            delete(OneTimeCode).where(OneTimeCode.expires_at < clock.now() - PROVEN_FOR)
        )


def _try(session: Session, purpose: CodePurpose, handle: str, typed: str) -> OneTimeCode | None:
    """Count one try of a code that can still be used; its row when the try is right."""
    alive = update(OneTimeCode).where(
        OneTimeCode.handle == handle,
        OneTimeCode.purpose == purpose,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
        OneTimeCode.tries < TRIES,
    )
    row = session.scalar(alive.values(tries=OneTimeCode.tries + 1).returning(OneTimeCode))
    digits = "".join(c for c in typed if c.isdigit())
    is_right = row is not None and hmac.compare_digest(row.code_hash, _hash(handle, digits))
    return row if is_right else None


def _spend(session: Session, code_id: int) -> bool:
    """Use the code up; of two at the same moment one gets True."""
    unused = update(OneTimeCode).where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None))
    spent = unused.values(used_at=clock.now(), sealed="").returning(OneTimeCode.id)
    return session.scalar(spent) is not None


def _kill(session: Session, *whose: ColumnElement[bool]) -> None:
    alive = update(OneTimeCode).where(OneTimeCode.used_at.is_(None), *whose)
    session.execute(alive.values(expires_at=clock.now(), sealed=""))


def _limit(contact: Contact, address: str) -> None:
    """What one address has used up does not count against the contact any more."""
    one_of_many = f"{contact.value}|{address}"
    throttle.check("code-from", address, FROM_ONE_ADDRESS)
    throttle.check("code-from-day", address, FROM_ONE_ADDRESS_A_DAY, A_DAY)
    throttle.check("code-to-from", one_of_many, TO_ONE_CONTACT_FROM_ONE_ADDRESS_A_DAY, A_DAY)
    throttle.check("code-to", contact.value, TO_ONE_CONTACT)
    throttle.check("code-to-day", contact.value, TO_ONE_CONTACT_A_DAY, A_DAY)


def _hash(handle: str, code: str) -> str:
    return keyed_hash(f"code|{handle}|{code}")
