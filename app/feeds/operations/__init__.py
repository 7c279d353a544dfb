"""Catalogue files: read, reported, applied."""

from app.feeds.operations.importing import import_catalogue, perform
from app.feeds.operations.task import REPORT_ONLY, Task, Wanted

__all__ = ["REPORT_ONLY", "Task", "Wanted", "import_catalogue", "perform"]
