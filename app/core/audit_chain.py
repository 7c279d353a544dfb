"""The audit log as a chain of hashes, so that a changed or removed row is noticed.

The worker gives each entry a position and a digest over the digest before and the entry's own
words. Positions are given when an entry is seen, not by its number: on PostgreSQL a transaction may
commit a lower number later, and its entry then simply comes later in the chain. The person an entry
was about is left out of the hash, because the data law may ask for that link to be cut.

Whoever can write to the database could write a whole new chain. Therefore the head of the chain
goes to the log once a day, and `audit verify --known` compares what somebody noted elsewhere.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Exists, delete, func, select, update
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import AuditEntry, AuditLink
from app.core.db import db, transaction
from app.core.jobs import DayBegan, every, handles

log = logging.getLogger(__name__)
AT_ONCE = 2000
LATE = 10_000
"""So many numbers back a minute's work looks for entries that were committed late."""
FIRST = "0" * 64
PRUNED = "audit.pruned"
_NOT_HASHED = frozenset({"person_id"})


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold, and why."""

    position: int
    entry_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk along the whole chain found."""

    links: int
    waiting: int  # entries the worker has not linked yet
    head: tuple[int, str]  # position and digest to note elsewhere
    broken: Broken | None


@every(minutes=1)
def link_new(_event: object = None) -> None:
    """Append the entries that have no link yet."""
    newest = db.session.scalar(select(func.max(AuditLink.entry_id))) or 0
    link_from(newest - LATE)


def link_from(entry_id: int) -> None:
    """Append the entries above this number that have no link yet."""
    while _link_some(entry_id) == AT_ONCE:
        pass


@handles(DayBegan)
def tell_the_head(_event: DayBegan) -> None:
    """Into the log, which is kept elsewhere: a chain written anew would not match it."""
    link_from(0)
    position, digest = head()
    log.info("audit chain", extra={"position": position, "digest": digest})


def head() -> tuple[int, str]:
    """The last position and its digest; `(0, zeros)` of an empty chain."""
    last = select(AuditLink.position, AuditLink.digest).order_by(AuditLink.position.desc())
    row = db.session.execute(last.limit(1)).first()
    return (row.position, row.digest) if row else (0, FIRST)


def verify(known: tuple[int, str] | None = None) -> Verified:
    """Walk along the whole chain.

    Args:
        known: position and digest somebody noted earlier; they must still be there.
    """
    position, digest, links, broken = 0, FIRST, 0, None
    for link, entry in _walk():
        broken = broken or _wrong(link, entry, position, digest, known)
        position, digest, links = link.position, link.digest, links + 1
    if broken is None and known is not None and known[0] > position:
        broken = Broken(known[0], None, "the end of the chain is missing")
    return Verified(links, _count_waiting(), (position, digest), broken or _unexplained_start())


def prune(before: datetime) -> int:
    """Remove the linked entries from before this moment; the chain goes on from a checkpoint.

    Returns:
        how many entries went.
    """
    with transaction() as session:
        kept = select(func.min(AuditLink.position)).join(
            AuditEntry, AuditEntry.id == AuditLink.entry_id
        )
        first_kept = session.scalar(kept.where(AuditEntry.at >= before))
        last = (first_kept or head()[0] + 1) - 1
        old = select(AuditLink.entry_id).where(
            AuditLink.position <= last, AuditLink.entry_id.is_not(None)
        )
        gone = [number for number in session.scalars(old) if number is not None]
        if not gone:
            return 0
        _remove(session, gone, last)
        audit.record(PRUNED, "audit", last, position=last, entries=len(gone))
        return len(gone)


def canonical(entry: AuditEntry) -> dict[str, Any]:
    """An entry in words that are the same on every database."""
    values = {c.name: getattr(entry, c.name) for c in AuditEntry.__table__.columns}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if name not in _NOT_HASHED
    }


def lines() -> Iterator[str]:
    """The chain for a file: one JSON line for each link, with its entry."""
    for link, entry in _walk():
        words = canonical(entry) if entry else None
        row = {"position": link.position, "digest": link.digest, "entry": words}
        yield json.dumps(row, ensure_ascii=False, sort_keys=True)


def _link_some(above: int) -> int:
    with transaction() as session:
        position, digest = head()
        new = select(AuditEntry).where(AuditEntry.id > above, ~_is_linked())
        entries = session.scalars(new.order_by(AuditEntry.id).limit(AT_ONCE)).all()
        for ahead, entry in enumerate(entries, 1):
            digest = _digest(digest, entry)
            link = AuditLink(position=position + ahead, entry_id=entry.id, digest=digest)
            session.add(link)
        return len(entries)


def _is_linked() -> Exists:
    return select(AuditLink.entry_id).where(AuditLink.entry_id == AuditEntry.id).exists()


def _digest(before: str, entry: AuditEntry) -> str:
    words = json.dumps(canonical(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{words}".encode()).hexdigest()


def _walk() -> Iterator[tuple[AuditLink, AuditEntry | None]]:
    both = select(AuditLink, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    found = db.session.execute(
        both.order_by(AuditLink.position).execution_options(yield_per=AT_ONCE)
    )
    return ((link, entry) for link, entry in found)


def _wrong(
    link: AuditLink,
    entry: AuditEntry | None,
    position: int,
    digest: str,
    known: tuple[int, str] | None,
) -> Broken | None:
    here = partial(Broken, link.position, link.entry_id)
    if position == 0 and link.entry_id is None:
        return None  # a checkpoint; `_unexplained_start` asks who made it
    if link.position != position + 1:
        return Broken(position + 1, None, "links are missing here")
    if entry is None:
        return here("the entry was removed")
    if _digest(digest, entry) != link.digest:
        return here("the entry or its link was changed")
    if known and known[0] == link.position and known[1] != link.digest:
        return here("the chain was written anew")
    return None


def _unexplained_start() -> Broken | None:
    """A chain that begins with a checkpoint tells, further on, that its beginning was pruned."""
    first = db.session.scalar(select(AuditLink).order_by(AuditLink.position).limit(1))
    if first is None or first.entry_id is not None:
        return None
    told = select(AuditEntry.id).where(
        AuditEntry.action == PRUNED, AuditEntry.object_id == str(first.position)
    )
    if db.session.scalar(told.limit(1)) is not None:
        return None
    return Broken(first.position, None, "the beginning was removed and nothing says so")


def _remove(session: Session, entry_ids: list[int], last: int) -> None:
    session.execute(delete(AuditLink).where(AuditLink.position < last))
    checkpoint = update(AuditLink).where(AuditLink.position == last)
    session.execute(checkpoint.values(entry_id=None))
    for at in range(0, len(entry_ids), AT_ONCE):
        some = entry_ids[at : at + AT_ONCE]
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(some)))


def _count_waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(~_is_linked())) or 0
