"""A report is checked and published by the worker: once, whatever happens on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.core import clock, jobs
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.queries import told
from app.indicators.reports import gate, publishing
from app.indicators.reports.errors import AlreadyPublished, MeanwhilePublished, NewerRevision
from app.indicators.reports.events import FreezeAsked, PublishAsked
from app.indicators.reports.publishing import Step
from tests.factories import GrantFactory
from tests.indicators.report_town import PERIOD, Town, kept_report

HOUR = timedelta(hours=1)


@pytest.fixture
def town(app):
    return Town()


@pytest.fixture
def statistician(app):
    return GrantFactory(city_role="statistician").account_id


def log():
    ours = select(AuditEntry.action).where(AuditEntry.object_kind == "report")
    return db.session.scalars(ours.order_by(AuditEntry.id)).all()


def step(report):
    db.session.expire_all()
    return publishing.of(report, queries.frozen(report)).step


@pytest.mark.on_any_database
def test_two_clicks_are_one_check_and_one_publication(town, statistician, run_jobs):
    report = operations.freeze(PERIOD)
    for _ in range(2):
        operations.ask_to_publish(report.id, statistician)
    assert len(jobs.waiting_for(PublishAsked)) == 1
    assert step(report) is Step.WAITING
    assert queries.in_force(PERIOD) is None
    run_jobs()
    assert queries.in_force(PERIOD).published_by_id == statistician
    assert log() == ["report.frozen", "report.publish_asked", "report.published"]
    with pytest.raises(AlreadyPublished):
        operations.ask_to_publish(report.id, statistician)
    with transaction():
        jobs.emit(PublishAsked(report.id))  # of a worker that was killed after it had published
    run_jobs()
    assert log().count("report.published") == 1


def test_a_check_that_broke_off_is_repeated(town, statistician, run_jobs, monkeypatch):
    report = operations.freeze(PERIOD)
    operations.ask_to_publish(report.id, statistician)
    with monkeypatch.context() as patched:
        patched.setattr(gate, "let_through", lambda *_: 1 / 0)
        run_jobs()
    assert step(report) is Step.AGAIN
    assert queries.in_force(PERIOD) is None
    jobs.retry(queries.publishing_job(report.id).id)
    run_jobs()
    assert queries.in_force(PERIOD).id == report.id


@pytest.mark.on_any_database
def test_a_check_that_nobody_repeats_any_more_is_told(town, statistician, client, run_jobs):
    report = operations.freeze(PERIOD)
    operations.ask_to_publish(report.id, statistician)
    with transaction():
        queries.publishing_job(report.id).attempts = jobs.GIVE_UP_AFTER
    assert step(report) is Step.BROKEN
    client.sign_in(db.session.get(Account, statistician))
    told = client.page(f"/vi/staff/reports/{report.id}").get_text(" ", strip=True)
    assert "Lần nào kiểm tra cũng bị ngắt" in told
    assert "vài phút" not in told
    jobs.retry(queries.publishing_job(report.id).id)
    run_jobs()
    assert queries.in_force(PERIOD).id == report.id


def test_what_would_tell_too_much_is_refused_once_and_may_be_asked_for_again(
    town, statistician, run_jobs
):
    operations.publish(operations.freeze(PERIOD).id, None)
    town.come_late(2, born=2000)
    second = operations.freeze(PERIOD, "thêm hai người")
    operations.ask_to_publish(second.id, statistician)
    run_jobs()
    found = publishing.of(second, queries.frozen(second))
    assert found.step is Step.REFUSED
    assert found.would_reveal
    assert log()[-1] == "report.refused"
    operations.ask_to_publish(second.id, statistician)
    assert step(second) is Step.WAITING
    run_jobs()
    assert step(second) is Step.REFUSED
    assert queries.in_force(PERIOD).revision == 1


def test_a_newer_revision_stops_a_check_that_waits(town, statistician, run_jobs):
    first = operations.freeze(PERIOD)
    operations.ask_to_publish(first.id, statistician)
    operations.freeze(PERIOD, "sửa")
    run_jobs()
    found = publishing.of(first, queries.frozen(first))
    assert found.refusal == str(NewerRevision.message)
    assert queries.in_force(PERIOD) is None


@pytest.mark.on_any_database
def test_of_two_that_were_checked_without_one_another_one_is_published(town, monkeypatch):
    """The second is checked again, together with the first."""
    report, checked, other = operations.freeze(PERIOD), gate.let_through, kept_report()
    other.period, other.published_at = "2025", None
    with transaction() as session:
        session.add(other)
        session.flush()
        keys = report.id, other.id

    def between(*given):
        monkeypatch.setattr(gate, "let_through", checked)
        operations.publish(keys[1], None)
        checked(*given)

    monkeypatch.setattr(gate, "let_through", between)
    with pytest.raises(MeanwhilePublished):
        operations.publish(keys[0], None)
    assert [each.id for each in queries.published()] == [keys[1]]
    operations.publish(keys[0], None)
    assert [each["report"] for each in told.all_told()] == [keys[1], keys[0]]


@pytest.mark.on_any_database
def test_what_came_between_is_checked_by_the_same_click(town, statistician, run_jobs, monkeypatch):
    report, checked, other = operations.freeze(PERIOD), gate.let_through, kept_report()
    other.period, other.published_at = "2025", None
    with transaction() as session:
        session.add(other)
        session.flush()
        key = other.id

    def between(*given):
        monkeypatch.setattr(gate, "let_through", checked)
        operations.publish(key, None)
        checked(*given)

    monkeypatch.setattr(gate, "let_through", between)
    operations.ask_to_publish(report.id, statistician)
    run_jobs()
    assert len(queries.published()) == 2


def test_a_period_that_waits_to_be_frozen_is_told(town, statistician):
    operations.ask(PERIOD, "", statistician, without_missing=True)
    assert queries.is_asked(PERIOD)
    assert not queries.is_asked("2025")


def test_a_freezing_that_was_refused_says_why_until_it_is_asked_for_again(
    town, statistician, client, run_jobs
):
    for _ in range(2):
        operations.ask(PERIOD, "", statistician, without_missing=True)
    run_jobs()
    assert queries.last_revision(PERIOD) == 1
    client.sign_in(db.session.get(Account, statistician))
    page = client.page("/vi/staff/reports")
    assert "chưa được chốt" in page.get_text()
    assert "Hãy ghi lý do hiệu chỉnh" in page.get_text()
    assert page.select_one(f"a[href$='reports/new?period={PERIOD}']")
    assert "report.freeze_refused" in log()
    operations.ask(PERIOD, "sửa sổ", statistician, without_missing=True)
    assert "chưa được chốt" not in client.page("/vi/staff/reports").get_text()


def test_of_a_worker_that_was_killed_the_page_says_since_when_and_that_it_begins_again(
    town, statistician, client
):
    report = operations.freeze(PERIOD)
    operations.ask_to_publish(report.id, statistician)
    operations.ask("2025", "", statistician, without_missing=True)
    client.sign_in(db.session.get(Account, statistician))
    seen = clock.now()
    for at, said in ((seen, f"gần nhất: {clock.local(seen):%H:%M}"), (seen - HOUR, "chưa ai làm")):
        with transaction():
            for job in (*jobs.waiting_for(PublishAsked), *jobs.waiting_for(FreezeAsked)):
                job.attempts, job.due_at = 1, at + jobs.LEASE
        for path in (f"reports/{report.id}", "reports"):
            told = client.page(f"/vi/staff/{path}").get_text(" ", strip=True)
            assert said in told
            assert "tự làm lại" in told


def test_a_freezing_that_nobody_repeats_any_more_is_told(town, statistician, client):
    operations.ask(PERIOD, "", statistician, without_missing=True)
    with transaction():
        jobs.waiting_for(FreezeAsked)[0].attempts = jobs.GIVE_UP_AFTER
    assert not queries.is_asked(PERIOD)
    client.sign_in(db.session.get(Account, statistician))
    told = client.page("/vi/staff/reports").get_text(" ", strip=True)
    assert "lần nào cũng bị ngắt" in told
    assert "đang được chốt" not in told
