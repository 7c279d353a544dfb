"""What is typed about a course: into a draft itself, beside a live course until it is let out."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.catalogue import documents
from app.catalogue.documents import Document
from app.catalogue.models import Course
from app.catalogue.operations import history
from app.catalogue.operations.courses import edit_course
from app.catalogue.operations.pending import (
    current,
    forget_release,
    locked,
    release_of,
    revision_of,
)
from app.catalogue.revision_models import CourseRevision, ReleaseState
from app.core import audit, clock
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile


def save_part(
    course_id: int,
    values: Mapping[str, Any],
    seen: str,
    by_id: int | None = None,
    fits: Collection[str] = (),
) -> None:
    """Write one part of the form.

    Args:
        values: of a document, by name.
        seen: `documents.fingerprint` of these names as the editor found them.
        fits: texts whose translation still fits, although its source has changed.

    Raises:
        ChangedMeanwhile: somebody else has changed one of these; nobody's words are overwritten
            unseen.
    """
    try:
        with transaction() as session:
            course = locked(session, course_id)
            revision = revision_of(session, course_id)
            before = current(course, revision)
            if documents.fingerprint(before, values) != seen:
                raise ChangedMeanwhile
            after = documents.with_values(before, values, fits)
            if after == before:
                return
            if revision is None and not course.is_public:
                edit_course(course_id, documents.fields_of(after), course.version, by_id)
            else:
                _write(session, course, revision, values, after=after, by_id=by_id)
            _review_again(session, course)
            session.flush()  # two editors at once are told apart here
    except StaleDataError as error:
        raise ChangedMeanwhile from error


def discard(course_id: int, by_id: int | None = None) -> None:
    """Forget the pending revision; residents go on seeing what they see."""
    with transaction() as session:
        course = locked(session, course_id)
        revision = revision_of(session, course_id)
        if revision is None:
            return
        session.delete(revision)
        if course.is_public:
            forget_release(session, course_id)
        audit.record("course.revision_discarded", "course", course_id, by_id)


def _write(
    session: Session,
    course: Course,
    revision: CourseRevision | None,
    values: Mapping[str, Any],
    *,
    after: Document,
    by_id: int | None,
) -> None:
    live = documents.of_course(course)
    if not documents.changed(live, after):
        _back_to_live(session, course, revision, after)
        return
    if revision is None:
        history.catch_up(session, course)
        revision = CourseRevision(
            course_id=course.id, document=live, base=live, course_version=course.version
        )
        session.add(revision)
        audit.record("course.revision_begun", "course", course.id, by_id)
    _type_into(revision, values, after, live)
    revision.changed_at, revision.changed_by_id = clock.now(), by_id


def _type_into(
    revision: CourseRevision, values: Mapping[str, Any], after: Document, live: Document
) -> None:
    """What is typed now stands on the course as it is now; the rest stands where it stood."""
    before = documents.merged(revision.base, revision.document, live)
    typed = {name: value for name, value in values.items() if value != before[name]}
    revision.base = {**revision.base, **{name: live[name] for name in typed}}
    revision.document = {**revision.document, **typed, "source_was": after["source_was"]}


def _back_to_live(
    session: Session, course: Course, revision: CourseRevision | None, after: Document
) -> None:
    """Nothing is left that residents would notice."""
    if revision is not None:
        session.delete(revision)
    course.source_was = after["source_was"]
    flag_modified(course, "source_was")


def _review_again(session: Session, course: Course) -> None:
    """What city staff agreed to is no longer what would be published."""
    release = release_of(session, course.id)
    if release and release.state is ReleaseState.SCHEDULED and course.provider.needs_review:
        release.state = ReleaseState.WAITING
