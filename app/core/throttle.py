"""Limits on guessing and flooding that hold over several workers.

The counters are rows of a small table, or live in Redis where there is one; while that is away the
table counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

from sqlalchemy import Index, Select, String, Table, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

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


@dataclass(frozen=True, slots=True)
class Limit:
    """As many attempts as one subject has in so many minutes; `times`: how many it makes now."""

    action: str
    subject: str
    most: int
    minutes: int = 15
    times: int = 1

    @property
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


class _UsedUp(Exception):
    """The limit of this number; nothing has been counted."""

    def __init__(self, number: int) -> None:
        self.number = number


def _count(limits: Sequence[Limit]) -> None:
    try:
        used_up = _count_up_to(limits, len(limits))
    except _UsedUp as early:
        used_up = _count_up_to(limits, early.number)
    if used_up:
        raise TooManyAttempts


def _count_up_to(limits: Sequence[Limit], last: int) -> bool:
    """Count the first ones; whether the last of them is used up.

    Raises:
        _UsedUp: one before the last is.
    """
    subjects = {each.named: each for each in limits[:last]}
    with transaction() as session:
        _add(session, {named: each.times for named, each in subjects.items()})
        counted = _recent_of(session, {named: each.minutes for named, each in subjects.items()})
        for number, (named, each) in enumerate(subjects.items(), start=1):
            if counted[named] > each.most:
                if number < last:
                    raise _UsedUp(number)
                return True
    return False


def _add(session: Session, times: Mapping[str, int]) -> None:
    window = clock.now().replace(second=0, microsecond=0)
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(cast("Table", Attempt.__table__))
    more = {"count": Attempt.count + row.excluded.count}
    session.execute(
        row.on_conflict_do_update(index_elements=["subject", "window"], set_=more),
        [{"subject": named, "window": window, "count": count} for named, count in times.items()],
    )


def _recent_of(session: Session, minutes: Mapping[str, int]) -> dict[str, int]:
    now = clock.now()
    theirs = [
        and_(Attempt.subject == named, Attempt.window > now - timedelta(minutes=each))
        for named, each in minutes.items()
    ]
    sums = select(Attempt.subject, func.sum(Attempt.count)).where(or_(*theirs))
    return dict(session.execute(sums.group_by(Attempt.subject)).all())


@handles(DayBegan)
def forget_old(_event: DayBegan) -> None:
    """Drop counters nobody asks for any more."""
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(delete(Attempt).where(Attempt.window < yesterday))
