"""The city's own figures: exact, internal, and kept in the audit log."""

from http import HTTPStatus

from flask import Response, abort, render_template, request, url_for

from app.core import access, audit, clock
from app.core.access import CityRole
from app.indicators.boards import file as board_file
from app.indicators.boards import prepared
from app.indicators.boards.board import Board
from app.indicators.boards.pages import Dashboard
from app.indicators.boards.public import WITHHELD
from app.indicators.forms.dashboard import ChooseForm
from app.indicators.operations.looks import note_export
from app.indicators.queries.targets import targets_of
from app.indicators.staff_views.blueprint import SEEN, bp
from app.participation.definitions import INTERNAL
from app.places import queries as places


@bp.get("/figures")
@access.city_staff(CityRole.STATISTICIAN)
def dashboard() -> tuple[str, int]:
    """The page; a look is kept once a day for each period and place."""
    ask = _asked()
    board = _board(ask)
    shown = Dashboard(board, clock.today(), targets_of(board)) if board else None
    file = url_for("indicators_staff.dashboard_file", **ask.address) if board else ""
    page = render_template(
        "indicators/dashboard/city.html", ask=ask, shown=shown, file=file, internal=INTERNAL,
        withheld=WITHHELD.get(prepared.withheld(ask.chosen.code)),
    )  # fmt: skip
    if board:
        audit.saw("figures", f"{board.period} {board.place_code}", action=SEEN)
    return page, HTTPStatus.OK if ask.is_understood else HTTPStatus.NOT_FOUND


@bp.get("/figures.csv")
@access.city_staff(CityRole.STATISTICIAN)
def dashboard_file() -> Response:
    """The cells of the page as a CSV file."""
    ask = _asked()
    board = _board(ask)
    if board is None:
        abort(HTTPStatus.NOT_FOUND)
    note_export(board, access.actor().account_id)
    return board_file.answer(board)


def _asked() -> ChooseForm:
    return ChooseForm.of_address(request.args, prepared.offered(clock.today()), places.wards())


def _board(ask: ChooseForm) -> Board | None:
    if not ask.is_understood:
        return None
    scope = prepared.CITY if ask.unit_id is None else prepared.unit(ask.unit_id)
    return prepared.board(prepared.EXACT, ask.chosen.code, scope)
