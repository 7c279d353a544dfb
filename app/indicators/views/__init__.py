"""Pages of indicators for everybody, one module for each subject."""

from app.indicators.views import dashboard, reports
from app.indicators.views.blueprint import bp

__all__ = ["bp", "dashboard", "reports"]
