"""Who did and saw what: kept once, chained, and noticed when it is touched."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from app.core import access, audit, audit_chain, clock, jobs
from app.core.audit import AuditEntry, AuditLink
from app.core.db import db, transaction
from app.core.jobs import Job


def note(count: int, *, person_id: int | None = None) -> None:
    with transaction():
        for n in range(count):
            audit.record("thing.done", "thing", n, person_id=person_id, reason="vì thế", n=n)


def change(statement) -> None:
    with transaction() as session:
        session.execute(statement)


@pytest.fixture
def chain(app) -> None:
    note(5)
    audit_chain.link_new()


def test_a_whole_chain_holds(chain):
    note(2)
    found = audit_chain.verify()
    assert (found.links, found.waiting, found.broken) == (5, 2, None)
    audit_chain.link_new()
    assert audit_chain.verify(found.head).broken is None


@pytest.mark.parametrize(
    ("touch", "position"),
    [
        (update(AuditEntry).where(AuditEntry.object_id == "2").values(reason="khác"), 3),
        (update(AuditEntry).where(AuditEntry.object_id == "2").values(details={}), 3),
        (update(AuditEntry).where(AuditEntry.object_id == "0").values(account_id=7), 1),
        (delete(AuditEntry).where(AuditEntry.object_id == "1"), 2),
        (delete(AuditLink).where(AuditLink.position == 4), 4),
        (delete(AuditLink).where(AuditLink.position == 1), 1),
        (update(AuditLink).where(AuditLink.position == 3).values(entry_id=None), 3),
        (update(AuditLink).where(AuditLink.position == 5).values(digest="0" * 64), 5),
    ],
)
def test_what_is_touched_is_named(chain, touch, position):
    change(touch)
    broken = audit_chain.verify().broken
    assert broken is not None
    assert broken.position == position


def test_an_end_that_was_cut_off_or_written_anew_does_not_match_what_was_noted(chain):
    noted = audit_chain.verify().head
    last = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
    change(delete(AuditLink).where(AuditLink.position == 5))
    change(delete(AuditEntry).where(AuditEntry.id == last.scalar_subquery()))
    assert audit_chain.verify().broken is None
    assert audit_chain.verify(noted).broken is not None
    note(1)
    audit_chain.link_new()
    assert audit_chain.verify(noted).broken is not None


def test_an_entry_committed_late_comes_later_in_the_chain(app):
    """On PostgreSQL a lower number may appear after a higher one."""
    note(3)
    middle = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[1]
    row = {c.name: getattr(middle, c.name) for c in AuditEntry.__table__.columns}
    change(delete(AuditEntry).where(AuditEntry.id == row["id"]))
    audit_chain.link_new()
    change(AuditEntry.__table__.insert().values(row))
    assert audit_chain.verify().waiting == 1
    audit_chain.link_new()
    found = audit_chain.verify()
    assert (found.links, found.waiting, found.broken) == (3, 0, None)


def test_cutting_the_link_to_a_person_breaks_nothing(app):
    note(2, person_id=None)
    change(update(AuditEntry).values(person_id=5))
    audit_chain.link_new()
    change(update(AuditEntry).values(person_id=None))
    assert audit_chain.verify().broken is None


def test_what_is_old_goes_and_the_rest_can_still_be_checked(app):
    with time_machine.travel(clock.now() - timedelta(days=900), tick=True):
        note(3)
    note(2)
    audit_chain.link_new()
    assert audit_chain.prune(clock.now() - timedelta(days=800)) == 3
    audit_chain.link_new()
    found = audit_chain.verify()
    assert (found.broken, found.waiting) == (None, 0)
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["thing.done", "thing.done", "audit.pruned"]
    assert audit_chain.prune(clock.now() - timedelta(days=800)) == 0


def test_a_beginning_that_went_without_a_word_is_noticed(chain):
    entries = select(AuditLink.entry_id).where(AuditLink.position <= 2)
    change(delete(AuditEntry).where(AuditEntry.id.in_(entries)))
    change(delete(AuditLink).where(AuditLink.position < 2))
    change(update(AuditLink).where(AuditLink.position == 2).values(entry_id=None))
    broken = audit_chain.verify().broken
    assert broken is not None
    assert broken.position == 2


def test_the_command_names_the_broken_entry(chain, command, tmp_path):
    line = command("audit", "verify").splitlines()[1]
    command("audit", "export", str(tmp_path / "audit.jsonl"))
    assert len((tmp_path / "audit.jsonl").read_text("utf-8").splitlines()) == 5
    change(delete(AuditEntry).where(AuditEntry.object_id == "3"))
    assert "broken at 4" in command("audit", "verify", "--known", line, status=2)


def _look(app, key: int, action: str = audit.SEEN) -> None:
    with app.test_request_context("/vi/"):
        app.preprocess_request()
        access.g.actor = access.Actor(account_id=3)
        audit.saw("run", key, action=action)
        db.session.remove()


def test_a_look_is_kept_once_a_day_for_each_object(app):
    for key in (1, 1, 2):
        _look(app, key)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        _look(app, 1)
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.object_id for row in rows] == ["1", "2", "1"]


def test_looks_at_the_same_moment_are_one(app):
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: _look_in_thread(app), range(12)))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def _look_in_thread(app) -> None:
    with app.app_context():
        _look(app, 9)


def test_a_visitor_s_look_is_not_kept(app):
    with app.test_request_context("/vi/"):
        app.preprocess_request()
        audit.saw("run", 1)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_recurring_work_is_queued_once_a_period_whoever_asks(app):
    name = "core.audit_chain.link_new"

    def queued() -> int:
        jobs._look_again_at.clear()
        jobs.begin_periods()
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(Job).where(Job.handler == name))

    assert queued() == 1
    assert queued() == 1
    jobs.work(once=True)
    assert queued() == 0
    with time_machine.travel(time.time() + 90):
        assert queued() == 1
        jobs.work(once=True)
        assert queued() == 0
