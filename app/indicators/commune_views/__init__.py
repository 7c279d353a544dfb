"""Pages of a ward or commune about its figures and its returns, one module for each subject."""

from app.indicators.commune_views import dashboard, landing, paper, returns, values
from app.indicators.commune_views.blueprint import bp

__all__ = ["bp", "dashboard", "landing", "paper", "returns", "values"]
