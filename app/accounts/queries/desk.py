"""Reading one person and their account, for the desk."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts import merged_rows
from app.accounts.models import Account, Person, PersonGroup
from app.core.db import db


def living(person_id: int) -> Person | None:
    """The row that stands for this human now, with their homes; None once they are erased."""
    current = merged_rows.current_id(person_id)
    found = db.session.get(Person, current) if current else None
    return found if found is not None and found.erased_at is None else None


def account_of(person_id: int) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def helper_with(phone: str) -> int | None:
    """The person whose open account has proved this phone."""
    return db.session.scalar(
        select(Account.person_id).where(
            Account.phone == phone, Account.phone_proven_at.is_not(None), Account.is_active
        )
    )


def groups_recorded(person_id: int) -> Sequence[PersonGroup]:
    """Every group of the person, with whoever recorded it; the latest first."""
    mine = select(PersonGroup).where(PersonGroup.person_id == person_id)
    newest = mine.order_by(PersonGroup.valid_from.desc(), PersonGroup.id.desc())
    return db.session.scalars(newest.options(joinedload(PersonGroup.recorded_by))).all()


def recorded_group(person_id: int, group_id: int) -> PersonGroup | None:
    """One that staff recorded from a decree, list or decision; never somebody's own word."""
    return db.session.scalar(
        select(PersonGroup).where(
            PersonGroup.id == group_id,
            PersonGroup.person_id == person_id,
            PersonGroup.standard != "",
        )
    )
