"""Catalogue files: read, reported, applied."""

from app.feeds.operations.importing import REPORT_ONLY, Wanted, import_catalogue

__all__ = ["REPORT_ONLY", "Wanted", "import_catalogue"]
