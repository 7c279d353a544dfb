"""Reading definitions of figures, of any version."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.db import db
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.errors import UnknownMeasure
from app.indicators.measures.formula import Formula, Periods, What
from app.indicators.measures.reading import read as read_formula
from app.indicators.measures.results import Attendance, Definition
from app.indicators.models import Measure, MeasureVersion
from app.indicators.queries.rules import current_rules
from app.participation.definitions import Told, tells_definitions


def in_force() -> list[Definition]:
    """The newest version of every figure, in the order of the list."""
    return [as_definition(row) for row in db.session.scalars(_newest())]


@tells_definitions
def of_participation(codes: Iterable[str]) -> dict[str, Told]:
    """The city's definitions of the figures that participation counts by itself."""
    delivered = {start.code: start.formula for start in STARTING_SET}
    by_course = current_rules().attendance is Attendance.COURSE
    told = {}
    for row in db.session.scalars(_newest().where(Measure.code.in_(list(codes)))):
        each = as_definition(row)
        same = _counts(each.formula) == _counts(delivered[each.code])
        same = same and not (by_course and _counts_attendances(each.formula))
        told[each.code] = Told(each.version, each.name, each.meaning, same)
    return told


def _counts(formula: Formula) -> Formula:
    """What it counts, however it may be broken down and over which periods."""
    return replace(formula, by=(), undivided=(), periods=Periods.ANY)


def _counts_attendances(formula: Formula) -> bool:
    return any(count.what is What.ATTENDANCES for count in formula.counts)


def names() -> dict[str, Bilingual]:
    """What each figure is called by now, by its code, in the order of the list."""
    return {each.code: each.name for each in in_force()}


def definition(code: str, version: int | None = None) -> Definition:
    """The version in force, or the one asked for.

    Raises:
        UnknownMeasure: there is none.
    """
    query = _newest() if version is None else _any().where(MeasureVersion.number == version)
    found = db.session.scalar(query.where(Measure.code == code))
    if found is None:
        raise UnknownMeasure
    return as_definition(found)


def history(code: str) -> Sequence[MeasureVersion]:
    """Every version, the newest first."""
    people = joinedload(MeasureVersion.made_by), joinedload(MeasureVersion.verified_by)
    query = _any().where(Measure.code == code).options(*people).order_by(None)
    return db.session.scalars(query.order_by(MeasureVersion.number.desc())).all()


def as_definition(row: MeasureVersion) -> Definition:
    return Definition(
        code=row.measure.code,
        version=row.number,
        name=row.name,
        meaning=row.meaning,
        source=row.source,
        status=row.status,
        formula=read_formula(row.formula),
    )


def _any() -> Select[MeasureVersion]:
    query = select(MeasureVersion).join(MeasureVersion.measure)
    query = query.options(contains_eager(MeasureVersion.measure))
    return query.order_by(Measure.position, Measure.code)


def _newest() -> Select[MeasureVersion]:
    last = (
        select(MeasureVersion.measure_id, func.max(MeasureVersion.number).label("number"))
        .group_by(MeasureVersion.measure_id)
        .subquery()
    )
    return _any().join(
        last,
        (last.c.measure_id == MeasureVersion.measure_id) & (last.c.number == MeasureVersion.number),
    )
