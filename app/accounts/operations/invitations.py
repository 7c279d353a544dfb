"""The second parent: a code goes from one to the other by word of mouth."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.errors import NoSuchInvitation
from app.accounts.models import Account, Bond, CodePurpose, Guardianship, OneTimeCode, Person
from app.accounts.operations.family import bind
from app.core import audit, clock, throttle
from app.core.db import transaction
from app.core.keys import keyed_hash, random_code, read_code, seal, unseal

GOOD_FOR = timedelta(days=7)
TRIES_OF_ONE_PERSON = 10
TRIES_OF_ONE_ADDRESS = 60
WRONG_YEARS = 3


def invite_parent(child_id: int, by_id: int) -> str:
    """A code for the child's other parent or guardian, shown once; the one before is worth nothing.

    Ten characters of 32 letters and digits: 50 bits, and few tries.
    """
    code, now = random_code(), clock.now()
    with transaction() as session:
        about = keyed_hash(f"family-child|{child_id}")
        before = update(OneTimeCode).where(
            OneTimeCode.purpose == CodePurpose.FAMILY,
            OneTimeCode.contact_hash == about,
            OneTimeCode.account_id == by_id,
            OneTimeCode.expires_at > now,
        )
        session.execute(before.values(expires_at=now))
        session.add(
            OneTimeCode(
                handle=random_code(20), purpose=CodePurpose.FAMILY, contact_hash=about,
                code_hash=_hash(code), sealed=seal(str(child_id)), account_id=by_id,
                expires_at=now + GOOD_FOR,
            )
        )  # fmt: skip
        audit.record("family.invited", "person", child_id, by_id, person_id=child_id)
    return code


def accept_invitation(
    person_id: int, code: str, born_in: int, bond: Bond, *, address: str, by_id: int | None
) -> Guardianship:
    """Whoever knows code and birth year is the same child's other parent or guardian.

    Raises:
        NoSuchInvitation: a wrong or used code, one that ran out, or another year; never which.
        TooManyAttempts: too many tries in the last quarter of an hour.
    """
    throttle.check("family-code", str(person_id), TRIES_OF_ONE_PERSON)
    throttle.check("family-code-from", address, TRIES_OF_ONE_ADDRESS)
    made = None
    with transaction() as session:
        found = _invitation(session, code)
        child = _child_of(session, found) if found else None
        if found and child is not None:
            made = _bind(session, found, child, born_in, (person_id, bond, by_id))
    if made is None:
        raise NoSuchInvitation
    return made


def _bind(
    session: Session,
    found: OneTimeCode,
    child: Person,
    born_in: int,
    who: tuple[int, Bond, int | None],
) -> Guardianship | None:
    if child.born_in != born_in or child.id == who[0]:
        found.tries += 1
        if found.tries >= WRONG_YEARS:
            found.expires_at = clock.now()
        return None
    found.used_at = clock.now()
    session.execute(select(Person.id).where(Person.id == who[0]).with_for_update())
    return bind(session, who[0], child, who[1], who[2])


def _invitation(session: Session, code: str) -> OneTimeCode | None:
    """Held to the end of the transaction: a code is good for one."""
    live = select(OneTimeCode).where(
        OneTimeCode.purpose == CodePurpose.FAMILY,
        OneTimeCode.code_hash == _hash(read_code(code)),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
    )
    return session.scalar(live.with_for_update())


def _child_of(session: Session, found: OneTimeCode) -> Person | None:
    """The child, as long as whoever invited still acts for it."""
    child = session.get(Person, int(unseal(found.sealed)))
    while child is not None and child.merged_into_id is not None:
        child = session.get(Person, child.merged_into_id)
    inviter = session.get(Account, found.account_id) if found.account_id else None
    if child is None or inviter is None or not inviter.is_active:
        return None
    return child if queries.acts_for(inviter.person_id, child.id) else None


def _hash(code: str) -> str:
    return keyed_hash(f"family-code|{code}")
