"""Lists of criteria: all of them, one as a tree, a new version from a sheet, confirming."""

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request

from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.fields import VersionField
from app.core.forms import BaseForm
from app.core.i18n import gettext
from app.core.tables import codebook, csv_lines, xlsx
from app.core.web import see_other
from app.feeds.errors import FileRefused
from app.indicators.criteria import figures as figures_of_criteria
from app.indicators.criteria import starting_points
from app.indicators.criteria.changes import compare
from app.indicators.criteria.columns import COLUMNS, Row
from app.indicators.criteria.sheet import Sheet
from app.indicators.desk_words import KINDS, SOURCES, STATUSES
from app.indicators.errors import HasBadLines
from app.indicators.forms.frameworks import ApplyForm, ImportForm
from app.indicators.models import Framework
from app.indicators.operations import frameworks as operations
from app.indicators.operations.frameworks import About
from app.indicators.queries import definitions
from app.indicators.queries import frameworks as queries
from app.indicators.staff_views.blueprint import Page, bp

CSV, XLSX = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ConfirmForm(BaseForm):
    version = VersionField()


def framework_at(framework_id: int) -> Framework:
    """Any version of any list."""
    return access.load(Framework, framework_id, lambda _actor, _framework: True)


@bp.get("/frameworks")
@access.city_staff(CityRole.STATISTICIAN)
def frameworks() -> Page:
    """The lists in force."""
    return render_template(
        "indicators/desk/frameworks.html", lists=queries.all_in_force(), statuses=STATUSES
    )


@bp.get("/frameworks/<id:framework_id>")
@access.city_staff(CityRole.STATISTICIAN)
def framework(framework_id: int) -> Page:
    """One version as a tree, each indicator with its source and its newest figure."""
    found = framework_at(framework_id)
    return _tree(found, ConfirmForm(data={"version": str(queries.wording(found.id))}))


@bp.post("/frameworks/<id:framework_id>/confirm")
@access.city_staff(CityRole.STATISTICIAN)
def confirm_framework(framework_id: int) -> Page:
    """An office has compared the words with the original."""
    found, form = framework_at(framework_id), ConfirmForm()
    seen, by_id = form.version.seen, access.actor().account_id or 0
    if form.accepted(lambda: operations.confirm_framework(found.id, seen, by_id)):
        flash(gettext("Confirmed. Whoever edits it now begins a new version."), "success")
        return see_other("indicators_staff.framework", framework_id=framework_id)
    form.version.data = str(queries.wording(framework_id))
    return _tree(framework_at(framework_id), form), HTTPStatus.CONFLICT


def _tree(found: Framework, form: ConfirmForm) -> str:
    newest = queries.in_force(found.code)
    return render_template(
        "indicators/desk/framework.html",
        framework=found, newest=newest, versions=queries.versions(found.code), form=form,
        nodes=queries.tree(found.id),
        figures=figures_of_criteria.newest(found, count="count" in request.args),
        kinds=KINDS, sources=SOURCES, statuses=STATUSES,
        confirmed_by=queries.name_of(found.verified_by_id),
    )  # fmt: skip


@bp.route("/frameworks/import", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def import_framework() -> Page:
    """A sheet is read and compared; nothing is changed yet."""
    form = ImportForm()
    if request.method == "GET":
        known = queries.in_force(request.args.get("code", ""))
        if known is not None:
            form.show(known)
        return _import_page(form)
    if not form.submitted():
        return _import_page(form), form.status
    if form.uploaded() is None:
        form.sheet.errors = [gettext("Choose the file.")]
        return _import_page(form), form.status
    try:
        sheet = form.read(queries.measure_codes())
    except FileRefused as refused:
        form.sheet.errors = [str(refused.reason)]
        return _import_page(form), form.status
    if sheet.problems:
        form.refuse(HasBadLines())
        return _import_page(form, sheet), form.status
    return _preview(form.about(), sheet)


@bp.post("/frameworks/apply")
@access.city_staff(CityRole.STATISTICIAN)
def apply_framework() -> Page:
    """The sheet that was shown becomes the version in force."""
    form = ApplyForm()
    if not form.submitted():
        return abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sheet = form.read(queries.measure_codes())
    except FileRefused:
        sheet = None
    if sheet is None:
        return abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    about, by_id = form.about(), access.actor().account_id
    try:
        made = operations.import_framework(about, sheet, form.version.seen, by_id)
    except DomainError as error:
        return _preview(about, sheet, error)
    if made.number == form.version.seen:
        flash(gettext("The sheet says the same as the version in force. Nothing was changed."))
    else:
        flash(gettext("The new version is in force. Let an office confirm it."), "success")
    return see_other("indicators_staff.framework", framework_id=made.id)


def _import_page(form: ImportForm, sheet: Sheet | None = None) -> str:
    return render_template(
        "indicators/desk/import.html", form=form, columns=COLUMNS,
        problems=sheet.problems if sheet else [], measures=definitions.names(),
    )  # fmt: skip


def _preview(about: About, sheet: Sheet, error: DomainError | None = None) -> Page:
    """What would be new, told differently or gone."""
    current = queries.in_force(about.code)
    form = ApplyForm(formdata=None)
    form.carry(about, sheet.rows, current.number if current else 0)
    if error is not None:
        form.refuse(error)
    before = queries.rows_of(current.id) if current else []
    page = render_template(
        "indicators/desk/preview.html",
        about=about, form=form, current=current, rows=sheet.rows, kinds=KINDS,
        differences=compare(before, sheet.rows),
    )  # fmt: skip
    return page, error.status if error else HTTPStatus.OK


@bp.get("/frameworks/template.<any(csv, xlsx):file_format>")
@access.city_staff(CityRole.STATISTICIAN)
def framework_template(file_format: str) -> FlaskResponse:
    """An empty sheet with its heads."""
    return _file([], "criteria-template", file_format)


@bp.get("/frameworks/example.<any(csv, xlsx):file_format>")
@access.city_staff(CityRole.STATISTICIAN)
def framework_example(file_format: str) -> FlaskResponse:
    """A whole sheet, to see how it is meant."""
    return _file(starting_points.unesco_sheet().rows, "criteria-example", file_format)


@bp.get("/frameworks/<id:framework_id>/sheet.<any(csv, xlsx):file_format>")
@access.city_staff(CityRole.STATISTICIAN)
def framework_sheet(framework_id: int, file_format: str) -> FlaskResponse:
    """One version as a sheet, to be edited and imported again."""
    found = framework_at(framework_id)
    return _file(queries.rows_of(found.id), f"{found.code}-{found.number}", file_format)


def _file(rows: list[Row], name: str, file_format: str) -> FlaskResponse:
    if file_format == CSV:
        content: bytes = "".join(csv_lines(COLUMNS, rows)).encode()
    else:
        cells = [[column.value(row) for column in COLUMNS] for row in rows]
        heads = [column.name for column in COLUMNS]
        content = xlsx([("criteria", [heads, *cells]), ("columns", codebook(COLUMNS))])
    answer = FlaskResponse(content)
    answer.headers["Content-Type"] = _TYPES[file_format]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return answer
