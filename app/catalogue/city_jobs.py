"""What the catalogue does when the city has decided about a provider."""

from sqlalchemy import select

from app.catalogue import holds
from app.catalogue.models import Course, CourseStatus
from app.core.db import db, transaction
from app.core.jobs import handles
from app.providers.events import ProviderMoved
from app.providers.models import ProviderStep


@handles(ProviderMoved)
def hold_what_was_published_meanwhile(event: ProviderMoved) -> None:
    """Of two at the same moment, one may have published while the other suspended."""
    step = db.session.get(ProviderStep, event.step_id)
    if step is None:
        return
    public = select(Course.id).where(
        Course.provider_id == step.provider_id, Course.status == CourseStatus.PUBLISHED
    )
    with transaction() as session:
        holds.keep_back(session, session.scalars(public).all())
