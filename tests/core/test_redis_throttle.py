"""The same limits with Redis, and without it when it is away."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.core import clock, config, redis_counters, throttle
from app.core.db import db
from app.core.errors import TooManyAttempts
from app.core.throttle import Attempt
from tests import redis_server
from tests.conftest import PROJECT

PHONE = "+84912345678"
_MISSING = "redis-server is not installed"


@pytest.fixture
def installed():
    if not redis_server.is_installed():
        assert os.environ.get("CI") != "true", _MISSING
        pytest.skip(_MISSING)


@pytest.fixture
def redis(app, installed):
    settings = config.current()
    with redis_server.server() as (url, process):
        object.__setattr__(settings, "redis_url", url)
        try:
            yield process
        finally:
            object.__setattr__(settings, "redis_url", "")
            redis_counters.at.cache_clear()


def _tries(limit: int, times: int) -> int:
    """How many of so many tries were let through."""
    passed = 0
    for _ in range(times):
        try:
            throttle.check("test", PHONE, limit)
        except TooManyAttempts:
            continue
        passed += 1
    return passed


def _rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Attempt))


def test_redis_counts_as_the_table_does(redis):
    assert _tries(3, 5) == 3
    assert _rows() == 0
    with pytest.raises(TooManyAttempts):
        throttle.look("test", PHONE, 3)
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        throttle.look("test", PHONE, 3)
        assert _tries(3, 1) == 1
    throttle.forgive("test", PHONE)
    assert _tries(3, 5) == 3


def test_twenty_at_once_are_counted_one_by_one(redis, app):
    db.session.rollback()

    def one(_) -> int:
        with app.app_context():
            return _tries(7, 1)

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(one, range(20))) == 7


@pytest.mark.on_any_database
def test_other_processes_count_together(redis, app):
    code = (
        "from app import create_app; from app.core import throttle; "
        "app = create_app(); context = app.app_context(); context.push(); "
        f"throttle.check('test', '{PHONE}', 99)"
    )
    settings = config.current()
    seen = {
        "REDIS_URL": settings.redis_url,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "KEY_FILE": str(settings.key_file),
    }
    assert _tries(99, 1) == 1
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | seen, cwd=PROJECT)
    with pytest.raises(TooManyAttempts):
        throttle.look("test", PHONE, 2)


def test_a_dead_redis_is_replaced_by_the_table_at_once_and_told_once(redis, caplog):
    assert _tries(3, 1) == 1
    redis.kill()
    redis.wait(10)
    began = time.perf_counter()
    assert _tries(3, 5) == 3
    assert time.perf_counter() - began < 2, "one wait of half a second at most"
    assert _rows() == 1
    assert [r.name for r in caplog.records if "redis" in r.message] == ["app.core.redis_counters"]


def test_a_redis_that_is_silent_is_waited_for_half_a_second(app, installed):
    with redis_server.server() as (url, process):
        counters = redis_counters.RedisCounters(url)
        assert counters.answer(lambda each: each.count("x", 15)) == 1
        process.send_signal(19)  # stopped: connections stay open and say nothing
        began = time.perf_counter()
        assert counters.answer(lambda each: each.count("x", 15)) is None
        assert time.perf_counter() - began < 0.6
        assert counters.answer(lambda each: each.count("x", 15)) is None, "left alone"
        process.send_signal(18)
        with time_machine.travel(clock.now() + timedelta(seconds=31)):
            assert counters.answer(lambda each: each.count("x", 15)) >= 2


def test_no_phone_is_readable_in_redis(redis):
    _tries(3, 1)
    client = redis_counters.at(config.current().redis_url)._redis
    assert not any(PHONE[3:] in key for key in client.keys("*"))
