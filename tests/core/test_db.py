from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.catalogue.models import Topic
from app.core import audit, clock, jobs
from app.core.audit import AuditEntry
from app.core.db import add_at_end, announce_writing, breaks, db, end_reading, transaction
from app.core.jobs import DayBegan
from app.places.models import Venue
from tests.factories import AccountFactory, CourseFactory, RunFactory, TopicFactory, VenueFactory


def topic(slug: str) -> Topic:
    return Topic(slug=slug, name_vi="Kỹ năng số", name_en="Digital skills", isced_f="061")


def slugs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Topic.slug).order_by(Topic.slug)))


def test_a_transaction_commits_at_its_end(app):
    with transaction() as session:
        session.add(topic("a"))
    assert slugs() == ["a"]


def test_a_restarted_server_is_found_again(app, monkeypatch):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    monkeypatch.setattr("app.core.db.IDLE_SECONDS", 0)
    db.session.remove()
    db.engine.dispose()
    backend = select(func.pg_backend_pid())
    with db.engine.connect() as killer:
        with db.engine.connect() as idle:
            gone = idle.scalar(backend)
        killer.execute(select(func.pg_terminate_backend(gone)))
        with db.engine.connect() as again:
            assert again.scalar(backend) != gone


def test_what_nobody_would_ever_write_is_refused_at_once(app):
    with pytest.raises(RuntimeError, match="jobs"):
        jobs.emit(DayBegan("2026-11-22"))
    with transaction():
        jobs.emit(DayBegan("2026-11-22"))
    assert jobs.waiting() > 0


def test_an_exception_rolls_everything_back(app):
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(topic("a"))
        session.flush()
        raise RuntimeError
    assert slugs() == []


def test_an_inner_transaction_waits_for_the_outer_one(app):
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(topic("outer"))
        with transaction() as inner:
            assert inner is session
            inner.add(topic("inner"))
        raise RuntimeError
    assert slugs() == []
    with transaction() as session:
        with transaction() as inner:
            inner.add(topic("inner"))
        session.add(topic("outer"))
    assert slugs() == ["inner", "outer"]


def test_many_threads_write_without_one_being_turned_away(app):
    start = Barrier(8)

    def count_up(_):
        with app.app_context():
            start.wait()
            for _ in range(10):
                db.session.scalars(select(Venue.id)).all()  # a read is under way before the write
                with transaction() as session:
                    venue = session.scalars(select(Venue).with_for_update()).one()
                    venue.address = str(int(venue.address) + 1)
            db.session.remove()

    VenueFactory(address="0")
    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(8)))
    assert db.session.scalar(select(Venue.address)) == "80"


def test_what_is_read_for_the_answer_keeps_nobody_else_from_writing(app):
    def write():
        with app.app_context(), transaction() as session:
            session.add(topic("other"))

    announce_writing(intent=True)
    with transaction() as session:
        session.add(topic("mine"))
    db.session.scalars(select(Topic.slug)).all()  # the page is made of what is read now
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write).result(timeout=5)
    assert slugs() == ["mine", "other"]


def test_rows_for_the_end_are_written_with_the_commit_or_never(app):
    with transaction():
        add_at_end(Topic, slug="a", name_vi="a", name_en="a", isced_f="061")
    with pytest.raises(RuntimeError), transaction():
        add_at_end(Topic, slug="b", name_vi="b", name_en="b", isced_f="061")
        raise RuntimeError
    with transaction():
        pass
    assert slugs() == ["a"]


def test_a_connection_can_be_given_back_before_slow_work(app):
    TopicFactory()
    db.session.scalars(select(Topic)).all()
    end_reading()
    assert not db.session().in_transaction()
    with transaction() as session:
        session.add(topic("kept"))
        session.flush()
        end_reading()
    assert "kept" in slugs()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 30, 0, 123456, tzinfo=clock.CITY_ZONE),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_a_moment_comes_back_as_it_was_and_aware(app, moment):
    run = RunFactory()
    course = run.course
    course.published_at = moment
    db.session.commit()
    db.session.expire_all()
    assert course.published_at == moment
    assert course.published_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(app):
    with pytest.raises((StatementError, ValueError), match="without a time zone"):
        CourseFactory(published_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    db.session.rollback()


def test_a_refusing_constraint_is_recognised(app):
    AccountFactory(email="hoa@example.org")
    with pytest.raises(IntegrityError) as caught:
        AccountFactory(email="hoa@example.org")
    db.session.rollback()
    assert breaks(caught.value, "uq_accounts_email", "accounts.email")
    assert not breaks(caught.value, "uq_accounts_phone", "accounts.phone")


def test_foreign_keys_hold(app):
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("INSERT INTO sites (provider_id, venue_id, code) VALUES (9, 9, '')"))


def test_an_audit_line_belongs_to_its_change(app):
    with pytest.raises(RuntimeError), transaction():
        audit.record("course.published", "course", 7, account_id=1, status="published")
        raise RuntimeError
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    with transaction():
        audit.record("course.published", "course", 7, account_id=1, status="published")
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.object_kind, entry.object_id) == ("course.published", "course", "7")
    assert (entry.account_id, entry.request_id) == (1, "command")
    assert entry.details == {"status": "published"}


def test_an_audit_line_names_its_request(in_page, app):
    def change():
        with transaction():
            audit.record("course.published", "course", 7)
        return db.session.scalar(select(AuditEntry.request_id))

    assert in_page("vi", change, headers={"X-Request-ID": "proxy17"}) == "proxy17"
