"""The city's figures for everybody: fixed periods, the city or one ward, fixed tables."""

from http import HTTPStatus

from flask import Response, abort, render_template, request, url_for

from app.core import access, clock
from app.indicators.boards import file as board_file
from app.indicators.boards import prepared
from app.indicators.boards.board import Board
from app.indicators.boards.pages import Dashboard
from app.indicators.forms.dashboard import ChooseForm
from app.indicators.queries.targets import targets_of
from app.indicators.views.blueprint import bp
from app.places import queries as places


@bp.get("")
@access.public
def dashboard() -> tuple[str, int]:
    """Tiles, bars, the line, the map of wards, and what the figures mean."""
    ask = _asked()
    board = _board(ask)
    shown = Dashboard(board, clock.today(), targets_of(board)) if board else None
    file = url_for("indicators.dashboard_file", **ask.address) if board else ""
    page = render_template("indicators/dashboard/public.html", ask=ask, shown=shown, file=file)
    return page, HTTPStatus.OK if ask.is_understood else HTTPStatus.NOT_FOUND


@bp.get("/figures.csv")
@access.public
def dashboard_file() -> Response:
    """The cells of the page as a CSV file."""
    ask = _asked()
    board = _board(ask)
    if board is None:
        abort(HTTPStatus.NOT_FOUND)
    return board_file.answer(board)


def _asked() -> ChooseForm:
    return ChooseForm.of_address(request.args, prepared.published(clock.today()), places.wards())


def _board(ask: ChooseForm) -> Board | None:
    if not ask.is_understood:
        return None
    scope = prepared.CITY if ask.unit_id is None else prepared.unit(ask.unit_id)
    return prepared.board(prepared.PUBLIC, ask.chosen.code, scope)
