"""What the city decided for all its figures."""

from sqlalchemy import select

from app.core.db import db
from app.indicators.measures.results import Attendance, CountedResidents, Rules
from app.indicators.models import FigureRule


def current_rules() -> Rules:
    """The city's own choices, and the product's where it has made none."""
    chosen = dict(db.session.execute(select(FigureRule.name, FigureRule.value)).all())
    as_begun = Rules()
    return Rules(
        CountedResidents(chosen.get("residents", as_begun.residents)),
        Attendance(chosen.get("attendance", as_begun.attendance)),
    )
