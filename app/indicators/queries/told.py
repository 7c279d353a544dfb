"""What everybody was told, each time under the next number.

Boards and reports go out after an audit with all that was told before. Whoever lets something out
takes the next number in the same transaction, and asked for it before the audit began: of two who
audited without one another the second finds the number taken.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.core.db import db
from app.indicators.models import PreparedFigures

TOLD = "told"
"""Of the keys under which it is kept; these are never made again."""
Telling = Mapping[str, Any]


def all_told() -> list[Telling]:
    """The first first."""
    query = select(PreparedFigures.content).where(PreparedFigures.key.startswith(f"{TOLD}:"))
    return list(db.session.scalars(query.order_by(PreparedFigures.key)))


def of_report(report_id: int, at: datetime) -> Telling:
    """A report keeps its own tables, so as a board it is one of no period that told nothing."""
    return {"report": report_id, "at": at.isoformat(), "period": "", "below": None, "tables": []}


def next_key(told: int | None = None) -> str:
    """Under which the next is kept, when so many have been told.

    Args:
        told: as many as are there now by default.
    """
    query = select(func.count()).where(PreparedFigures.key.startswith(f"{TOLD}:"))
    number = db.session.scalar(query) if told is None else told
    return f"{TOLD}:{(number or 0) + 1:06}"
