"""A course as its editors see it: with what is to change, what waits and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.catalogue import completeness, documents
from app.catalogue.completeness import Hint
from app.catalogue.differences import Difference, Words, differences
from app.catalogue.documents import Document
from app.catalogue.models import Audience, Course, CourseStatus, Run, Topic
from app.catalogue.operations.publishing import versions
from app.catalogue.revision_models import CourseRelease, CourseRevision, CourseVersion, ReleaseState
from app.core.db import db
from app.providers.models import Provider

MOST_NAMED = 20


@dataclass(frozen=True)
class Desk:
    """One course on the editor's desk."""

    course: Course
    revision: CourseRevision | None
    release: CourseRelease | None

    @cached_property
    def live(self) -> Document:
        return documents.of_course(self.course)

    @cached_property
    def document(self) -> Document:
        """What is edited: the course with its pending changes."""
        if self.revision is None:
            return self.live
        return documents.merged(self.revision.base, self.revision.document, self.live)

    @property
    def looked_at(self) -> str:
        """For the hidden box of a form that acts on what is shown now."""
        return "{}-{}".format(*versions(self.course, self.revision))

    @property
    def lacks(self) -> list[str]:
        """Texts without which it cannot be published."""
        return completeness.lacks(self.document)

    @property
    def is_shown_whole(self) -> bool:
        """Whether residents see exactly this."""
        return self.course.is_public and self.revision is None

    @property
    def waits(self) -> bool:
        return self.release is not None and self.release.state is ReleaseState.WAITING

    @property
    def can_be_deleted(self) -> bool:
        """As far as the course itself tells; runs are asked about when it is deleted."""
        return self.course.status is CourseStatus.DRAFT and self.course.published_at is None

    @cached_property
    def changes(self) -> list[Difference]:
        """What would be different for residents, field by field."""
        return differences(self.live, self.document, words())

    @cached_property
    def whole(self) -> list[Difference]:
        """Every field that says something, for who has never seen the course."""
        return differences(documents.NOTHING, self.document, words())

    @cached_property
    def meanwhile(self) -> list[Difference]:
        """What a file, a feed or the city changed in the live course since the revision began."""
        if self.revision is None:
            return []
        return differences(self.revision.base, self.live, words())

    def hints(self, runs: Sequence[Run]) -> list[Hint]:
        """What would help people to find it."""
        return completeness.hints(self.document, runs)


def desk(course: Course) -> Desk:
    """The course with what waits beside it; two statements."""
    revision = select(CourseRevision).where(CourseRevision.course_id == course.id)
    release = select(CourseRelease).where(CourseRelease.course_id == course.id)
    return Desk(
        course,
        db.session.scalar(revision.options(joinedload(CourseRevision.changed_by))),
        db.session.scalar(release),
    )


def words() -> Words:
    """The names of subjects and audiences in the page's language, also of former ones."""
    return Words(
        {topic.id: topic.name.text() for topic in db.session.scalars(select(Topic))},
        {audience.id: audience.name.text() for audience in db.session.scalars(select(Audience))},
    )


def preview(course: Course, document: Document) -> Course:
    """A course that is in no database, with the words that are to be shown."""
    texts = {name: document[name] for name in documents.NAMES if name != "audience_ids"}
    chosen = select(Audience).where(Audience.id.in_(document["audience_ids"]))
    return Course(
        **texts,
        id=course.id,
        provider=course.provider,
        topic=db.session.get_one(Topic, document["topic_id"]),
        audiences=list(db.session.scalars(chosen.order_by(Audience.position, Audience.id))),
        status=CourseStatus.DRAFT,
    )


def history(course_id: int) -> list[CourseVersion]:
    """The published versions, the newest first."""
    mine = select(CourseVersion).where(CourseVersion.course_id == course_id)
    newest = mine.order_by(CourseVersion.number.desc())
    return list(db.session.scalars(newest.options(joinedload(CourseVersion.by))))


def waiting() -> Select[CourseRelease]:
    """What city staff are to look at, what waits longest first."""
    wanted = select(CourseRelease).where(CourseRelease.state == ReleaseState.WAITING)
    with_course = joinedload(CourseRelease.course)
    return wanted.order_by(CourseRelease.asked_at, CourseRelease.id).options(
        with_course.joinedload(Course.provider), with_course.joinedload(Course.topic)
    )


def course_for_review(course_id: int) -> Course | None:
    """The course with all that its page needs, if it waits for city staff."""
    wanted = select(Course).join(CourseRelease, CourseRelease.course_id == Course.id)
    mine = wanted.where(Course.id == course_id, CourseRelease.state == ReleaseState.WAITING)
    return db.session.scalar(
        mine.options(joinedload(Course.provider), selectinload(Course.audiences))
    )


def reviewed_providers() -> list[Provider]:
    """Those whose courses city staff look at first, by name."""
    wanted = select(Provider).where(Provider.needs_review).order_by(Provider.name_vi, Provider.id)
    return list(db.session.scalars(wanted))


def providers_named(text: str) -> list[Provider]:
    """Some providers whose name holds these words."""
    if not text:
        return []
    wanted = select(Provider).where(Provider.name_vi.icontains(text, autoescape=True))
    by_name = wanted.order_by(Provider.name_vi, Provider.id).limit(MOST_NAMED)
    return list(db.session.scalars(by_name))
