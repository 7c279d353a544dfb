"""Resources the city keeps out of sight: of providers not at work, and those taken down."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Update, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue.errors import NotInSight
from app.catalogue.models import CourseStatus
from app.core import audit, clock, jobs
from app.core.db import breaks, db, transaction
from app.core.i18n import lazy as _
from app.core.vi import clean_lines
from app.providers.errors import DecidedAlready, WordsLacking
from app.providers.models import Provider, ProviderStatus
from app.providers.standing.belongings import Belonging, register
from app.resources.events import ResourceChanged, ResourceTakedownMoved
from app.resources.models import Resource, ResourceTakedown

_TAKEN_DOWN = exists().where(
    ResourceTakedown.resource_id == Resource.id, ResourceTakedown.lifted_at.is_(None)
)
_NOT_AT_WORK = exists().where(
    Provider.id == Resource.provider_id, Provider.status != ProviderStatus.ACTIVE
)


def take_down(resource_id: int, reason: str, by_id: int) -> None:
    """Nobody outside sees it any more; its provider reads why, and can correct it.

    Raises:
        DecidedAlready: somebody else has taken it down.
        NotInSight: residents do not see it anyway.
        WordsLacking: no reason.
    """
    said = _said(reason)
    try:
        with transaction() as session:
            resource = session.get_one(Resource, resource_id, with_for_update=True)
            if resource.status not in (CourseStatus.PUBLISHED, CourseStatus.HELD):
                raise NotInSight
            made = ResourceTakedown(resource_id=resource_id, reason=said, by_id=by_id)
            session.add(made)
            session.flush()  # the index of standing takedowns answers here
            _hold(session, Resource.id == resource_id)
            audit.record("resource.taken_down", "resource", resource_id, by_id, reason=said[:200])
            jobs.emit(ResourceTakedownMoved(made.id, lifted=False))
    except IntegrityError as error:
        if breaks(error, "uq_resource_takedowns_standing", "resource_takedowns.resource_id"):
            raise DecidedAlready from error
        raise


def lift(resource_id: int, reason: str, by_id: int) -> None:
    """It is public again if its provider is at work.

    Raises:
        DecidedAlready: somebody else has let it go.
        WordsLacking: no reason.
    """
    said = _said(reason)
    with transaction() as session:
        standing = update(ResourceTakedown).where(
            ResourceTakedown.resource_id == resource_id, ResourceTakedown.lifted_at.is_(None)
        )
        lifted = standing.values(lifted_at=clock.now(), lifted_by_id=by_id, lifted_reason=said)
        takedown_id = session.scalar(lifted.returning(ResourceTakedown.id))
        if takedown_id is None:
            raise DecidedAlready
        _release(session, Resource.id == resource_id)
        audit.record("resource.takedown_lifted", "resource", resource_id, by_id, reason=said[:200])
        jobs.emit(ResourceTakedownMoved(takedown_id, lifted=True))


def standing(resource_id: int) -> ResourceTakedown | None:
    """The takedown that has not been lifted."""
    mine = select(ResourceTakedown).where(ResourceTakedown.resource_id == resource_id)
    return db.session.scalar(mine.where(ResourceTakedown.lifted_at.is_(None)))


def resource(resource_id: int) -> Resource | None:
    """Whatever its state: staff of the city decide about it."""
    return db.session.get(Resource, resource_id)


def history(resource_id: int) -> Sequence[ResourceTakedown]:
    """All takedowns of a resource, the newest first."""
    mine = select(ResourceTakedown).where(ResourceTakedown.resource_id == resource_id)
    return db.session.scalars(mine.order_by(ResourceTakedown.id.desc())).all()


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


def _said(reason: str) -> str:
    said = clean_lines(reason)
    if not said:
        raise WordsLacking
    return said


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
