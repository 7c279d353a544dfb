"""Which rows are one human: a merged row leads to the one it became."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.db import db


def current_id(person_id: int) -> int | None:
    """The row that stands for this human now; None when there is no such person."""
    person = db.session.get(Person, person_id)
    while person is not None and person.merged_into_id is not None:
        person = db.session.get(Person, person.merged_into_id)
    return person.id if person else None


def locked(session: Session, person: Person) -> Person:
    """The row that stands for this human now, held to the end of the transaction."""
    while person.merged_into_id is not None:
        person = session.get_one(
            Person, person.merged_into_id, with_for_update=True, populate_existing=True
        )
    return person


def hold(session: Session, *who: ColumnElement[bool]) -> None:
    """Lock these rows and those they have become, all in the order of their numbers.

    So does everybody who locks several: nobody waits in a circle.
    """
    named = select(Person.id, Person.merged_into_id).where(*who).cte("named", recursive=True)
    became = select(Person.id, Person.merged_into_id).join(
        named, Person.id == named.c.merged_into_id
    )
    them = select(Person.id).where(Person.id.in_(select(named.union(became).c.id)))
    session.execute(them.order_by(Person.id).with_for_update()).all()


def all_ids(person_id: int) -> list[int]:
    """The row itself and all that were merged into it, in order."""
    mine = select(Person.id).where(Person.id == person_id).cte("mine", recursive=True)
    into_mine = select(Person.id).join(mine, Person.merged_into_id == mine.c.id)
    return sorted(db.session.scalars(select(mine.union_all(into_mine).c.id)))
