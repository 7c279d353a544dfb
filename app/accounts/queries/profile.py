"""Reading what a person says about themselves."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, Person, PersonGroup, Residence
from app.core.db import db
from app.core.keys import keyed_hash


def person(person_id: int | None) -> Person | None:
    return db.session.get(Person, person_id) if person_id else None


def has_proven_phone(account_id: int | None, phone: str) -> bool:
    """Whether the account's owner has shown that this phone is theirs."""
    mine = select(Account.id).where(
        Account.id == account_id, Account.phone == phone, Account.phone_proven_at.is_not(None)
    )
    return db.session.scalar(mine) is not None


def residences(person_id: int) -> Sequence[Residence]:
    """Where the person lived, the latest first."""
    lived = select(Residence).where(Residence.person_id == person_id)
    return db.session.scalars(
        lived.options(joinedload(Residence.unit)).order_by(Residence.valid_from.desc())
    ).all()


def homes(person_ids: Iterable[int]) -> dict[int, Residence]:
    """Where each of them lives now, with the ward; those nobody knows of are left out."""
    now = select(Residence).where(
        Residence.person_id.in_(list(person_ids)), Residence.valid_to.is_(None)
    )
    found = db.session.scalars(now.options(joinedload(Residence.unit)))
    return {residence.person_id: residence for residence in found}


def groups(person_id: int) -> Sequence[PersonGroup]:
    """The groups the person belongs to or belonged to."""
    mine = select(PersonGroup).where(PersonGroup.person_id == person_id)
    return db.session.scalars(mine.order_by(PersonGroup.group, PersonGroup.valid_from)).all()


def version(person: Person, home: Residence | None) -> str:
    """Differs as soon as anything of the profile does; says nothing about it."""
    lives = (home.unit_id, home.kind, home.valid_from) if home else ()
    said = (person.full_name, person.born_on, person.born_in, person.sex, person.language)
    more = (person.employment, person.no_reminders_since)
    return keyed_hash(f"profile|{person.id}|{said}|{more}|{lives}")[:20]
