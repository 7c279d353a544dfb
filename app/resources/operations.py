"""Every change of a learning resource: one transaction, one audit row, one event."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm.exc import StaleDataError

from app.catalogue.models import CourseStatus
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines
from app.providers.errors import NotAtWork
from app.providers.models import ProviderStatus
from app.resources.errors import ResourceHeld, UnsafeLink
from app.resources.events import ResourceChanged
from app.resources.models import Licence, Resource, ResourceFormat

_SCHEMES = ("http", "https")
_NOTHING = Bilingual("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFields:
    """What a provider says about a link."""

    title: Bilingual
    url: str
    licence: Licence
    topic_id: int
    summary: Bilingual = _NOTHING
    format: ResourceFormat = ResourceFormat.WEB
    languages: tuple[str, ...] = ("vi",)


def create_resource(provider_id: int, fields: ResourceFields, by_id: int | None = None) -> Resource:
    """A new link, as a draft.

    Raises:
        UnsafeLink: not a web address.
    """
    with transaction() as session:
        resource = Resource(provider_id=provider_id)
        _fill(resource, fields)
        session.add(resource)
        session.flush()  # gives the id that the audit row names
        _note("resource.created", resource, by_id)
        return resource


def edit_resource(
    resource_id: int, fields: ResourceFields, version: int, by_id: int | None = None
) -> Resource:
    """Replace what is said about a link.

    Args:
        version: the one the editor saw; nobody's change is overwritten unseen.

    Raises:
        UnsafeLink: not a web address.
        ChangedMeanwhile: somebody saved another version first.
    """
    try:
        with transaction() as session:
            resource = session.get_one(Resource, resource_id)
            if resource.version != version:
                raise ChangedMeanwhile
            _fill(resource, fields)
            _note("resource.edited", resource, by_id)
            session.flush()  # two editors with the same version are told apart here
            return resource
    except StaleDataError as error:
        raise ChangedMeanwhile from error


def publish(resource_id: int, by_id: int | None = None) -> Resource:
    """Show the link to residents; publishing says that somebody has looked at it today.

    Raises:
        NotAtWork, ResourceHeld: as the name says.
    """
    with transaction() as session:
        resource = _not_held(session.get_one(Resource, resource_id, with_for_update=True))
        if resource.provider.status is not ProviderStatus.ACTIVE:
            raise NotAtWork
        resource.status = CourseStatus.PUBLISHED
        resource.reviewed_on = clock.today()
        _note("resource.published", resource, by_id)
        return resource


def withdraw(resource_id: int, by_id: int | None = None) -> Resource:
    """Take the link out of sight.

    Raises:
        ResourceHeld: as the name says.
    """
    with transaction() as session:
        resource = _not_held(session.get_one(Resource, resource_id, with_for_update=True))
        resource.status = CourseStatus.WITHDRAWN
        _note("resource.withdrawn", resource, by_id)
        return resource


def _fill(resource: Resource, fields: ResourceFields) -> None:
    resource.url = _safe(fields.url)
    resource.title_vi, resource.title_en = clean(fields.title.vi), clean(fields.title.en)
    resource.summary_vi = clean_lines(fields.summary.vi)
    resource.summary_en = clean_lines(fields.summary.en)
    resource.licence, resource.format = fields.licence, fields.format
    resource.topic_id = fields.topic_id
    resource.languages = " ".join(fields.languages)


def _safe(url: str) -> str:
    """Only what a browser opens as a page: no script, no file, no password in it."""
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise UnsafeLink from error
    if parts.scheme.lower() not in _SCHEMES or "." not in parts.netloc or "@" in parts.netloc:
        raise UnsafeLink
    if any(c.isspace() or not c.isprintable() for c in url.strip()):
        raise UnsafeLink
    return url.strip()


def _not_held(resource: Resource) -> Resource:
    if resource.status is CourseStatus.HELD:
        raise ResourceHeld
    return resource


def _note(action: str, resource: Resource, by_id: int | None) -> None:
    audit.record(action, "resource", resource.id, by_id)
    jobs.emit(ResourceChanged(resource.id))
