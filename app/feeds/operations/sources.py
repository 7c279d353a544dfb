"""Feeds of a provider: written down, changed, taken off, and fetched when their hour has come."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.catalogue.models import Course
from app.core import audit, clock, jobs, throttle
from app.core.db import breaks, db, end_reading, transaction
from app.feeds import storage
from app.feeds.addresses import web_address
from app.feeds.errors import AddressKnown, AddressNotAllowed
from app.feeds.events import FetchWanted
from app.feeds.fetching import Fetched, NotFetched, fetch, network
from app.feeds.models import FeedImport, FeedSource, FieldLock, ImportState, SourceKind
from app.feeds.operations import uploads
from app.providers.models import Provider, ProviderStatus

ASKED_AN_HOUR, _AN_HOUR = 10, 60
_FAILED_WAIT = timedelta(hours=1)
_UNIQUE = ("uq_feed_sources_provider_id_address", "feed_sources.provider_id", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFields:
    """What a provider says about a feed; `every_hours` None is fetched only when asked."""

    name: str
    address: str
    kind: SourceKind
    topic: str = ""
    every_hours: int | None = None
    applies_itself: bool = False


def add_source(provider_id: int, fields: SourceFields, by_id: int | None = None) -> FeedSource:
    """Write a feed down; one that was taken off comes back with all its links.

    Raises:
        AddressNotAllowed, AddressKnown: as the names say.
    """
    with transaction() as session:
        found = session.scalar(
            select(FeedSource).where(
                FeedSource.provider_id == provider_id,
                FeedSource.address == fields.address.strip(),
                FeedSource.removed_at.is_not(None),
            )
        )
        source = found or FeedSource(provider_id=provider_id)
        session.add(source)
        return _fill(source, fields, "feed.added", by_id)


def change_source(source_id: int, fields: SourceFields, by_id: int | None = None) -> FeedSource:
    """Change it; links stay, so that what it brought is found again.

    Raises:
        AddressNotAllowed, AddressKnown: as the names say.
    """
    with transaction() as session:
        return _fill(session.get_one(FeedSource, source_id), fields, "feed.changed", by_id)


def _fill(source: FeedSource, fields: SourceFields, act: str, by_id: int | None) -> FeedSource:
    address = fields.address.strip()
    if web_address(address) is None:
        raise AddressNotAllowed
    if source.address != address:
        source.etag = source.modified = ""
    source.address, source.name, source.kind = address, fields.name, fields.kind
    source.topic, source.applies_itself = fields.topic, fields.applies_itself
    source.every_hours, source.removed_at = fields.every_hours, None
    source.due_at = clock.now() if fields.every_hours else None
    try:
        db.session.flush()  # the index over addresses answers here
    except IntegrityError as error:
        if breaks(error, *_UNIQUE):
            raise AddressKnown from error
        raise
    audit.record(act, "feed", source.id, by_id, provider=source.provider_id)
    return source


def by_id(source_id: int) -> FeedSource:
    return db.session.get_one(FeedSource, source_id)


def remove_source(source_id: int, by_id: int | None = None) -> None:
    """Fetch it no more; what it brought stays, and so do the links."""
    with transaction() as session:
        source = session.get_one(FeedSource, source_id)
        source.removed_at, source.due_at = clock.now(), None
        audit.record("feed.removed", "feed", source_id, by_id, provider=source.provider_id)


def fetch_soon(source_id: int) -> None:
    """Somebody does not want to wait for the hour.

    Raises:
        TooManyAttempts: the worker has letters to send as well.
    """
    throttle.check("feed-asked", str(source_id), ASKED_AN_HOUR, _AN_HOUR)
    with transaction() as session:
        session.get_one(FeedSource, source_id).answer = "asked"
        jobs.emit(FetchWanted(source_id))


def announce_due() -> None:
    """Every feed whose hour has come is fetched by a job of its own; each once."""
    now = clock.now()
    due = select(FeedSource).join(FeedSource.provider)
    due = due.where(FeedSource.due_at <= now, FeedSource.removed_at.is_(None))
    due = due.where(Provider.status == ProviderStatus.ACTIVE)
    with transaction() as session:
        for source in session.scalars(due.order_by(FeedSource.id).with_for_update(of=FeedSource)):
            source.due_at = now + timedelta(hours=source.every_hours or 24)
            jobs.emit(FetchWanted(source.id))


def fetch_now(source_id: int) -> None:
    """Ask the address, outside any transaction; what came goes the way of every file."""
    source = db.session.get(FeedSource, source_id)
    if source is None or source.removed_at is not None or not source.is_fetched:
        return
    address, asked = source.address, {"etag": source.etag, "modified": source.modified}
    name = source.name or address
    end_reading()
    stored = storage.new_name()
    try:
        came = fetch(address, storage.path(stored), network(), **asked)
    except NotFetched as error:
        storage.forget(stored)
        _note(source_id, error.code, None)
        return
    if came.is_same:
        _note(source_id, "same", came)
        return
    _begin(source_id, stored, name, came)


def _begin(source_id: int, stored: str, name: str, came: Fetched) -> None:
    """An import, unless it is byte for byte what was applied last."""
    with transaction() as session:
        last = select(FeedImport.sha256).where(
            FeedImport.source_id == source_id, FeedImport.state == ImportState.APPLIED
        )
        applied = session.scalar(last.order_by(FeedImport.id.desc()).limit(1))
        if applied == uploads.digest_of(stored):
            storage.forget(stored)
            _note(source_id, "same", came)
            return
        uploads.take(session.get_one(FeedSource, source_id), stored, name.replace("/", "·"))
        _note(source_id, "came", came)


def _note(source_id: int, answer: str, came: Fetched | None) -> None:
    with transaction() as session:
        source = session.get_one(FeedSource, source_id)
        source.answer, source.fetched_at = answer[:40], clock.now()
        if came is None and source.every_hours:
            source.due_at = clock.now() + _FAILED_WAIT
        if came is not None and not came.is_same:
            source.etag, source.modified = came.etag, came.modified


def lock_fields(course_id: int, fields: frozenset[str], by_id: int | None = None) -> None:
    """These fields belong to whoever writes by hand; no import changes them."""
    with transaction() as session:
        course = session.get_one(Course, course_id, with_for_update={"of": Course})
        session.execute(delete(FieldLock).where(FieldLock.course_id == course.id))
        rows = [{"course_id": course_id, "field": each} for each in sorted(fields)]
        if rows:
            session.execute(insert(FieldLock), rows)
        audit.record("course.fields_locked", "course", course_id, by_id, fields=sorted(fields))
