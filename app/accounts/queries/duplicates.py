"""Reading suspicions and merges, for the desk."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Merge, Person, Residence, Suspicion, SuspicionState
from app.core.db import db

_WITH_BOTH = (
    joinedload(Suspicion.first).selectinload(Person.residences).joinedload(Residence.unit),
    joinedload(Suspicion.second).selectinload(Person.residences).joinedload(Residence.unit),
)


def open_suspicions() -> Select[Suspicion]:
    """Pairs nobody has decided about, the likeliest first."""
    pairs = select(Suspicion).where(Suspicion.state == SuspicionState.OPEN)
    merged = exists().where(
        or_(Person.id == Suspicion.first_id, Person.id == Suspicion.second_id),
        Person.merged_into_id.is_not(None),
    )
    ordered = pairs.where(~merged).order_by(Suspicion.score.desc(), Suspicion.id)
    return ordered.options(joinedload(Suspicion.first), joinedload(Suspicion.second))


def suspicion(suspicion_id: int) -> Suspicion | None:
    """The pair with where both live and lived."""
    return db.session.get(Suspicion, suspicion_id, options=_WITH_BOTH)


def merges() -> Select[Merge]:
    """The newest first."""
    both = (joinedload(Merge.kept), joinedload(Merge.gone))
    return select(Merge).order_by(Merge.id.desc()).options(*both)


def merge(merge_id: int) -> Merge | None:
    both = (selectinload(Merge.kept), selectinload(Merge.gone))
    return db.session.get(Merge, merge_id, options=both)
