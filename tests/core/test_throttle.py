from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, func, select

from app.core import clock, jobs, throttle
from app.core.db import db
from app.core.errors import TooManyAttempts
from app.core.throttle import Attempt, Limit

COUNT = """
from wsgi import app
from app.core import throttle
from app.core.errors import TooManyAttempts
with app.app_context():
    for _ in range(10):
        try:
            throttle.check("sign-in", "+84912345678", 10)
            print("passed")
        except TooManyAttempts:
            print("stopped")
"""


def test_the_limit_holds_within_the_window_and_ends_with_it(app):
    for _ in range(3):
        throttle.check("sign-in", "hoa", 3)
    with pytest.raises(TooManyAttempts):
        throttle.check("sign-in", "hoa", 3)
    throttle.check("sign-in", "tâm", 3)
    throttle.check("code", "hoa", 3)
    with time_machine.travel(clock.now() + timedelta(minutes=17)):
        throttle.check("sign-in", "hoa", 3)


def test_limits_are_counted_together_up_to_the_one_that_is_used_up(app):
    line, phone = Limit("line", "127.0.0.1", 2), Limit("phone", "+84912345678", 4, times=2)
    for _ in range(2):
        throttle.check_all(line, phone)
    for _ in range(3):
        with pytest.raises(TooManyAttempts):
            throttle.check_all(line, phone)
    counts = select(Attempt.count).order_by(Attempt.count)
    assert list(db.session.scalars(counts)) == [4, 5]
    throttle.look("phone", "+84912345678", 5)


def test_a_success_is_counted_with_it_in_one_commit(app):
    line, commits = Limit("line", "127.0.0.1", 2), []
    remember = commits.append
    event.listen(db.engine, "commit", remember)
    for _ in range(2):
        with throttle.counting(line):
            throttle.check("inside", "hoa", 3)
    assert len(commits) == 2
    event.remove(db.engine, "commit", remember)
    with pytest.raises(TooManyAttempts), throttle.counting(line):
        pytest.fail("the third was let through")
    assert set(db.session.scalars(select(Attempt.count))) == {2, 3}


def test_what_fails_is_counted_too_and_undone_besides(app):
    line = Limit("line", "127.0.0.1", 2)
    for _ in range(2):
        with pytest.raises(KeyError), throttle.counting(line):
            throttle.check("inside", "hoa", 3)
            raise KeyError
    with pytest.raises(TooManyAttempts), throttle.counting(line):
        pytest.fail("the third was let through")
    assert list(db.session.scalars(select(Attempt.count))) == [3]


def test_looking_does_not_count(app):
    for _ in range(5):
        throttle.look("sign-in", "hoa", 1)
    throttle.check("sign-in", "hoa", 1)
    with pytest.raises(TooManyAttempts):
        throttle.look("sign-in", "hoa", 1)


def test_two_processes_share_one_limit(app, python_command):
    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        answers = "".join(pool.map(python_command, [COUNT, COUNT])).split()
    assert sorted(answers) == ["passed"] * 10 + ["stopped"] * 10


def test_the_table_holds_no_phone_number(app):
    throttle.check("code", "+84912345678", 3)
    assert "912345678" not in db.session.scalar(select(Attempt.subject))


def test_old_counters_are_forgotten_when_a_day_begins(app, run_jobs):
    with time_machine.travel(clock.now() - timedelta(days=2)):
        throttle.check("code", "hoa", 3)
    throttle.check("code", "tâm", 3)
    jobs.announce_day()
    run_jobs()
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
