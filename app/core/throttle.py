"""Limits on guessing and flooding that hold over several workers.

The counters are rows of a small table, or live in Redis where there is one; while that is away the
table counts.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

from sqlalchemy import (
    Index,
    Select,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, config, redis_counters
from app.core.db import Base, db, inserting, transaction
from app.core.errors import TooManyAttempts
from app.core.jobs import DayBegan, handles
from app.core.keys import keyed_hash
from app.core.prepared import Asked, Prepared, together
from app.core.redis_counters import RedisCounters

_OF_ONE_LINE = 64


class Attempt(Base):
    """How often something was tried by one subject within one window."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_window", "window"),)

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


_TABLE = cast("Table", Attempt.__table__)


@dataclass(frozen=True)
class Limit:
    """As many attempts as one subject has in so many minutes; `times`: how many it makes now."""

    action: str
    subject: str
    most: int
    minutes: int = 15
    times: int = 1

    @cached_property
    def named(self) -> str:
        return _named(self.action, self.subject)


def check(action: str, subject: str, limit: int, minutes: int = 15) -> None:
    """Count one attempt in a transaction of its own.

    Args:
        subject: a phone, code or address; only a keyed hash of it is stored.

    Raises:
        TooManyAttempts: when the subject has used up `limit` attempts of the last `minutes`.
    """
    check_all(Limit(action, subject, limit, minutes))


def check_all(*limits: Limit) -> None:
    """As `check` for one after the other, in one transaction.

    Raises:
        TooManyAttempts: at the first that is used up; those behind it are not counted.
    """
    for number, each in enumerate(limits):
        counted = _count_in_redis(each)
        if counted is None:
            _count(limits[number:])
            return
        if counted > each.most:
            raise TooManyAttempts


@contextmanager
def counting(*limits: Limit) -> Iterator[None]:
    """As `check_all`, in one transaction with what is tried inside: a success is one commit.

    What is refused or fails is counted all the same, in a transaction of its own.
    """
    if config.current().redis_url:
        check_all(*limits)
        yield
        return
    try:
        with transaction() as session:
            _count_or_stop(session, limits)
            yield
    except Exception:
        check_all(*limits)
        raise


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


def _count_in_redis(limit: Limit) -> int | None:
    named, minutes, times = limit.named, limit.minutes, limit.times
    return _in_redis(lambda counters: counters.count(named, minutes, times))


def _count(limits: Sequence[Limit]) -> None:
    now = clock.now()
    with transaction() as session:
        used_up = _used_up(session, limits, now)
        if used_up is not None and limits[used_up + 1 :]:
            together(session, _more(limits[used_up + 1 :], now, -1))
    if used_up is not None:
        raise TooManyAttempts


def _count_or_stop(session: Session, limits: Sequence[Limit]) -> None:
    if _used_up(session, limits, clock.now()) is not None:
        raise TooManyAttempts


def _used_up(session: Session, limits: Sequence[Limit], now: datetime) -> int | None:
    """Count them all; the number of the first that is used up."""
    asked: dict[str, object] = {}
    for number, each in enumerate(limits):
        asked[f"subject_{number}"] = each.named
        asked[f"since_{number}"] = now - timedelta(minutes=each.minutes)
    _, sums = together(session, _more(limits, now), (_sums(len(limits)), asked))
    counted: dict[str, int] = dict(sums)
    over = (n for n, each in enumerate(limits) if counted[each.named] > each.most)
    return next(over, None)


def _more(limits: Sequence[Limit], now: datetime, sign: int = 1) -> Asked:
    """What counts them all, in their order."""
    values: dict[str, object] = {"window": now.replace(second=0, microsecond=0)}
    for number, each in enumerate(limits):
        values |= {f"subject_{number}": each.named, f"count_{number}": sign * each.times}
    return _counting(db.engine.dialect.name, len(limits)), values


@cache
def _counting(dialect: str, limits: int) -> Prepared:
    columns = _TABLE.c.subject, _TABLE.c.window, _TABLE.c.count
    rows = [
        {
            column.name: bindparam(name, type_=column.type)
            for column, name in zip(columns, (f"subject_{n}", "window", f"count_{n}"), strict=True)
        }
        for n in range(limits)
    ]
    row = inserting(_TABLE, dialect).values(rows)
    more = {"count": _TABLE.c.count + row.excluded.count}
    return Prepared(row.on_conflict_do_update(index_elements=["subject", "window"], set_=more))


@cache
def _sums(limits: int) -> Prepared:
    """What was counted of so many subjects, each since a moment of its own."""
    theirs = [
        and_(
            _TABLE.c.subject == bindparam(f"subject_{number}"),
            _TABLE.c.window > bindparam(f"since_{number}"),
        )
        for number in range(limits)
    ]
    sums = select(_TABLE.c.subject, func.sum(_TABLE.c.count).label("counted")).where(or_(*theirs))
    return Prepared(sums.group_by(_TABLE.c.subject))


@handles(DayBegan)
def forget_old(_event: DayBegan) -> None:
    """Drop counters nobody asks for any more."""
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(delete(Attempt).where(Attempt.window < yesterday))
