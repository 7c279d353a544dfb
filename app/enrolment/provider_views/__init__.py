"""Pages of provider staff about people: today's classes, class lists, attendance."""

from app.enrolment.provider_views import (
    attendance,
    check_in,
    distance,
    fees,
    kept_marks,
    paper_sheets,
    place,
    results,
    roster,
    rules,
    substitutes,
    today,
    walk_in,
)
from app.enrolment.provider_views.blueprint import bp

__all__ = [
    "attendance",
    "bp",
    "check_in",
    "distance",
    "fees",
    "kept_marks",
    "paper_sheets",
    "place",
    "results",
    "roster",
    "rules",
    "substitutes",
    "today",
    "walk_in",
]
