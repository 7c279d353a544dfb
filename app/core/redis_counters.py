"""Counters of attempts in Redis: one hash for each subject, one field for each minute."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.core import clock

log = logging.getLogger(__name__)

KEPT = timedelta(hours=25)
CONNECTS_WITHIN, ANSWERS_WITHIN = 0.2, 0.25  # seconds
LEFT_ALONE = timedelta(seconds=30)
_A_MINUTE = 60


class RedisCounters:
    """Counts as the table does; a server that does not answer is left alone for a while."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=CONNECTS_WITHIN,
            socket_timeout=ANSWERS_WITHIN,
            retry=Retry(NoBackoff(), 0),
        )
        self._away_until: datetime | None = None

    def answer(self, ask: Callable[["RedisCounters"], int]) -> int | None:
        """What the server says; None, and one line in the log, when it says nothing."""
        if self._away_until is not None and clock.now() < self._away_until:
            return None
        try:
            found = ask(self)
        except RedisError as error:
            self._away_until = clock.now() + LEFT_ALONE
            log.warning("redis is away, the table counts", extra={"error": type(error).__name__})
            return None
        self._away_until = None
        return found

    def count(self, subject: str, minutes: int, times: int = 1) -> int:
        """So many more; how many there were in the last minutes, these included."""
        key, now = _key(subject), _minute(clock.now())
        with self._redis.pipeline(transaction=True) as steps:
            steps.hincrby(key, str(now), times)
            steps.expire(key, KEPT)
            steps.hgetall(key)
            fields = steps.execute()[-1]
        self._drop_old(key, fields, now)
        return _sum(fields, now - minutes)

    def recent(self, subject: str, minutes: int) -> int:
        """How many there were in the last minutes."""
        fields = self._redis.hgetall(_key(subject))
        return _sum(dict(fields), _minute(clock.now()) - minutes)  # type: ignore[arg-type]  # the client is not the awaitable one

    def forget(self, subject: str) -> int:
        """Forget them all; how many subjects that were."""
        return int(self._redis.delete(_key(subject)))

    def _drop_old(self, key: str, fields: dict[str, str], now: int) -> None:
        oldest = now - int(KEPT.total_seconds()) // _A_MINUTE
        if old := [field for field in fields if int(field) < oldest]:
            self._redis.hdel(key, *old)


@lru_cache(maxsize=4)
def at(url: str) -> RedisCounters:
    """The counters there; one pool of connections for each process."""
    return RedisCounters(url)


def _key(subject: str) -> str:
    return f"phohoc:attempts:{subject}"


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // _A_MINUTE


def _sum(fields: dict[str, str], after: int) -> int:
    return sum(int(count) for minute, count in fields.items() if int(minute) > after)
