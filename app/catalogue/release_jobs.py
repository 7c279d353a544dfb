"""What the worker does when the hour of a course has come."""

from app.catalogue.events import ReleaseDue
from app.catalogue.operations import publish_due
from app.core.jobs import handles


@handles(ReleaseDue)
def publish_at_its_hour(event: ReleaseDue) -> None:
    """Publish the course; a repeated or late event finds nothing left to do."""
    publish_due(event.course_id)
