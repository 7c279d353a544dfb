"""Who acts for whom today; a child that has grown up is not in it, without anybody's doing."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Bond, Guardianship, Person
from app.accounts.models.family import GROWN_UP, years_before
from app.core import clock
from app.core.db import db

_Dependant = aliased(Person)


def bonds_of(person_id: int | None) -> Sequence[Guardianship]:
    """The bonds by which this person acts for others, with those others; the oldest bond first."""
    if person_id is None:
        return ()
    mine = _standing().where(Guardianship.guardian_id == person_id)
    with_dependant = contains_eager(Guardianship.dependant.of_type(_Dependant))
    return db.session.scalars(mine.options(with_dependant).order_by(Guardianship.id)).all()


def dependants(person_id: int | None) -> Sequence[Person]:
    """Those for whom this person may act."""
    return [bond.dependant for bond in bonds_of(person_id)]


def acts_for(guardian_id: int | None, person_id: int) -> bool:
    """Whether the one may act for the other."""
    if guardian_id is None:
        return False
    this = _standing().where(
        Guardianship.guardian_id == guardian_id, Guardianship.dependant_id == person_id
    )
    return db.session.scalar(this.with_only_columns(Guardianship.id)) is not None


def bonds_over(person_ids: Iterable[int]) -> Sequence[Guardianship]:
    """The bonds by which others act for these people, with those others."""
    theirs = _standing().where(Guardianship.dependant_id.in_(list(person_ids)))
    with_both = (
        contains_eager(Guardianship.dependant.of_type(_Dependant)),
        joinedload(Guardianship.guardian),
    )
    return db.session.scalars(theirs.options(*with_both).order_by(Guardianship.id)).all()


def bond(bond_id: int) -> Guardianship | None:
    """A bond that counts today, with both people."""
    found = _standing().where(Guardianship.id == bond_id)
    with_both = (
        contains_eager(Guardianship.dependant.of_type(_Dependant)),
        joinedload(Guardianship.guardian),
    )
    return db.session.scalar(found.options(*with_both))


def _standing() -> Select[Guardianship]:
    """The same as `Guardianship.stands`, asked of the database."""
    query = select(Guardianship).join(Guardianship.dependant.of_type(_Dependant))
    here = (_Dependant.merged_into_id.is_(None), _Dependant.erased_at.is_(None))
    agreed = and_(Guardianship.bond == Bond.HELPER, Guardianship.agreed_at.is_not(None))
    child = and_(Guardianship.bond != Bond.HELPER, _under_age())
    return query.where(Guardianship.ended_at.is_(None), or_(agreed, child), *here)


def _under_age() -> ColumnElement[bool]:
    """By the year alone: until the year in which the child grows up begins."""
    today = clock.today()
    by_year = and_(_Dependant.born_on.is_(None), _Dependant.born_in > today.year - GROWN_UP)
    return or_(_Dependant.born_on > years_before(today, GROWN_UP), by_year)
