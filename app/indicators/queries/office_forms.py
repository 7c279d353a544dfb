"""Reading the forms of offices, and the figures for their cells."""

from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import defer

from app.core import clock
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.tables import Value
from app.indicators.models import OfficeForm, Report
from app.indicators.queries import definitions, reports
from app.indicators.reports import figures, office_form
from app.indicators.reports.content import Cell, Part, Spot
from app.indicators.reports.figures import Wanted
from app.indicators.reports.office_form import Looked, NamedCell
from app.participation import periods
from app.participation.errors import NotAPeriod


@dataclass(frozen=True, slots=True)
class Filling:
    """A named cell, what it asks for, and what the report has for it."""

    cell: NamedCell
    wanted: Wanted | None
    value: Value

    @property
    def is_unknown(self) -> bool:
        """Whether nothing goes into it though something should."""
        return self.wanted is not None and self.value is None and self.cell.trouble is None


def all_forms() -> Sequence[OfficeForm]:
    query = select(OfficeForm).options(defer(OfficeForm.content))
    return db.session.scalars(query.order_by(OfficeForm.name, OfficeForm.id)).all()


def form(form_id: int) -> OfficeForm | None:
    return db.session.get(OfficeForm, form_id)


def file(form: OfficeForm) -> bytes:
    return b64decode(form.content)


def looked(form: OfficeForm) -> Looked:
    return office_form.look_again(file(form))


def mapping(form: OfficeForm) -> dict[str, Wanted]:
    return {cell: Wanted(**each) for cell, each in form.mapping.items()}


def measures_to_choose(report: Report | None, mapped: Iterable[str]) -> Mapping[str, Bilingual]:
    """The names of the report's measures, of those in force, and of mapped ones; by code."""
    of_report = reports.frozen(report).stated.definitions if report else ()
    known = {each.code: each.name for each in definitions.in_force()}
    known |= {each.code: each.name for each in of_report}
    return known | {code: Bilingual("") for code in mapped if code not in known}


def periods_to_choose(mapped: Iterable[str]) -> Mapping[str, Bilingual]:
    """The names of frozen periods, of usual ones and of these, by code; the latest first."""
    known = {period.code: period for period in periods.usual(clock.today())}
    for code in {*mapped, *(report.period for report in reports.all_reports())} - known.keys():
        try:
            known[code] = periods.parse(code)
        except NotAPeriod:
            continue  # typed by hand once; no report can have it
    ordered = sorted(known.values(), key=lambda each: (each.last, each.first), reverse=True)
    return {each.code: each.label for each in ordered}


def fillings(
    form: OfficeForm, report: Report, part: Part, names: Iterable[NamedCell]
) -> list[Filling]:
    """What goes into every named cell; of another period, from its revision in force."""
    wanted = mapping(form)
    known: dict[str, Mapping[Spot, Cell]] = {
        "": figures.cells(reports.frozen(report), part),
    }
    return [
        Filling(cell, each := wanted.get(cell.name), _value(each, known, part)) for cell in names
    ]


def _value(wanted: Wanted | None, known: dict[str, Mapping[Spot, Cell]], part: Part) -> Value:
    if wanted is None:
        return None
    if wanted.period not in known:
        other = reports.for_part(wanted.period, part)
        known[wanted.period] = figures.cells(reports.frozen(other), part) if other else {}
    return figures.value(known[wanted.period], wanted)
