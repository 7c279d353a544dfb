"""How words reach residents: at once, at a set hour, or after city staff looked at them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.catalogue import completeness, documents
from app.catalogue.documents import Document
from app.catalogue.errors import (
    HeldByTheCity,
    NobodyAsked,
    NoReason,
    NotComplete,
    NothingToJoin,
    NotInTheFuture,
)
from app.catalogue.events import ReleaseDue
from app.catalogue.models import Course, CourseStatus, Run, RunStatus
from app.catalogue.operations import history
from app.catalogue.operations.courses import fill, note
from app.catalogue.operations.pending import (
    current,
    forget_release,
    locked,
    release_of,
    revision_of,
)
from app.catalogue.operations.revisions import save_part
from app.catalogue.revision_models import CourseRelease, CourseRevision, ReleaseState
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.vi import clean_lines
from app.providers.errors import NotAtWork
from app.providers.models import Provider, ProviderStatus

LONGEST_WAIT = timedelta(days=366)
Versions = tuple[int, int]


def publish(course_id: int, by_id: int | None = None) -> Course:
    """Show residents the course, or what was to change in it, in one step.

    Raises:
        NotComplete: a text is missing in a chosen language.
        NothingToJoin: no run is planned that is not over; asked only of a course out of sight.
        HeldByTheCity, NotAtWork: as the name says.
    """
    with transaction() as session:
        course = locked(session, course_id)
        revision = revision_of(session, course_id)
        _check(session, course, current(course, revision))
        history.catch_up(session, course)
        if revision is not None:
            _apply(session, course, revision)
        was_public = course.is_public
        course.status = CourseStatus.PUBLISHED
        course.published_at = course.published_at or clock.now()
        session.flush()
        history.keep(session, course, by_id)
        forget_release(session, course_id)
        note("course.revised" if was_public else "course.published", course, by_id)
        return course


def release(
    course_id: int, seen: Versions, by_id: int | None = None, at: datetime | None = None
) -> ReleaseState | None:
    """Publish, or remember that it is wanted where it waits for an hour or for city staff.

    Args:
        seen: `versions` of what the editor looked at.
        at: None: at once.

    Returns:
        What it waits for; None when residents see it now.

    Raises:
        ChangedMeanwhile: somebody changed a word after the editor looked.
        NotInTheFuture: the hour has passed, or is too far away.
        NotComplete, NothingToJoin: to be put right before city staff look at it; an hour that is
            still to come asks for nothing before it comes.
    """
    with transaction() as session:
        course = locked(session, course_id)
        revision = revision_of(session, course_id)
        if versions(course, revision) != seen:
            raise ChangedMeanwhile
        if course.is_public and revision is None:
            return None
        if at is not None and not clock.now() < at < clock.now() + LONGEST_WAIT:
            raise NotInTheFuture
        if course.provider.needs_review:
            _check(session, course, current(course, revision))
            _want(session, course, ReleaseState.WAITING, at, by_id)
            return ReleaseState.WAITING
        if at is None:
            publish(course_id, by_id)
            return None
        _want(session, course, ReleaseState.SCHEDULED, at, by_id)
        jobs.emit(ReleaseDue(course_id), delay=at - clock.now())
        return ReleaseState.SCHEDULED


def propose(course_id: int, values: Mapping[str, Any]) -> None:
    """What a file says of a live course whose words city staff look at first: it waits for them.

    Args:
        values: of a document, by name.
    """
    with transaction() as session:
        course = locked(session, course_id)
        before = current(course, revision_of(session, course_id))
        if documents.with_values(before, values) == before:
            return  # said before, and still looked at
        save_part(course_id, values, documents.fingerprint(before, values))
        if revision_of(session, course_id) is not None:
            _want(session, course, ReleaseState.WAITING, None, None)


def take_back(course_id: int, by_id: int | None = None) -> None:
    """It is not to be published for now."""
    with transaction() as session:
        locked(session, course_id)
        if release_of(session, course_id) is not None:
            forget_release(session, course_id)
            audit.record("course.release_taken_back", "course", course_id, by_id)


def approve(course_id: int, seen: Versions, by_id: int | None = None) -> ReleaseState | None:
    """City staff agree: it is published, or waits for its hour.

    Raises:
        NobodyAsked: it does not wait for them.
        ChangedMeanwhile: the provider has changed something since.
        NotComplete, NothingToJoin: as `publish`.
    """
    with transaction() as session:
        course, wish = _to_review(session, course_id)
        if versions(course, revision_of(session, course_id)) != seen:
            raise ChangedMeanwhile
        audit.record("course.review_approved", "course", course_id, by_id)
        if wish.publish_at is None or wish.publish_at <= clock.now():
            publish(course_id, by_id)
            return None
        _decide(wish, ReleaseState.SCHEDULED, by_id)
        wish.agreed = _written(seen)
        jobs.emit(ReleaseDue(course_id), delay=wish.publish_at - clock.now())
        return ReleaseState.SCHEDULED


def send_back(course_id: int, reason: str, by_id: int | None = None) -> None:
    """City staff want something changed first, and say what.

    Raises:
        NobodyAsked: it does not wait for them.
        NoReason: the provider would not know what to do.
    """
    reason = clean_lines(reason)
    if not reason:
        raise NoReason
    with transaction() as session:
        _course, wish = _to_review(session, course_id)
        _decide(wish, ReleaseState.RETURNED, by_id)
        wish.reason = reason
        audit.record("course.review_returned", "course", course_id, by_id)


def publish_due(course_id: int) -> None:
    """At the hour that was set: publish, or keep why not for the provider to see."""
    with transaction() as session:
        course = session.get(Course, course_id, with_for_update=True, populate_existing=True)
        wish = release_of(session, course_id)  # read behind the lock: taken back is taken back
        if course is None or wish is None or wish.state is not ReleaseState.SCHEDULED:
            return
        if wish.publish_at is None or wish.publish_at > clock.now():
            return  # somebody chose a later hour meanwhile
        revision = revision_of(session, course_id)
        if course.provider.needs_review and wish.agreed != _written(versions(course, revision)):
            wish.state = ReleaseState.WAITING  # a file or a feed wrote something else meanwhile
            return
        lacks = _obstacles(session, course, current(course, revision))
        if not lacks:
            publish(course_id, wish.asked_by_id)
            return
        wish.state, wish.lacks = ReleaseState.REFUSED, lacks
        audit.record("course.release_refused", "course", course_id, None, lacks=lacks)


def set_review(provider_id: int, by_id: int | None = None, *, needed: bool) -> None:
    """Whether city staff look at a provider's courses before residents see them.

    What waits for them goes on waiting; what waits for its hour waits for them first.
    """
    mine = select(Course.id).where(Course.provider_id == provider_id)
    planned = update(CourseRelease).where(
        CourseRelease.course_id.in_(mine), CourseRelease.state == ReleaseState.SCHEDULED
    )
    with transaction() as session:
        provider = session.get_one(Provider, provider_id)
        if provider.needs_review == needed:
            return
        provider.needs_review = needed
        if needed:
            session.execute(
                planned.values(state=ReleaseState.WAITING, version=CourseRelease.version + 1)
            )
        audit.record("provider.review_set", "provider", provider_id, by_id, needed=needed)


def versions(course: Course, revision: CourseRevision | None) -> Versions:
    """Tells what somebody looked at from what it has become; 0 stands for no revision."""
    return course.version, revision.version if revision else 0


def _written(seen: Versions) -> str:
    return "{}-{}".format(*seen)


def _check(session: Session, course: Course, document: Document) -> None:
    lacks = _obstacles(session, course, document)
    if not lacks:
        return
    raise _REFUSALS[lacks[0]] if lacks[0] in _REFUSALS else NotComplete(lacks)


_REFUSALS: dict[str, type[DomainError]] = {
    "held": HeldByTheCity,
    "provider": NotAtWork,
    completeness.NO_RUN: NothingToJoin,
}


def _obstacles(session: Session, course: Course, document: Document) -> list[str]:
    """Codes of all that keeps the course from residents, what nobody here can mend first."""
    coming = exists().where(
        Run.course_id == course.id,
        Run.status == RunStatus.PLANNED,
        Run.ends_on >= clock.today(),
    )
    found = ["held"] if course.status is CourseStatus.HELD else []
    if course.provider.status is not ProviderStatus.ACTIVE:
        found.append("provider")
    found += completeness.lacks(document)
    if not course.is_public and not session.scalar(select(coming)):
        found.append(completeness.NO_RUN)
    return found


def _apply(session: Session, course: Course, revision: CourseRevision) -> None:
    fill(session, course, documents.fields_of(current(course, revision)))
    session.delete(revision)


def _want(
    session: Session,
    course: Course,
    state: ReleaseState,
    at: datetime | None,
    by_id: int | None,
) -> None:
    wish = release_of(session, course.id)
    if wish is None:
        wish = CourseRelease(course_id=course.id)
        session.add(wish)
    wish.state, wish.publish_at = state, at
    wish.asked_at, wish.asked_by_id = clock.now(), by_id
    wish.decided_at = wish.decided_by_id = None
    wish.reason, wish.agreed, wish.lacks = "", "", []
    audit.record("course.release_wanted", "course", course.id, by_id, state=state.value)


def _decide(wish: CourseRelease, state: ReleaseState, by_id: int | None) -> None:
    wish.state = state
    wish.decided_at, wish.decided_by_id = clock.now(), by_id


def _to_review(session: Session, course_id: int) -> tuple[Course, CourseRelease]:
    course = locked(session, course_id)
    wish = release_of(session, course_id)
    if wish is None or wish.state is not ReleaseState.WAITING:
        raise NobodyAsked
    return course, wish
