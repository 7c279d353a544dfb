"""Pages of provider staff: courses, runs and their sessions."""

from app.catalogue.provider_views import courses, editing, places, publishing, runs, term_copies
from app.catalogue.provider_views.blueprint import bp

__all__ = ["bp", "courses", "editing", "places", "publishing", "runs", "term_copies"]
