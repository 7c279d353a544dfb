"""The figures of a ward or commune, about its residents."""

from http import HTTPStatus

from flask import Response, abort, render_template, request, url_for

from app.core import access, clock
from app.indicators.boards import file as board_file
from app.indicators.boards import prepared
from app.indicators.boards.board import Board
from app.indicators.boards.pages import Dashboard
from app.indicators.commune_views.blueprint import bp, unit_at
from app.indicators.forms.dashboard import ChooseForm
from app.indicators.operations.looks import note_export
from app.indicators.queries.targets import targets_of
from app.participation.definitions import INTERNAL


@bp.get("/<code>/figures")
@access.commune_staff
def dashboard(code: str) -> str:
    """The page."""
    unit = unit_at(code)
    ask, board = _asked(unit.id)
    shown = Dashboard(board, clock.today(), targets_of(board)) if board else None
    here = {"code": code, **ask.address}
    return render_template(
        "indicators/dashboard/commune.html",
        ask=ask,
        code=code,
        shown=shown,
        place=unit.full_name,
        internal=INTERNAL,
        here=url_for("indicators_commune.dashboard", code=code),
        file=url_for("indicators_commune.dashboard_file", **here) if board else "",
    )


@bp.get("/<code>/figures.csv")
@access.commune_staff
def dashboard_file(code: str) -> Response:
    """The cells of the page as a CSV file."""
    _, board = _asked(unit_at(code).id)
    if board is None:
        abort(HTTPStatus.NOT_FOUND)
    note_export(board, access.actor().account_id)
    return board_file.answer(board)


def _asked(unit_id: int) -> tuple[ChooseForm, Board | None]:
    ask = ChooseForm.of_address(request.args, prepared.offered(clock.today()))
    if not ask.is_understood:
        abort(HTTPStatus.NOT_FOUND)
    return ask, prepared.board(prepared.OWN, ask.chosen.code, prepared.unit(unit_id))
