"""What the worker does for applications: documents nobody needs any more."""

from app.core.jobs import DayBegan, handles
from app.providers.applying import documents


@handles(DayBegan)
def sweep_documents(_event: DayBegan) -> None:
    documents.sweep()
