"""A provider's own figures."""

from http import HTTPStatus

from flask import Response, abort, render_template, request, url_for

from app.core import access, clock
from app.indicators.boards import file as board_file
from app.indicators.boards import nobody, prepared
from app.indicators.boards.board import Board
from app.indicators.boards.pages import Dashboard
from app.indicators.forms.dashboard import ChooseForm
from app.indicators.operations.looks import note_export
from app.indicators.provider_views.blueprint import bp
from app.participation.definitions import INTERNAL
from app.providers import queries as providers
from app.providers.models import Provider


@bp.get("/figures")
@access.provider_staff()
def dashboard(slug: str) -> str:
    """The page."""
    (provider,) = providers.by_ids([access.here(slug).provider_id])
    ask, board = _asked(provider)
    return render_template(
        "indicators/dashboard/provider.html",
        ask=ask,
        shown=Dashboard(board, clock.today(), {}) if board else None,
        place=provider.name,
        slug=slug,
        internal=INTERNAL,
        here=url_for("indicators_provider.dashboard", slug=slug),
        file=_file(slug, ask) if board else "",
    )


@bp.get("/figures.csv")
@access.provider_staff()
def dashboard_file(slug: str) -> Response:
    """The cells of the page as a CSV file."""
    (provider,) = providers.by_ids([access.here(slug).provider_id])
    _, board = _asked(provider)
    if board is None:
        abort(HTTPStatus.NOT_FOUND)
    note_export(board, access.actor().account_id)
    return board_file.answer(board)


def _file(slug: str, ask: ChooseForm) -> str:
    return url_for("indicators_provider.dashboard_file", slug=slug, **ask.address)


def _asked(provider: Provider) -> tuple[ChooseForm, Board | None]:
    """Whoever taught nobody has figures too, once those of the city are there."""
    ask = ChooseForm.of_address(request.args, prepared.offered(clock.today()))
    if not ask.is_understood:
        abort(HTTPStatus.NOT_FOUND)
    period = ask.chosen.code
    if own := prepared.board(prepared.OWN, period, prepared.provider(provider.id)):
        return ask, own
    city = prepared.board(prepared.EXACT, period)
    return ask, nobody.board(city, provider.name, provider.slug) if city else None
