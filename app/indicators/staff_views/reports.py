"""Freezing reports, looking at them before anybody else does, and publishing them."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.indicators.forms.reports import FreezeForm, PublishForm
from app.indicators.models import Report
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports import errors, files, pages, publishing, stating
from app.indicators.reports.content import Part
from app.indicators.staff_views.blueprint import SEEN, Page, bp
from app.indicators.views.reports import file_answer
from app.participation import periods


@bp.get("/reports")
@access.city_staff(CityRole.STATISTICIAN)
def reports() -> str:
    """Every revision of every period, and the way to another one."""
    return render_template(
        "indicators/reports/desk.html",
        reports=queries.all_reports(),
        freezing=queries.freezing(),
        given_up=[periods.parse(each).label for each in queries.given_up_periods()],
        refused=[(each, errors.refusal(each.why)) for each in queries.refused_freezes()],
    )


@bp.route("/reports/new", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def new_report() -> Page:
    """Say the period; with returns missing, say so again; then the worker freezes it."""
    form = FreezeForm(period=request.args.get("period", ""))
    if form.accepted(lambda: _ask(form)):
        flash(gettext("The report is being made. It stands here in a few minutes."), "success")
        return see_other("indicators_staff.reports")
    period = (form.period.data or "").strip()
    return render_template(
        "indicators/reports/new.html",
        form=form,
        filed=stating.completeness(period) if period else None,
        last=queries.last_revision(period) if period else 0,
        is_asked=bool(period) and queries.is_asked(period),
    ), form.status


@bp.get("/reports/<id:report_id>")
@access.city_staff(CityRole.STATISTICIAN)
def report(report_id: int) -> str:
    """One revision with its exact figures; a look is kept once a day."""
    page = _page(_report(report_id), PublishForm())
    audit.saw("report", report_id, action=SEEN)
    return page


@bp.post("/reports/<id:report_id>/publish")
@access.city_staff(CityRole.STATISTICIAN)
def publish(report_id: int) -> Page:
    """Have the worker publish it, if no hidden figure could be worked out then."""
    row, form = _report(report_id), PublishForm()
    try:
        operations.ask_to_publish(row.id, access.actor().account_id or abort(403))
    except DomainError as error:
        form.refuse(error)
        return _page(_report(report_id), form), form.status
    return see_other("indicators_staff.report", report_id=report_id)


@bp.get("/reports/<id:report_id>/<file>")
@access.city_staff(CityRole.STATISTICIAN)
def report_file(report_id: int, file: str) -> Response:
    """A file with the exact figures; who took it is kept."""
    row = _report(report_id)
    answer = file_answer(pages.page(row, Part.INTERNAL).source, file)
    operations.note_export(row, file.rpartition(".")[2], access.actor().account_id)
    return answer


def _ask(form: FreezeForm) -> None:
    operations.ask(
        form.period.data or "",
        form.reason.data or "",
        access.actor().account_id or abort(403),
        without_missing=bool(form.without_missing.data),
    )


def _report(report_id: int) -> Report:
    return queries.report(report_id) or abort(404)


def _page(row: Report, form: PublishForm) -> str:
    shown = pages.page(row, Part.INTERNAL, request.args.get("measure", ""))
    return render_template(
        "indicators/reports/internal.html",
        form=form,
        page=shown,
        publishing=publishing.of(row, shown.frozen),
        revisions=queries.revisions(row.period),
        files=files.names(shown.source),
    )
