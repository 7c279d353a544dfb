"""Keeping the indexes in step with the database.

The embedded index follows every change; the server of the city, if there is one, follows the
changes of the embedded index, many at a time, and holds nobody up when it is away. What was missed,
whatever the reason, is found by comparing.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

from app.core import jobs
from app.core.db import end_reading, transaction
from app.search import indexing
from app.search.documents import Document
from app.search.embedded.rows import row_of
from app.search.embedded.store import batches
from app.search.engine import (
    FollowedEngine,
    Position,
    RefusedDocuments,
    SearchEngine,
    SearchServer,
    SearchUnavailable,
)
from app.search.events import ServerBehind
from app.search.service import engines, installed

AT_ONCE = 2000
TOO_MANY = 4
"""When more than one in so many documents differs, an index is built anew beside the old one."""
_AGAIN_IN = timedelta(seconds=15)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of what an index lacks, knows in another version, or should not have."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    documents: int = 0
    """How many there should be."""

    def ids(self) -> tuple[str, ...]:
        return self.missing + self.changed + self.surplus

    def is_wide(self) -> bool:
        return len(self.ids()) * TOO_MANY > self.documents


def refresh(ids: Collection[str]) -> None:
    """Bring these documents of the embedded index into line; the server is told to follow."""
    both = engines()
    with both.embedded.alone("write"):  # who reads later writes later
        _bring(both.embedded, ids)
    _call_server()


def catch_up() -> None:
    """Let the server follow what changed in the embedded index since it last did.

    Raises:
        RefusedDocuments: the server took all others.
    """
    both = engines()
    if both.primary is None:
        return
    with both.embedded.alone("follow", wait=False) as ours:
        if not ours:
            _call_server(_AGAIN_IN)  # somebody is at it, and may have looked already
            return
        try:
            _follow(both.primary)
        except RefusedDocuments:
            raise
        except SearchUnavailable as error:
            log.warning("the search server cannot follow now", extra={"reason": str(error)})
            _call_server(_AGAIN_IN)


def heal() -> dict[str, Difference]:
    """Compare every index with the database and mend what differs; by engine, what did.

    Raises:
        SearchUnavailable: the server is away; the embedded index is in step all the same.
        RefusedDocuments: the server took all others.
    """
    both = engines()
    found = {both.embedded.name: _heal(both.embedded, "write")}
    if both.primary:
        with both.embedded.alone("follow"):
            both.primary.prepare()
            with _following(both.embedded):
                found[both.primary.name] = _heal(both.primary)
        catch_up()
    return found


def rebuild() -> dict[str, int]:
    """Build every index anew beside the old one; by engine, how many documents it has.

    Raises:
        SearchUnavailable: the server is away; the embedded index is new all the same.
        RefusedDocuments: the server took all others.
    """
    both = engines()
    counts = {both.embedded.name: both.embedded.rebuild(indexing.documents())}
    if both.primary:
        with both.embedded.alone("follow"), _following(both.embedded):
            counts[both.primary.name] = both.primary.rebuild(indexing.documents())
        catch_up()  # with what changed meanwhile
    return counts


def look_after() -> None:
    """See by a few numbers whether an index was lost, and mend it; else let the server follow."""
    both = engines()
    if not both.embedded.health():
        both.embedded.rebuild(indexing.documents())
    if both.primary is None:
        return
    try:
        catch_up()
        has, should_have = both.primary.size(), both.embedded.size()
    except SearchUnavailable as error:
        log.warning("the search server is away", extra={"reason": str(error)})
        return
    if (should_have - has) * TOO_MANY > should_have:  # a few are refused, or on their way
        heal()


def lag() -> dict[str, int]:
    """For whoever watches over the installation.

    Returns:
        Jobs of the search that wait; seconds since the oldest came; with a server, the changes of
        the embedded index it has not followed, or -1 when that is unknown.
    """
    number, seconds = jobs.backlog("search")
    told = {"jobs_waiting": number, "oldest_seconds": round(seconds)}
    both = installed()
    if both.primary:
        told["server_behind"] = _behind(both.embedded)
    return told


def _behind(embedded: FollowedEngine) -> int:
    try:
        now, followed = embedded.position(), embedded.followed()
    except SearchUnavailable:
        return -1
    is_known = followed is not None and followed.build == now.build
    return now.change - followed.change if followed and is_known else -1


def differences(engine: SearchEngine) -> Difference:
    """What an index knows, compared with the database, document by document."""
    end_reading()
    known = engine.versions()
    missing, changed, count = [], [], 0
    for document in indexing.documents():
        count += 1
        version = known.pop(document.id, None)
        if version is None:
            missing.append(document.id)
        elif version != row_of(document).digest():
            changed.append(document.id)
    end_reading()
    return Difference(tuple(missing), tuple(changed), tuple(known), count)


def _heal(engine: SearchEngine, lock: str = "") -> Difference:
    found = differences(engine)
    if found.ids() and found.is_wide():
        engine.rebuild(indexing.documents())
        return found
    refused: dict[str, str] = {}
    for ids in batches(found.ids()):
        with engines().embedded.alone(lock) if lock else nullcontext():
            try:
                _bring(engine, ids)
            except RefusedDocuments as error:
                refused |= error.reasons
    if refused:
        raise RefusedDocuments(refused)
    return found


def _bring(engine: SearchEngine, ids: Collection[str]) -> None:
    found = _documents(ids)
    engine.apply(found, sorted({*ids} - {document.id for document in found}))


def _documents(ids: Collection[str]) -> list[Document]:
    """Those of these that residents may find, as they are now."""
    numbers: dict[str, list[int]] = {"course": [], "resource": []}
    for id_ in ids:
        kind, _, number = id_.partition("-")
        numbers[kind].append(int(number))
    end_reading()  # what was read before may be of an earlier moment
    found = [*indexing.courses(numbers["course"]), *indexing.resources(numbers["resource"])]
    end_reading()
    return found


def _follow(server: SearchServer) -> None:
    embedded = engines().embedded
    while True:
        changes = embedded.changes_since(embedded.followed(), AT_ONCE)
        if changes is None:  # it was built anew, or so much has changed that nobody remembers
            server.prepare()
            with _following(embedded):
                _heal(server)
            return
        if not changes.ids:
            return
        with _following(embedded, changes.until):
            _bring(server, changes.ids)


@contextmanager
def _following(embedded: FollowedEngine, until: Position | None = None) -> Iterator[None]:
    """The server has followed up to here, or to where the index was, also if it refuses a few."""
    until = until or embedded.position()
    try:
        yield
    except RefusedDocuments:
        embedded.remember(until)
        raise
    embedded.remember(until)


def _call_server(delay: timedelta = timedelta()) -> None:
    if engines().primary:
        with transaction():
            jobs.emit_unless_waiting(ServerBehind(), delay)
