"""Tables of the catalogue."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.catalogue.openness import Openness, RunState, RunStatus
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.places.models import Room, Venue
from app.providers.models import Provider

if TYPE_CHECKING:
    from app.catalogue.planning_models import RunTeacher

__all__ = [
    "Audience",
    "ClassSession",
    "Course",
    "CourseStatus",
    "ImportBatch",
    "Mode",
    "Run",
    "RunState",
    "RunStatus",
    "SessionStatus",
    "Topic",
    "course_audiences",
]


class CourseStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    HELD = "held"  # was public; the city keeps it out of sight until it lets it go again
    WITHDRAWN = "withdrawn"


class SessionStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    BLENDED = "blended"
    SELF_PACED = "self_paced"


class Topic(Base):
    """One of the city's subjects, with its ISCED-F 2013 field."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(60))
    name_vi: Mapped[name200]
    name_en: Mapped[name200]
    isced_f: Mapped[str] = mapped_column(String(4))
    position: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date | None]  # from this day on nothing new gets it
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)

    name: Mapped[Bilingual] = composite("name_vi", "name_en")


class Audience(Base):
    """Whom a course is meant for; some are priority groups of the city's plans."""

    __tablename__ = "audiences"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(60))
    name_vi: Mapped[name200]
    name_en: Mapped[name200]
    is_priority: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date | None]  # from this day on nothing new gets it
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)

    name: Mapped[Bilingual] = composite("name_vi", "name_en")


course_audiences = Table(
    "course_audiences",
    Base.metadata,
    Column("course_id", ForeignKey("courses.id"), primary_key=True),
    Column("audience_id", ForeignKey("audiences.id"), primary_key=True, index=True),
)


class Course(Base):
    """What is taught, in words; runs say when and where.

    `external_id` is the provider's own key: an import finds the course again by it.
    """

    __tablename__ = "courses"
    __table_args__ = (
        UniqueConstraint("provider_id", "external_id"),
        CheckConstraint("title_vi <> ''", name="has_a_title"),
        Index("ix_courses_status_id", "status", "id"),
    )

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    external_id: Mapped[str | None] = mapped_column(String(100))
    topic_id: Mapped[int] = mapped_column(ForeignKey(Topic.id), index=True)
    isced_f: Mapped[str] = mapped_column(String(4))
    cla: Mapped[str] = mapped_column(String(10))  # CLA 2016 class
    job_related: Mapped[bool] = mapped_column(default=False)
    title_vi: Mapped[name200]
    title_en: Mapped[optional200]
    summary_vi: Mapped[prose]
    summary_en: Mapped[prose]
    learn_vi: Mapped[prose]
    learn_en: Mapped[prose]
    for_whom_vi: Mapped[prose]
    for_whom_en: Mapped[prose]
    bring_vi: Mapped[prose]
    bring_en: Mapped[prose]
    status: Mapped[CourseStatus] = mapped_column(default=CourseStatus.DRAFT)
    on_paper: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An activity of which a commune enters counts from paper: no page of courses shows it."""
    published_at: Mapped[datetime | None]
    created_at: Mapped[created_at]
    version: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True)
    languages: Mapped[str] = mapped_column(String(8), default="vi", server_default="vi")
    """The languages in which it is to be complete: "vi", "en" or "vi en"."""
    source_was: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """By field: the Vietnamese text of which the English is a translation, once it has changed."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    title: Mapped[Bilingual] = composite("title_vi", "title_en")
    summary: Mapped[Bilingual] = composite("summary_vi", "summary_en")
    learn: Mapped[Bilingual] = composite("learn_vi", "learn_en")
    for_whom: Mapped[Bilingual] = composite("for_whom_vi", "for_whom_en")
    bring: Mapped[Bilingual] = composite("bring_vi", "bring_en")
    provider: Mapped[Provider] = relationship()
    topic: Mapped[Topic] = relationship()
    audiences: Mapped[list[Audience]] = relationship(
        secondary=course_audiences, order_by=Audience.position
    )
    runs: Mapped[list["Run"]] = relationship(
        back_populates="course", order_by="Run.starts_on, Run.id"
    )

    @property
    def is_public(self) -> bool:
        return self.status is CourseStatus.PUBLISHED


