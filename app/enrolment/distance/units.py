"""The units of a run: written by its provider, marked done by whoever learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Run, RunStatus
from app.core import audit, clock, jobs
from app.core.db import db, inserting, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines
from app.enrolment.distance.errors import NoSuchUnit, NotALink, NotOnTheList
from app.enrolment.distance.events import UnitMarked
from app.enrolment.distance.models import RunUnit, UnitDone
from app.enrolment.models import Enrolment, EnrolmentState

_OWN_PAGES = ("/vi/", "/en/")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFields:
    """What a unit says; the day is the one by which it should be done."""

    title: Bilingual
    text: Bilingual
    link: str = ""
    due_on: date | None = None


def of_run(run_id: int) -> Sequence[RunUnit]:
    """In their order, without those that were removed."""
    mine = select(RunUnit).where(RunUnit.run_id == run_id, RunUnit.removed_at.is_(None))
    return db.session.scalars(mine.order_by(RunUnit.position, RunUnit.id)).all()


def done_by(enrolment_id: int) -> set[int]:
    """The units this place has finished."""
    mine = select(UnitDone.unit_id).where(UnitDone.enrolment_id == enrolment_id)
    return set(db.session.scalars(mine))


def done_counts(run_id: int) -> Mapping[int, int]:
    """How many people have finished each unit."""
    query = select(UnitDone.unit_id, func.count()).join(UnitDone.unit)
    rows = query.where(RunUnit.run_id == run_id).group_by(UnitDone.unit_id)
    return dict(db.session.execute(rows).all())


def add(run_id: int, fields: UnitFields, by_id: int | None) -> RunUnit:
    """One more unit at the end.

    Raises:
        NotALink: nobody could follow it.
    """
    with transaction() as session:
        session.scalar(select(Run.id).where(Run.id == run_id).with_for_update())
        last = session.scalar(
            select(func.max(RunUnit.position)).where(RunUnit.run_id == run_id)
        )  # also of those removed, so that a number is never given twice
        unit = RunUnit(run_id=run_id, position=(last or 0) + 1)
        _fill(unit, fields)
        session.add(unit)
        session.flush()
        audit.record("unit.added", "run", run_id, by_id, unit=unit.id)
        return unit


def edit(unit_id: int, fields: UnitFields, seen: int, by_id: int | None) -> RunUnit:
    """Other words; whoever has done it has done it.

    Raises:
        NoSuchUnit, NotALink, ChangedMeanwhile: as the names say.
    """
    with transaction() as session:
        unit = _locked(session, unit_id)
        if unit.version != seen:
            raise ChangedMeanwhile
        _fill(unit, fields)
        audit.record("unit.edited", "run", unit.run_id, by_id, unit=unit.id)
        return unit


def move(unit_id: int, by: int, by_id: int | None) -> None:
    """One place up (-1) or down (1); at the end of the list nothing happens."""
    with transaction() as session:
        unit = _locked(session, unit_id)
        others = select(RunUnit).where(
            RunUnit.run_id == unit.run_id, RunUnit.removed_at.is_(None)
        ).with_for_update()  # fmt: skip
        every = list(session.scalars(others.order_by(RunUnit.position, RunUnit.id)))
        at = every.index(unit)
        to = at + by
        if not 0 <= to < len(every):
            return
        every[at], every[to] = every[to], every[at]
        for position, each in enumerate(every, start=1):
            each.position = position
        audit.record("unit.edited", "run", unit.run_id, by_id, unit=unit.id)


def remove(unit_id: int, by_id: int | None) -> None:
    """Nobody sees it any more; who has done it is kept and counts."""
    with transaction() as session:
        unit = _locked(session, unit_id)
        unit.removed_at = clock.now()
        audit.record("unit.removed", "run", unit.run_id, by_id, unit=unit.id)


def mark(enrolment_id: int, unit_id: int, *, is_done: bool) -> None:
    """Whoever has a place says that a unit is done, or takes that back; twice is once.

    Raises:
        NotOnTheList: no seat in this class, or it is over and its result is recorded.
        NoSuchUnit: it was removed, or belongs to another class.
    """
    with transaction() as session:
        place = session.get_one(Enrolment, enrolment_id, with_for_update=True)
        if place.state is not EnrolmentState.ENROLLED or place.run.status is RunStatus.CANCELLED:
            raise NotOnTheList
        unit = session.get(RunUnit, unit_id)
        if unit is None or unit.removed_at is not None or unit.run_id != place.run_id:
            raise NoSuchUnit
        if is_done:
            row = inserting(UnitDone).values(
                unit_id=unit_id, enrolment_id=enrolment_id, done_at=clock.now()
            )
            session.execute(row.on_conflict_do_nothing())
        else:
            mine = UnitDone.unit_id == unit_id, UnitDone.enrolment_id == enrolment_id
            session.execute(delete(UnitDone).where(*mine))
        jobs.emit(UnitMarked(enrolment_id))


def _locked(session: Session, unit_id: int) -> RunUnit:
    found = select(RunUnit).where(RunUnit.id == unit_id).with_for_update()
    unit = session.scalar(found.execution_options(populate_existing=True))
    if unit is None or unit.removed_at is not None:
        raise NoSuchUnit
    return unit


def _fill(unit: RunUnit, fields: UnitFields) -> None:
    if fields.link and not _can_be_followed(fields.link):
        raise NotALink
    unit.title_vi, unit.title_en = clean(fields.title.vi), clean(fields.title.en)
    unit.text_vi, unit.text_en = clean_lines(fields.text.vi), clean_lines(fields.text.en)
    unit.link, unit.due_on = fields.link.strip(), fields.due_on


def _can_be_followed(link: str) -> bool:
    """Of the web, or a page of ours such as that of a learning resource."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return link.startswith(_OWN_PAGES) and "\\" not in link
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
