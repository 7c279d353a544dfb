"""Pages of provider staff about people: today's classes, class lists, attendance."""

from app.enrolment.provider_views import (
    attendance,
    fees,
    place,
    results,
    roster,
    rules,
    today,
    walk_in,
)
from app.enrolment.provider_views.blueprint import bp

__all__ = ["attendance", "bp", "fees", "place", "results", "roster", "rules", "today", "walk_in"]