class Run(Openness, Base):
    """One offering of a course, with its own dates, places, fee and rules.

    `capacity` None is unlimited, 0 is none. `seats_taken`, `waiting` and `reserved` are moved only
    by single conditional statements in `enrolment`, so that the database decides every race.
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("course_id", "external_id"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
        CheckConstraint(
            "waiting_capacity IS NULL OR waiting_capacity >= 0",
            name="waiting_capacity_not_negative",
        ),
        CheckConstraint("seats_taken >= 0", name="seats_taken_not_negative"),
        CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("minimum IS NULL OR minimum >= 0", name="minimum_not_negative"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        Index("ix_runs_starts_on", "starts_on"),
    )

    id: Mapped[pk]
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    external_id: Mapped[str | None] = mapped_column(String(100))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    enrol_from: Mapped[date]
    enrol_until: Mapped[date]  # last day on which a place can be taken
    capacity: Mapped[int | None]
    waiting_capacity: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Seats kept for groups or partners that nobody has taken yet; part of the capacity."""
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    minimum: Mapped[int | None]  # fewer people, and the run may be called off on `decide_on`
    decide_on: Mapped[date | None]
    going_ahead_at: Mapped[datetime | None]  # when staff said that it takes place
    withdraw_until: Mapped[date | None]  # None: as long as the run lasts
    fee: Mapped[int] = mapped_column(default=0)  # dong for the whole run
    fee_groups: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # of `catalogue.fees`
    rules: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, server_default="{}"
    )  # of `catalogue.rules`
    questions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # of `catalogue.questions`
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    language: Mapped[str] = mapped_column(String(8), default="vi")  # of teaching
    venue_id: Mapped[int | None] = mapped_column(ForeignKey(Venue.id), index=True)
    online_link: Mapped[optional200]  # told only to people with a place
    room_id: Mapped[int | None] = mapped_column(ForeignKey(Room.id), index=True)
    teacher: Mapped[optional200]  # the names of `teachers`, as residents read them
    pace_weeks: Mapped[int | None]  # at one's own pace: how long somebody has who has enrolled
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"), index=True)
    term_copy_id: Mapped[int | None] = mapped_column(ForeignKey("term_copies.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # of its figures
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.PLANNED)

    course: Mapped[Course] = relationship(back_populates="runs")
    venue: Mapped[Venue | None] = relationship()
    room: Mapped[Room | None] = relationship()
    teachers: Mapped[list["RunTeacher"]] = relationship(
        back_populates="run", order_by="RunTeacher.position", cascade="all, delete-orphan"
    )
    """Those of the whole run, and those of single sessions: see `teaching`."""
    sessions: Mapped[list["ClassSession"]] = relationship(
        back_populates="run", order_by="ClassSession.starts_at", cascade="all, delete-orphan"
    )

    @property
    def is_public(self) -> bool:
        return self.course.is_public


class ClassSession(Base):
    """One meeting of a run (buổi học)."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        UniqueConstraint("run_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_class_sessions_starts_at", "starts_at"),
    )

    id: Mapped[pk]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey(Venue.id))  # None: where the run is
    room_id: Mapped[int | None] = mapped_column(ForeignKey(Room.id), index=True)
    status: Mapped[SessionStatus] = mapped_column(default=SessionStatus.PLANNED)
    sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # of its changes

    run: Mapped[Run] = relationship(back_populates="sessions")
    venue: Mapped[Venue | None] = relationship()
    room: Mapped[Room | None] = relationship()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class ImportBatch(Base):
    """One file that was applied to the catalogue; the same file is recognised by its digest."""

    __tablename__ = "import_batches"

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id), index=True)
    file_name: Mapped[name200]
    sha256: Mapped[str] = mapped_column(String(64))
    applied_at: Mapped[created_at]
    courses_new: Mapped[int] = mapped_column(default=0)
    courses_changed: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    mapping: Mapped[code20] = mapped_column(default="")
