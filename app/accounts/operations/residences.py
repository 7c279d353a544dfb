"""Where people live, from which day on."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person, Residence, ResidenceKind


def move(
    session: Session,
    person: Person,
    unit_id: int | None,
    day: date,
    kind: ResidenceKind | None = None,
) -> bool:
    """The person lives there from this day on; the past before it keeps its wards.

    Whether anything is otherwise now: then whoever calls it says that the person has changed.

    Whoever lives there already and longer stays as known. What was recorded of later days gives
    way, so that no two residences overlap.

    Args:
        kind: None leaves what was stated of the same ward, and states nothing of another.
    """
    lived = select(Residence).where(Residence.person_id == person.id)
    known = session.scalars(lived.order_by(Residence.valid_from)).all()
    current = next((each for each in known if each.valid_to is None), None)
    here = current if current is not None and current.unit_id == unit_id else None
    if here is not None and here.valid_from <= day:
        before, here.kind = here.kind, kind or here.kind
        return here.kind is not before
    stated = kind or (here.kind if here else ResidenceKind.NOT_STATED)
    for each in known:
        if each.valid_from >= day:
            session.delete(each)
        elif each.valid_to is None or each.valid_to >= day:
            each.valid_to = day - timedelta(days=1)
    session.flush()  # only one residence may be open at any moment
    session.add(Residence(person_id=person.id, unit_id=unit_id, kind=stated, valid_from=day))
    return True
