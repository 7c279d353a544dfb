"""Reading learning resources."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import CourseStatus
from app.providers.models import Provider
from app.resources.models import Resource

RESOURCE_PAGE = (
    joinedload(Resource.provider).joinedload(Provider.type),
    joinedload(Resource.topic),
)
"""What a resource page needs, in one statement."""


def published() -> Select[Resource]:
    """Every resource that residents can see."""
    return select(Resource).where(Resource.status == CourseStatus.PUBLISHED)


def of_provider(provider_id: int) -> Select[Resource]:
    """All of a provider's resources, drafts too, the newest first."""
    mine = select(Resource).where(Resource.provider_id == provider_id)
    newest = mine.order_by(Resource.created_at.desc(), Resource.id.desc())
    return newest.options(joinedload(Resource.topic))
