"""Pages of the city's statisticians about participation, one module for each subject."""

from app.participation.staff_views import campaigns, figures, sessions
from app.participation.staff_views.blueprint import bp

__all__ = ["bp", "campaigns", "figures", "sessions"]
