"""The city's figures for everybody: fixed periods, the city or one ward, fixed tables.

Many people look at few pages, so what was set is kept until anything that it shows changes: the
board, the targets, the day.
"""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, render_template, request, url_for
from markupsafe import Markup

from app.core import access, clock
from app.core.i18n import current_language
from app.core.kept import kept
from app.indicators.boards import file as board_file
from app.indicators.boards import prepared
from app.indicators.boards.board import Board
from app.indicators.boards.pages import Dashboard
from app.indicators.boards.prepared import Kept
from app.indicators.forms.dashboard import ChooseForm
from app.indicators.queries.targets import targets_of
from app.indicators.views.blueprint import bp
from app.places import queries as places

_AN_HOUR, _A_MINUTE = 3600, 60


@bp.get("")
@access.public
def dashboard() -> tuple[str, int]:
    """Tiles, bars, the line, the map of wards, and what the figures mean."""
    ask, form = _asked()
    figures = _figures(ask) if ask.is_understood else ""
    page = render_template("indicators/dashboard/public.html", form=form, figures=figures)
    return page, HTTPStatus.OK if ask.is_understood else HTTPStatus.NOT_FOUND


@bp.get("/figures.csv")
@access.public
def dashboard_file() -> Response:
    """The cells of the page as a CSV file."""
    ask, _form = _asked()
    found = _kept(ask)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return board_file.answer(_board(found))


def _asked() -> tuple[ChooseForm, Markup]:
    """What was asked for, and the form as it is set; wards may be those of a minute ago.

    Only what is there is kept: invented addresses would drive everything else out.
    """
    today = clock.today()
    given = tuple(request.args.get(name, "") for name in ("period", "ward"))

    def make() -> tuple[ChooseForm, Markup]:
        ask = ChooseForm.of_address(request.args, prepared.published(today), places.wards())
        return ask, _set("indicators/dashboard/_choose.html", ask=ask)

    def understood() -> tuple[ChooseForm, Markup] | None:
        made = make()
        return made if made[0].is_understood else None

    return kept(("figures form", current_language(), today, given), _A_MINUTE, understood) or make()


def _figures(ask: ChooseForm) -> Markup:
    """The part of the page that the board fills."""
    found = _kept(ask)
    board = _board(found) if found else None
    targets = targets_of(board) if board else {}
    today = clock.today()
    file = url_for("indicators.dashboard_file", **ask.address) if board else ""

    def make() -> Markup:
        shown = Dashboard(board, today, targets) if board else None
        return _set("indicators/dashboard/_figures.html", shown=shown, file=file)

    shows = (found and found.digest, tuple(sorted(targets.items())), today, file)
    return kept(("figures", current_language(), shows), _AN_HOUR, make)


def _set(template: str, **values: Any) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - templates escape


def _board(found: Kept) -> Board:
    return kept(("board", found.digest), _AN_HOUR, found.board)


def _kept(ask: ChooseForm) -> Kept | None:
    if not ask.is_understood:
        return None
    scope = prepared.CITY if ask.unit_id is None else prepared.unit(ask.unit_id)
    return prepared.kept(prepared.PUBLIC, ask.chosen.code, scope)
