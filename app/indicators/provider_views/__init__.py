"""Pages of a provider about its figures and its returns, one module for each subject."""

from app.indicators.provider_views import classes, dashboard, returns
from app.indicators.provider_views.blueprint import bp

__all__ = ["bp", "classes", "dashboard", "returns"]
