"""A class made from an earlier one asks for the same and has the same units."""

from sqlalchemy import func, select

from app.catalogue.events import RunCopied
from app.catalogue.models import Run
from app.core.db import db, transaction
from app.core.jobs import handles
from app.enrolment.distance.models import RunNeeds, RunUnit

_NEEDS = ("captions", "equipment_vi", "equipment_en")
_UNIT = ("position", "title_vi", "title_en", "text_vi", "text_en", "link")


@handles(RunCopied)
def copy_units(event: RunCopied) -> None:
    """Their days move as the class does. What the new class has already is left alone."""
    with transaction() as session:
        source, run = session.get(Run, event.source_id), session.get(Run, event.run_id)
        if source is None or run is None:
            return
        needs = session.get(RunNeeds, source.id)
        if needs is not None and session.get(RunNeeds, run.id) is None:
            session.add(RunNeeds(run_id=run.id, **{name: getattr(needs, name) for name in _NEEDS}))
        if _has_units(run.id):
            return
        by = run.starts_on - source.starts_on
        units = select(RunUnit).where(RunUnit.run_id == source.id, RunUnit.removed_at.is_(None))
        for unit in session.scalars(units.order_by(RunUnit.position, RunUnit.id)):
            new = RunUnit(run_id=run.id, **{name: getattr(unit, name) for name in _UNIT})
            new.due_on = unit.due_on + by if unit.due_on else None
            session.add(new)


def _has_units(run_id: int) -> bool:
    count = select(func.count(RunUnit.id)).where(RunUnit.run_id == run_id)
    return bool(db.session.scalar(count))
