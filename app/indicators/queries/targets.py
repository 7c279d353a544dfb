"""Targets beside figures."""

from sqlalchemy import select

from app.core.db import db
from app.indicators.boards.board import Board
from app.indicators.models import Target


def targets_of(board: Board) -> dict[str, float]:
    """Code of the measure -> what it shall be by the end of the board's period; one statement."""
    if board.unit_id is None:
        return {}
    query = select(Target.measure_code, Target.number).where(
        Target.unit_id == board.unit_id,
        Target.period == board.period,
        Target.measure_code.in_([figure.code for figure in board.figures]),
    )
    return {code: float(number) for code, number in db.session.execute(query)}
