"""Exact participation figures for the city's statisticians; who looked or took a file is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, flash, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from app.core import access, audit, clock, config
from app.core.access import CityRole
from app.core.i18n import gettext
from app.core.web import see_other
from app.participation import exports, orders, queries, store
from app.participation.cells import Cells, counted
from app.participation.definitions import INTERNAL
from app.participation.forms import AskForm
from app.participation.orders import Order
from app.participation.queries import NotReady, Question
from app.participation.shown import Figures
from app.participation.staff_views.blueprint import bp

SEEN = "participation.seen"


@bp.get("/participation")
@access.city_staff(CityRole.STATISTICIAN)
def page() -> tuple[str, int]:
    """The form, the key figures with their definitions, and the cells."""
    form, question = AskForm.of_address(request.args, clock.today())
    figures = _figures(question) if question else None
    status = HTTPStatus.OK if question else HTTPStatus.UNPROCESSABLE_ENTITY
    shown = {"ask": form, "figures": figures, "orders": _orders(), "internal": INTERNAL}
    made = render_template("participation/figures.html", **shown), status
    if question and figures:
        asked = " ".join((question.period.code, *question.by))
        audit.saw("participation", asked, action=SEEN)
    return made


@bp.get("/participation.csv")
@access.city_staff(CityRole.STATISTICIAN)
def csv() -> BaseResponse:
    """The cells of the page as a CSV file."""
    return _file(exports.CSV)


@bp.get("/participation.xlsx")
@access.city_staff(CityRole.STATISTICIAN)
def xlsx() -> BaseResponse:
    """The cells of the page as a workbook, with definitions and codebook."""
    return _file(exports.XLSX)


@bp.post("/participation/files")
@access.city_staff(CityRole.STATISTICIAN)
def order() -> BaseResponse:
    """Ask for a file that takes a while; the answer leads to where it will be."""
    _, question = AskForm.of_address(request.form, clock.today())
    file_format = request.form.get("format", "")
    if question is None or file_format not in exports.FORMATS:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    token = orders.ask(question, file_format, access.actor().account_id or abort(403))
    return see_other("participation_staff.ordered", token=token)


@bp.get("/participation/files/<token>")
@access.city_staff(CityRole.STATISTICIAN)
def ordered(token: str) -> str:
    """How far the file is, and the way to it."""
    return render_template("participation/order.html", order=_order(token), internal=INTERNAL)


@bp.get("/participation/files/<token>/download")
@access.city_staff(CityRole.STATISTICIAN)
def download(token: str) -> Response:
    """The file, for nobody but whoever asked for it."""
    found = _order(token)
    if not found.is_ready:
        abort(HTTPStatus.NOT_FOUND)
    file_format = found.asked.file_format
    answer = send_file(found.path, mimetype=exports.FILE_TYPES[file_format], etag=False)
    _note(found.question, file_format, found.total)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(file_format: str) -> BaseResponse:
    """At once where it is small; else back to the page, which offers to make it meanwhile."""
    _, question = AskForm.of_address(request.args, clock.today())
    if question is None:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with _counted(question) as cells:
            if cells.is_large:
                flash(gettext("This table is large. Its files are made meanwhile: ask for one."))
                return _to_page(question)
            content = exports.content(cells, file_format)
    except NotReady:  # the page says that they are being prepared
        return _to_page(question)
    _note(question, file_format, cells.size)
    answer = Response(content)
    answer.headers["Content-Type"] = exports.FILE_TYPES[file_format]
    name = exports.file_name(question, file_format)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _to_page(question: Question) -> BaseResponse:
    by = [str(each) for each in question.by]
    return see_other("participation_staff.page", period=question.period.code, by=by)


def _figures(question: Question) -> Figures | None:
    """None before any files were written."""
    try:
        before = queries.count(_folder(), Question(question.period.previous(), spaces=False))
        is_running = question.period.last >= clock.today()
        with _counted(question) as cells:
            is_behind = store.is_behind(_folder())
            return Figures.of(cells, before, is_behind=is_behind, is_running=is_running)
    except NotReady:
        return None


@contextmanager
def _counted(question: Question) -> Iterator[Cells]:
    with counted(_folder(), question, orders.scratch()) as cells:
        yield cells


def _orders() -> list[Order]:
    return orders.of_account(access.actor().account_id)


def _order(token: str) -> Order:
    return orders.find(token, access.actor().account_id) or abort(HTTPStatus.NOT_FOUND)


def _note(question: Question, file_format: str, cells: int) -> None:
    exports.note(question, file_format, cells, access.actor().account_id)


def _folder() -> Path:
    return store.folder(config.current())
