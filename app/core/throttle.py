"""Limits on guessing and flooding that hold over several workers.

The counters are rows of a small table, or live in Redis where there is one; while that is away the
table counts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Index, Select, String, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, config, redis_counters
from app.core.db import Base, db, transaction
from app.core.errors import TooManyAttempts
from app.core.jobs import DayBegan, handles
from app.core.keys import keyed_hash
from app.core.redis_counters import RedisCounters

_OF_ONE_LINE = 64


class Attempt(Base):
    """How often something was tried by one subject within one window."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_window", "window"),)

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


def check(action: str, subject: str, limit: int, minutes: int = 15) -> None:
    """Count one attempt in a transaction of its own.

    Args:
        subject: a phone, code or address; only a keyed hash of it is stored.

    Raises:
        TooManyAttempts: when the subject has used up `limit` attempts of the last `minutes`.
    """
    named = _named(action, subject)
    counted = _in_redis(lambda counters: counters.count(named, minutes))
    if counted is None:
        counted = _count(named, minutes)
    if counted > limit:
        raise TooManyAttempts


def look(action: str, subject: str, limit: int, minutes: int = 15) -> None:
    """As `check`, without counting: together they limit failures and let successes pass.

    Raises:
        TooManyAttempts: when `limit` attempts of the last `minutes` have been counted.
    """
    named = _named(action, subject)
    counted = _in_redis(lambda counters: counters.recent(named, minutes))
    if counted is None:
        counted = db.session.scalar(_recent(named, minutes)) or 0
    if counted >= limit:
        raise TooManyAttempts


def forgive(action: str, subject: str) -> None:
    """Forget what was counted by `check`: the subject has shown who it is."""
    named = _named(action, subject)
    _in_redis(lambda counters: counters.forget(named))
    with transaction() as session:  # also what was counted while Redis was away
        session.execute(delete(Attempt).where(Attempt.subject == named))


def line(address: str | None) -> str:
    """What stands for one visitor's line: the address, or the /64 that every IPv6 line is given."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, _OF_ONE_LINE), strict=False))
    return str(found)


def _named(action: str, subject: str) -> str:
    return f"{action}:{keyed_hash(subject)[:40]}"


def _in_redis(ask: Callable[[RedisCounters], int]) -> int | None:
    """The answer of Redis; None where there is none, or none that answers."""
    url = config.current().redis_url
    return redis_counters.at(url).answer(ask) if url else None


def _recent(subject: str, minutes: int) -> Select[int | None]:
    since = clock.now() - timedelta(minutes=minutes)
    return select(func.sum(Attempt.count)).where(Attempt.subject == subject, Attempt.window > since)


def _count(subject: str, minutes: int) -> int:
    window = clock.now().replace(second=0, microsecond=0)
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    with transaction() as session:
        row = insert(Attempt).values(subject=subject, window=window, count=1)
        more = {"count": Attempt.count + 1}
        session.execute(row.on_conflict_do_update(index_elements=["subject", "window"], set_=more))
        return session.scalar(_recent(subject, minutes)) or 0


@handles(DayBegan)
def forget_old(_event: DayBegan) -> None:
    """Drop counters nobody asks for any more."""
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(delete(Attempt).where(Attempt.window < yesterday))
