"""What the worker does for providers every day."""

from app.core.jobs import DayBegan, handles
from app.providers import likeness
from app.providers.applying import documents


@handles(DayBegan)
def sweep_documents(_event: DayBegan) -> None:
    """Files nobody needs any more."""
    documents.sweep()


@handles(DayBegan, network=True)
def look_for_doubles(_event: DayBegan) -> None:
    """Compared outside any transaction: it takes a moment."""
    likeness.look()
