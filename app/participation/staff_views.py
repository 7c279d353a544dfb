"""Participation figures for the city's statisticians."""

from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, render_template, request

from app.core import access, clock, config
from app.core.access import CityRole
from app.core.i18n import localised
from app.participation import disclosure, exports, queries, sheets, store
from app.participation.definitions import INTERNAL
from app.participation.disclosure import Released
from app.participation.forms import AskForm
from app.participation.queries import NotReady, Question
from app.participation.shown import Figures

bp = localised("participation_staff", __name__, "/staff")


@bp.get("/participation")
@access.city_staff(CityRole.STATISTICIAN)
def page() -> tuple[str, int]:
    """The form, the key figures with their definitions, and the cells."""
    form, question = AskForm.of_address(request.args, clock.today())
    figures = _figures(question) if question else None
    status = HTTPStatus.OK if question else HTTPStatus.UNPROCESSABLE_ENTITY
    shown = {"ask": form, "figures": figures, "internal": INTERNAL}
    return render_template("participation/figures.html", **shown), status


@bp.get("/participation.csv")
@access.city_staff(CityRole.STATISTICIAN)
def csv() -> Response:
    """The cells of the page as a CSV file."""
    return _file(exports.CSV)


@bp.get("/participation.xlsx")
@access.city_staff(CityRole.STATISTICIAN)
def xlsx() -> Response:
    """The cells of the page as a workbook, with definitions and codebook."""
    return _file(exports.XLSX)


def _file(file_format: str) -> Response:
    _, question = AskForm.of_address(request.args, clock.today())
    if question is None:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        sheet = sheets.lay_out(_released(question))
    except NotReady:
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    exports.note(sheet, file_format, access.actor().account_id)
    name = exports.file_name(question, file_format)
    answer = Response(exports.content(sheet, file_format))
    answer.headers["Content-Type"] = exports.FILE_TYPES[file_format]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _figures(question: Question) -> Figures | None:
    """None before any files were written."""
    try:
        sheet = sheets.lay_out(_released(question))
        before = _released(Question(question.period.previous(), spaces=False))
    except NotReady:
        return None
    is_running = question.period.last >= clock.today()
    return Figures(sheet, before, store.is_behind(_folder()), is_running)


def _released(question: Question) -> Released:
    table = queries.count(_folder(), question)
    return disclosure.release(table, config.current().small_cell_below)


def _folder() -> Path:
    return store.folder(config.current())
