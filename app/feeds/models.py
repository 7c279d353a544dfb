"""Where courses come from: sources, what each brought, and every import on its way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import Course, Run
from app.core.db import Base, big_pk, created_at, name200, optional200, pk
from app.feeds.values import LONGEST_KEY
from app.providers.models import Provider

LONGEST_ADDRESS = 500


class SourceKind(StrEnum):
    FILE = "file"
    JSON = "json"
    SCHEMA_ORG = "schema_org"
    XCRI = "xcri"


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    ERRORS = "errors"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    SUPERSEDED = "superseded"


class Action(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MISSING = "missing"


class FeedSource(Base):
    """What a provider's courses come from: its own files (no address), or a feed that is fetched.

    `every_hours` None is never fetched by itself. `answer` is the code of the last answer, `etag`
    and `modified` are what the server is asked with the next time.
    """

    __tablename__ = "feed_sources"
    __table_args__ = (
        UniqueConstraint("provider_id", "address"),
        CheckConstraint("every_hours IS NULL OR every_hours >= 1", name="hours_positive"),
        Index("ix_feed_sources_due_at", "due_at"),
    )

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    kind: Mapped[SourceKind] = mapped_column(default=SourceKind.FILE)
    name: Mapped[optional200]
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="", server_default="")
    topic: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Machine name of the subject of courses whose own the city does not know."""
    every_hours: Mapped[int | None]
    applies_itself: Mapped[bool] = mapped_column(default=False, server_default=false())
    etag: Mapped[str] = mapped_column(String(300), default="", server_default="")
    modified: Mapped[str] = mapped_column(String(100), default="", server_default="")
    answer: Mapped[str] = mapped_column(String(40), default="", server_default="")
    fetched_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    provider: Mapped[Provider] = relationship()

    @property
    def is_fetched(self) -> bool:
        return bool(self.address)


class FeedLink(Base):
    """Which source brought which course or run, by the key it has there; never deleted.

    `uri` is set where the key is an address: it names one course over all sources. `gone_at` is
    when an import withdrew what the source no longer had; `was` is the state before.
    """

    __tablename__ = "feed_links"
    __table_args__ = (
        UniqueConstraint("source_id", "course_key", "run_key"),
        UniqueConstraint("uri"),
        Index("ix_feed_links_course_id", "course_id"),
        Index("ix_feed_links_run_id", "run_id"),
    )

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey(FeedSource.id))
    course_key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    run_key: Mapped[str] = mapped_column(String(LONGEST_KEY), default="", server_default="")
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    uri: Mapped[str | None] = mapped_column(String(LONGEST_KEY))
    was: Mapped[str] = mapped_column(String(20), default="", server_default="")
    first_seen_at: Mapped[created_at]
    last_seen_at: Mapped[created_at]
    gone_at: Mapped[datetime | None]


class FeedImport(Base):
    """One file on its way into the catalogue.

    `digest` is that of the difference that was shown; `refusal` says why the file cannot be read;
    `letters` is the old font it is converted from; `note` is what happened besides.
    """

    __tablename__ = "feed_imports"
    __table_args__ = (
        Index("ix_feed_imports_provider_id_id", "provider_id", "id"),
        Index("ix_feed_imports_source_id_state", "source_id", "state"),
    )

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    source_id: Mapped[int] = mapped_column(ForeignKey(FeedSource.id))
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    file_name: Mapped[name200]
    stored: Mapped[str] = mapped_column(String(60), default="", server_default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    mapping: Mapped[str] = mapped_column(String(40), default="", server_default="")
    letters: Mapped[str] = mapped_column(String(20), default="", server_default="")
    note: Mapped[str] = mapped_column(String(40), default="", server_default="")
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    refusal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    good_rows: Mapped[bool] = mapped_column(default=False, server_default=false())
    publish: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[created_at]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]

    source: Mapped[FeedSource] = relationship()


class FeedRow(Base):
    """A row with something wrong, or put right here: `fixed` lies over what the file says."""

    __tablename__ = "feed_rows"
    __table_args__ = (UniqueConstraint("import_id", "line"),)

    id: Mapped[big_pk]
    import_id: Mapped[int] = mapped_column(ForeignKey(FeedImport.id))
    line: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    fixed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    left_out: Mapped[bool] = mapped_column(default=False, server_default=false())


class FeedChange(Base):
    """One line of the difference; `chosen` is the tick of what is to be withdrawn."""

    __tablename__ = "feed_changes"
    __table_args__ = (
        Index("ix_feed_changes_import_id_action_position", "import_id", "action", "position"),
    )

    id: Mapped[big_pk]
    import_id: Mapped[int] = mapped_column(ForeignKey(FeedImport.id))
    position: Mapped[int]
    action: Mapped[Action]
    course_key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    run_key: Mapped[str] = mapped_column(String(LONGEST_KEY), default="", server_default="")
    title: Mapped[name200]
    course_id: Mapped[int | None]
    run_id: Mapped[int | None]
    people: Mapped[int] = mapped_column(default=0)
    diff: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    chosen: Mapped[bool] = mapped_column(default=False, server_default=false())


class FieldLock(Base):
    """A field of a course, or of its runs, that no import changes."""

    __tablename__ = "field_locks"

    course_id: Mapped[int] = mapped_column(
        ForeignKey(Course.id), primary_key=True, autoincrement=False
    )
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
