"""Pages of provider staff about people: today's classes, class lists, attendance."""

from app.enrolment.provider_views import attendance, roster, today
from app.enrolment.provider_views.blueprint import bp

__all__ = ["attendance", "bp", "roster", "today"]
