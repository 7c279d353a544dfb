"""Phones and mailboxes that one person's record has from another: a child's is that of a parent."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from app.accounts import merged_rows
from app.accounts.models import Account, Bond, Guardianship, Person
from app.accounts.queries.family import bonds_over
from app.core.db import db


def lent_to(person_id: int) -> set[str]:
    """What is their parents' or guardians' own, also of those who no longer act for them."""
    over = select(Guardianship.guardian_id).where(
        Guardianship.dependant_id.in_(merged_rows.all_ids(person_id)),
        Guardianship.bond != Bond.HELPER,
    )
    return _of_people(db.session.scalars(over)) - _of_account([person_id])


def is_own(person: Person, contact: str) -> bool:
    """Whether a message sent there went to the person and not to whoever acted for them."""
    over = select(Guardianship.id).where(Guardianship.dependant_id == person.id).limit(1)
    if db.session.scalar(over) is None:
        return True
    mine = {person.phone, person.email} | _of_account([person.id])
    return contact in mine - lent_to(person.id)


def left_behind(person_id: int) -> Iterator[tuple[int, set[str]]]:
    """Whom the person acts or acted for, and which contacts lead to nobody there without them.

    A grown person's contact is their own, whoever shares it.
    """
    mine = _of_people([merged_rows.current_id(person_id) or person_id])
    bonds = select(Guardianship).where(Guardianship.guardian_id == person_id)
    for bond in db.session.scalars(bonds.order_by(Guardianship.dependant_id)).all():
        child = bond.dependant
        others = [each.guardian_id for each in bonds_over([child.id])]
        kept = _of_people(each for each in others if each != person_id) | _of_account([child.id])
        if bond.bond is Bond.HELPER:
            kept |= {each for each in (child.phone, child.email) if each}
        yield child.id, mine - kept


def _of_people(person_ids: Iterable[int]) -> set[str]:
    ids = [each for person_id in person_ids for each in merged_rows.all_ids(person_id)]
    written = select(Person.phone, Person.email).where(Person.id.in_(ids))
    return {each for row in db.session.execute(written) for each in row if each} | _of_account(ids)


def _of_account(person_ids: list[int]) -> set[str]:
    theirs = select(Account.phone, Account.email).where(Account.person_id.in_(person_ids))
    return {each for row in db.session.execute(theirs) for each in row if each}
