"""Paper sheets of all centres of a ward or commune, typed in on one page."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, render_template, request
from wtforms import HiddenField

from app.catalogue import queries as catalogue
from app.core import access, clock
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.fields import VersionField
from app.core.forms import BaseForm, TextField, optional
from app.core.i18n import gettext, ngettext
from app.core.i18n import lazy as _
from app.core.web import see_other
from app.indicators.commune_views.blueprint import Page, bp, unit_at
from app.indicators.desk_words import STATES
from app.indicators.models import PaperRow, ReportingPeriod
from app.indicators.paper import operations, queries, typed
from app.indicators.paper.errors import LinesWrong, NothingTyped, Problem
from app.indicators.paper.operations import By
from app.indicators.paper.queries import Centre
from app.indicators.paper.typed import Count, Line
from app.indicators.queries import returns
from app.participation import periods
from app.participation.periods import Period
from app.places.models import AdminUnit

_AT = "/<string(length=5):code>/paper"


class PaperForm(BaseForm):
    """What belongs to the whole page of lines; the lines are read by `paper.typed`."""

    key = HiddenField()
    reason = TextField(_("Why certified figures change"), [optional()])


class RowForm(BaseForm):
    """One row that is corrected or removed."""

    day = TextField(_("Day"))
    hours = TextField(_("Hours"))
    people = TextField(_("People"))
    women = TextField(_("Of whom women"), [optional()])
    older = TextField(_("Of whom 60 or older"), [optional()])
    reason = TextField(_("Why it is corrected"), [optional()])
    version = VersionField()

    def show(self, row: PaperRow) -> None:
        """The row as it is."""
        counts = {name: getattr(row, name) for name in ("women", "older")}
        self.process(
            data={
                "day": typed.day_typed(row.day), "hours": typed.hours_typed(row.minutes),
                "people": str(row.headcount), "version": str(row.version),
                **{name: "" if each is None else str(each) for name, each in counts.items()},
            }
        )  # fmt: skip

    def count(self, row: PaperRow, period: Period) -> Count | None:
        """What was typed, read as a line of the page is; None with errors beside the boxes."""
        names = ("day", "hours", "people", "women", "older")
        said = dict.fromkeys(("topic", "again"), "") | {n: self[n].data or "" for n in names}
        line = Line(row.line, said | {"centre": "here", "activity": row.activity.name})
        found, problems = typed.entries([line], period, {"here": row.activity.provider_id})
        self.put_right(problems)
        if not found:
            return None
        (one,) = found
        return one.count

    def put_right(self, problems: Sequence[Problem]) -> None:
        for each in problems:
            self[each.field].errors = [each.message]


@bp.get(_AT)
@access.commune_staff
def paper(code: str) -> Page:
    """The half-year that runs."""
    unit = unit_at(code)
    return see_other("indicators_commune.paper_period", code=unit.code, period=_running().code)


@bp.get(f"{_AT}/<period>")
@access.commune_staff
def paper_period(code: str, period: str) -> Page:
    """Empty lines, what was entered before, and who sent nothing."""
    unit, reporting = unit_at(code), _opened(period)
    form = PaperForm(formdata=None, data={"key": secrets.token_hex(16)})
    centres = queries.centres(reporting, unit.id, periods.parse(period))
    only = centres[0].provider.slug if len(centres) == 1 else ""
    return _page(unit, reporting, form, typed.blank(only), centres)


@bp.post(f"{_AT}/<period>")
@access.commune_staff
def enter_paper(code: str, period: str) -> Page:
    """All lines or none; whatever is wrong or unclear is said beside each line."""
    unit, reporting = unit_at(code), _opened(period)
    form, lines, told = PaperForm(), typed.sent(request.form), periods.parse(period)
    centres = queries.centres(reporting, unit.id, told)
    entries, problems = typed.entries(
        lines, told, {each.provider.slug: each.provider.id for each in centres}
    )
    by = By(access.actor().account_id, form.reason.data or "")
    try:
        if not form.submitted() or problems:
            raise LinesWrong(problems)
        if not entries:
            raise NothingTyped
        number = operations.enter(unit.id, told, entries, form.key.data or "", by)
    except DomainError as error:
        form.refuse(error)
        _put_beside(lines, error.problems if isinstance(error, LinesWrong) else ())
        return _page(unit, reporting, form, lines, centres), error.status
    saved = ngettext("Saved: %(num)s session.", "Saved: %(num)s sessions.", number)
    flash(saved, "success")
    return see_other("indicators_commune.paper_period", code=code, period=period)


@bp.route(f"{_AT}/<period>/<id:row_id>", methods=["GET", "POST"])
@access.commune_staff
def paper_row(code: str, period: str, row_id: int) -> Page:
    """One row: corrected or removed until the period is closed, and what it said before."""
    unit, reporting = unit_at(code), _opened(period)
    row = queries.row(unit.id, row_id) or abort(HTTPStatus.NOT_FOUND)
    form = RowForm()
    if request.method == "GET":
        form.show(row)
        return _row_page(unit, reporting, row, form)
    try:
        if not _changed(row, form, periods.parse(period)):
            return _row_page(unit, reporting, row, form), HTTPStatus.UNPROCESSABLE_ENTITY
    except LinesWrong as error:
        form.put_right(error.problems)
        return _row_page(unit, reporting, row, form), error.status
    except DomainError as error:
        form.refuse(error)
        row = queries.row(unit.id, row_id) or abort(HTTPStatus.NOT_FOUND)
        if isinstance(error, ChangedMeanwhile):
            form.version.data = str(row.version)
        return _row_page(unit, reporting, row, form), error.status
    flash(gettext("Saved. What was there before stays in the history."), "success")
    return see_other("indicators_commune.paper_period", code=code, period=period)


def _changed(row: PaperRow, form: RowForm, period: Period) -> bool:
    """Whether the boxes could be read; then it is saved."""
    by = By(access.actor().account_id, form.reason.data or "")
    if "remove" in request.form:
        operations.remove(row.id, form.version.seen, by)
        return True
    count = form.count(row, period) if form.submitted() else None
    if count is None:
        return False
    operations.correct(row.id, period, count, form.version.seen, by)
    return True


def _put_beside(lines: Sequence[Line], problems: Sequence[Problem]) -> None:
    by_number = {line.number: line for line in lines}
    for each in problems:
        by_number[each.line].problems.append(each)


def _page(
    unit: AdminUnit, reporting: ReportingPeriod, form: PaperForm, lines: Sequence[Line],
    centres: Sequence[Centre],
) -> str:  # fmt: skip
    period = periods.parse(reporting.code)
    return render_template(
        "indicators/paper/page.html",
        unit=unit, reporting=reporting, period=period, form=form, lines=lines, centres=centres,
        rows=queries.rows(unit.id, period), names=queries.known_names(unit.id),
        topics=catalogue.topics(), hours=typed.hours_typed, last_day=typed.last_day(period),
        total=queries.total(each.paper for each in centres),
        opened=_opened_now(),
        label=periods.parse, states=STATES,
        asks_why=any(each.found and each.found.is_certified for each in centres),
    )  # fmt: skip


def _row_page(unit: AdminUnit, reporting: ReportingPeriod, row: PaperRow, form: RowForm) -> str:
    return render_template(
        "indicators/paper/row.html",
        unit=unit, reporting=reporting, period=periods.parse(reporting.code), row=row, form=form,
        names=queries.names(row.changes, row.entered_by_id), hours=typed.hours_typed,
    )  # fmt: skip


def _opened(code: str) -> ReportingPeriod:
    """A period of the city's, or the half-year that runs, also before the city asks for returns."""
    if found := returns.period(code):
        return found
    return _not_asked_for_yet() if code == _running().code else abort(HTTPStatus.NOT_FOUND)


def _opened_now() -> list[ReportingPeriod]:
    opened = [each for each in returns.all_periods() if each.closed_at is None]
    runs = any(each.code == _running().code for each in opened)
    return opened if runs else [_not_asked_for_yet(), *opened]


def _running() -> Period:
    return periods.usual(clock.today())[0]


def _not_asked_for_yet() -> ReportingPeriod:
    """Of no row: sheets are entered while sessions take place, not when the city asks."""
    return ReportingPeriod(code=_running().code, due_on=_running().last)
