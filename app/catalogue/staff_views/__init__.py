"""Pages of city staff about courses."""

from app.catalogue.staff_views.reviews import bp

__all__ = ["bp"]
