"""Workbooks of offices: taken, told which figure goes where, and filled from a frozen report."""

from collections.abc import Sequence

from flask import Response as File
from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access, audit
from app.core.access import CityRole
from app.core.forms import choice
from app.core.i18n import gettext
from app.core.slugs import slug_of
from app.core.web import see_other
from app.indicators.forms.reports import CellForm, FillForm, MappingForm, UploadForm
from app.indicators.models import OfficeForm, Report
from app.indicators.operations import office_forms as operations
from app.indicators.queries import office_forms as queries
from app.indicators.queries import reports
from app.indicators.reports import figures, office_form
from app.indicators.reports.content import Part
from app.indicators.reports.figures import Wanted
from app.indicators.reports.files import SHEET
from app.indicators.staff_views.blueprint import SEEN, Page, bp


@bp.route("/office-forms", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def office_forms() -> Page:
    """All forms, and taking another one, which leads on to saying what goes into its cells."""
    form, kept = UploadForm(), list[OfficeForm]()
    if form.accepted(lambda: kept.append(_keep(form))):
        flash(gettext("The form is kept. Say now which figure goes into which cell."), "success")
        return see_other("indicators_staff.office_form_page", form_id=kept[0].id)
    forms = queries.all_forms()
    return render_template("indicators/reports/forms.html", form=form, forms=forms), form.status


@bp.route("/office-forms/<id:form_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def office_form_page(form_id: int) -> Page:
    """Which figure goes into which cell, and what would stand there by the chosen report."""
    kept = _form(form_id)
    choices = reports.all_reports()
    report = _chosen(choices)
    looked = queries.looked(kept)
    form = _mapping_form(kept, looked, report)
    if form.submitted():
        operations.map_cells(kept.id, _wanted(form), access.actor().account_id)
        flash(gettext("Saved."), "success")
        return see_other("indicators_staff.office_form_page", form_id=form_id)
    part = _part()
    may_fill = report is not None and _may_fill(report, part)
    shown = render_template(
        "indicators/reports/form.html",
        kept=kept,
        form=form,
        looked=looked,
        report=report,
        part=part,
        ask=_fill_form(choices, report, part),
        groups=list(figures.groups(reports.frozen(report))) if report else [],
        may_fill=may_fill,
        fillings=queries.fillings(kept, report, part, looked.names) if report and may_fill else [],
    )
    status = form.status
    if report and part is Part.INTERNAL:
        audit.saw("report", report.id, action=SEEN)
    return shown, status


@bp.get("/office-forms/<id:form_id>/filled.xlsx")
@access.city_staff(CityRole.STATISTICIAN)
def filled_form(form_id: int) -> File:
    """A copy with the figures of the chosen report in it."""
    kept, part = _form(form_id), _part()
    report = _chosen(reports.all_reports())
    if report is None or not _may_fill(report, part):
        abort(404)
    found = queries.fillings(kept, report, part, queries.looked(kept).names)
    values = {each.cell.name: each.value for each in found if each.value is not None}
    content = office_form.filled(queries.file(kept), values, report.cut_off)
    operations.note_filled(kept.id, report, part, access.actor().account_id)
    name = f"{slug_of(kept.name)}-{report.period}-r{report.revision}-{part}.xlsx"
    answer = File(content)
    answer.headers["Content-Type"] = SHEET
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/office-forms/<id:form_id>/remove")
@access.city_staff(CityRole.STATISTICIAN)
def remove_form(form_id: int) -> Response:
    """Forget a form; what was filled from it stays with whoever has it."""
    operations.remove(_form(form_id).id, access.actor().account_id)
    flash(gettext("The form was removed."), "success")
    return see_other("indicators_staff.office_forms")


def _keep(form: UploadForm) -> OfficeForm:
    content = form.file.data.read(office_form.MOST_BYTES + 1)
    return operations.keep(form.name.data or "", content, access.actor().account_id or abort(403))


def _form(form_id: int) -> OfficeForm:
    return queries.form(form_id) or abort(404)


def _part() -> Part:
    return Part.INTERNAL if request.args.get("part") == Part.INTERNAL else Part.PUBLIC


def _may_fill(report: Report, part: Part) -> bool:
    """What nobody has checked against all that is published is not handed out as public."""
    return part is Part.INTERNAL or report.published_at is not None


def _chosen(choices: Sequence[Report]) -> Report | None:
    """The report in the address, else the last one that was frozen."""
    wanted = request.args.get("report", "")
    named = (each for each in choices if str(each.id) == wanted)
    return next(named, choices[0] if choices else None)


def _fill_form(choices: Sequence[Report], report: Report | None, part: Part) -> FillForm:
    form = FillForm(report=report.id if report else None, part=part.value)
    form.report.choices = [choice(each.id, _report_name(each)) for each in choices]
    return form


def _report_name(report: Report) -> str:
    values = {"period": report.period_name, "number": report.revision}
    return gettext("%(period)s, revision %(number)s", **values)


def _mapping_form(
    kept: OfficeForm, looked: office_form.Looked, report: Report | None
) -> MappingForm:
    """One line for each cell that can be filled, in the order of the names."""
    wanted = queries.mapping(kept)
    fillable = [each.name for each in looked.names if each.trouble is None]
    now = [wanted.get(name, Wanted("")) for name in fillable]
    form = MappingForm(
        cells=[
            {"cell": name, "measure": each.measure, "of": each.of, "period": each.period}
            for name, each in zip(fillable, now, strict=True)
        ]
    )
    named = queries.measures_to_choose(report, [each.measure for each in now if each.measure])
    measures = [
        choice("", "–"),
        *(choice(code, f"{code} · {name}" if name else code) for code, name in named.items()),
    ]
    listed = queries.periods_to_choose({each.period for each in now} - {""})
    others = [choice(code, f"{name} ({code})") for code, name in listed.items()]
    for line in form.cells:
        line.form.measure.choices = measures
        line.form.period.choices = [choice("", gettext("That of the report")), *others]
    return form


def _wanted(form: MappingForm) -> dict[str, Wanted]:
    lines: list[CellForm] = [line.form for line in form.cells]
    return {
        line.cell.data or "": Wanted(
            line.measure.data or "", (line.of.data or "").strip(), line.period.data or ""
        )
        for line in lines
    }
