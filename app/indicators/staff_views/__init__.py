"""Pages of the city about figures, criteria and returns, one module for each subject."""

from app.indicators.staff_views import (
    criteria,
    dashboard,
    frameworks,
    measures,
    office_forms,
    periods,
    reports,
    targets,
)
from app.indicators.staff_views.blueprint import bp

__all__ = [
    "bp",
    "criteria",
    "dashboard",
    "frameworks",
    "measures",
    "office_forms",
    "periods",
    "reports",
    "targets",
]
