"""Keeping that internal figures went out."""

from app.core import audit
from app.core.db import transaction
from app.indicators.boards.board import Board


def note_export(board: Board, account_id: int | None) -> None:
    """A line about a file that somebody took."""
    note_file(board.period, board.place_code, account_id)


def note_file(period: str, place: str, account_id: int | None) -> None:
    """As `note_export`, of other figures."""
    with transaction():
        audit.record("indicators.export", "figures", f"{period} {place}", account_id)
