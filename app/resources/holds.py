"""Resources the city keeps out of sight: of providers not at work, and those taken down."""

from sqlalchemy import ColumnElement, Update, exists, func, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import CourseStatus
from app.core import jobs
from app.core.db import db
from app.core.i18n import lazy as _
from app.providers.models import Provider, ProviderStatus
from app.providers.standing.belongings import Belonging, register
from app.providers.standing.takedowns import Takedowns
from app.resources.events import ResourceChanged, ResourceTakedownMoved
from app.resources.models import Resource, ResourceTakedown

_TAKEN_DOWN = exists().where(
    ResourceTakedown.resource_id == Resource.id, ResourceTakedown.lifted_at.is_(None)
)
_NOT_AT_WORK = exists().where(
    Provider.id == Resource.provider_id, Provider.status != ProviderStatus.ACTIVE
)


def hand_over(session: Session, from_id: int, to_id: int) -> None:
    moved = update(Resource).where(Resource.provider_id == from_id)
    _turn(session, moved.values(provider_id=to_id, version=Resource.version + 1))


def _hold(session: Session, which: ColumnElement[bool]) -> None:
    held = update(Resource).where(which, Resource.status == CourseStatus.PUBLISHED)
    _turn(session, held.values(status=CourseStatus.HELD, version=Resource.version + 1))


def _release(session: Session, which: ColumnElement[bool]) -> None:
    held = Resource.status == CourseStatus.HELD
    let_go = update(Resource).where(which, held, ~_TAKEN_DOWN, ~_NOT_AT_WORK)
    _turn(session, let_go.values(status=CourseStatus.PUBLISHED, version=Resource.version + 1))


def _turn(session: Session, statement: Update) -> None:
    """The search follows each of them."""
    session.flush()
    turned = statement.returning(Resource.id)
    ids = session.scalars(turned, execution_options={"synchronize_session": False}).all()
    session.expire_all()
    for resource_id in sorted(ids):
        jobs.emit(ResourceChanged(resource_id))


def _count(provider_id: int) -> int:
    public = CourseStatus.PUBLISHED, CourseStatus.HELD
    mine = select(func.count()).where(
        Resource.provider_id == provider_id, Resource.status.in_(public)
    )
    return db.session.scalar(mine) or 0


register(
    Belonging(
        name="resources",
        label=_("Learning resources"),
        count=_count,
        hold=lambda session, provider_id: _hold(session, Resource.provider_id == provider_id),
        release=lambda session, provider_id: _release(session, Resource.provider_id == provider_id),
        hand_over=hand_over,
    )
)
OF_RESOURCES = Takedowns(
    name="resource",
    things=Resource,
    rows=ResourceTakedown,
    of=ResourceTakedown.resource_id,
    in_sight=(CourseStatus.PUBLISHED, CourseStatus.HELD),
    hold=lambda session, resource_id: _hold(session, Resource.id == resource_id),
    release=lambda session, resource_id: _release(session, Resource.id == resource_id),
    event=ResourceTakedownMoved,
)
