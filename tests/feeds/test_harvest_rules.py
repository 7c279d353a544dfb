"""What others learnt the hard way about taking in catalogues: one test for each rule."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.catalogue.city_models import CourseTakedown
from app.catalogue.models import ClassSession, Course, CourseStatus, Run, RunStatus
from app.catalogue.operations import approve, versions, withdraw
from app.catalogue.revision_models import CourseRelease, CourseRevision, ReleaseState
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.core.jobs import Job
from app.feeds.errors import CatalogueChanged, TooManyWithdrawn
from app.feeds.models import FeedLink, FeedSource, SourceKind
from app.feeds.operations import Task, Wanted, linking, perform, sources
from app.feeds.operations.collecting import Reading
from app.feeds.operations.withdrawing import Withdrawals, brakes
from app.feeds.spool import spooled
from tests.factories import ProviderFactory, RunFactory
from tests.feeds.rows import HEAD, course, run, session

SOON = clock.today() + timedelta(days=10)
DAYS = {"starts_on": SOON.isoformat(), "ends_on": (SOON + timedelta(days=30)).isoformat()}
SUMMED = [*HEAD, "summary_vi"]


def offered(key="K1", run_key="L1", **more):
    return run(key, run_key, summary_vi="Từ đầu.", **{**DAYS, **more})


@pytest.fixture
def bring(provider, table):
    """Apply rows from a source; what is missing is withdrawn only if it is named."""

    def perform_(rows, source=None, head=SUMMED, gone=(), **more):
        with transaction():
            source_id = source or linking.own_files(provider.id).id
        wanted = Wanted(apply=more.pop("apply", True), publish=True)
        courses, runs = more.pop("courses", frozenset(gone)), more.pop("runs", frozenset())
        ticked = Withdrawals(courses, runs, more.pop("confirmed", False))
        file = rows if hasattr(rows, "read_bytes") else table(rows, head)
        task = Task(source_id, Reading(file), wanted, withdrawals=ticked, **more)
        with spooled() as spool:
            report = perform(task, spool)
            perform_.lines = [json.loads(each) for each in spool.notes()]
            return report

    return perform_


@pytest.fixture
def feed(provider):
    """Another source of the same provider."""
    return sources.add_source(
        provider.id,
        sources.SourceFields(name="b", address="https://b.example/", kind=SourceKind.FILE),
    ).id


def one(key="K1"):
    db.session.expire_all()
    link = select(FeedLink.course_id).where(FeedLink.course_key == key, FeedLink.run_key == "")
    return db.session.get_one(Course, db.session.scalars(link.limit(1)).one())


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_key_belongs_to_its_source(bring, feed):
    bring([offered("K1", title_vi="Của tệp")])
    bring([offered("K1", title_vi="Của nguồn")], feed)
    titles = db.session.scalars(select(Course.title_vi).order_by(Course.id)).all()
    assert titles == ["Của tệp", "Của nguồn"]
    bring([offered("K1", title_vi="Của nguồn, mới")], feed)
    titles = db.session.scalars(select(Course.title_vi).order_by(Course.id)).all()
    assert titles == ["Của tệp", "Của nguồn, mới"]


def test_a_course_whose_own_key_is_changed_by_hand_is_still_found(bring):
    bring([offered("K1")])
    db.session.execute(update(Course).values(external_id="KHÁC"))
    db.session.commit()
    assert bring([offered("K1")]).courses.unchanged == 1


def test_a_key_twice_in_one_file_is_an_error(bring):
    report = bring([course("K1"), course("K1")], apply=False)
    assert [problem.code for problem in report.findings.kept] == ["repeated"]


def test_an_address_is_one_course_over_all_sources_of_a_provider(bring, feed):
    key = "https://hoa-sen.example/khoa/1"
    bring([offered(key)])
    report = bring([offered(key, title_vi="Tên khác")], feed)
    assert (report.courses.new, report.courses.changed) == (0, 1)
    assert count(Course) == 1
    assert count(FeedLink) == 4


def test_an_address_of_another_provider_is_refused(bring, app):
    key = "https://hoa-sen.example/khoa/1"
    bring([offered(key)])
    other = ProviderFactory()
    with transaction():
        theirs = linking.own_files(other.id).id
    report = bring([offered(key), offered("K2")], theirs, apply=False)
    assert [problem.code for problem in report.findings.kept] == ["taken_elsewhere"]
    assert (report.refused, report.courses.new) == (1, 1)


def test_missing_is_proposed_and_never_silent(bring):
    bring([offered("K1"), offered("K2"), offered("K2", "L2")])
    bring([offered("K2")])
    missing = [
        (line["course_key"], line.get("run_key", ""))
        for line in bring.lines
        if line["action"] == "missing"
    ]
    assert missing == [("K2", "L2"), ("K1", "")]
    assert {one("K1").status, one("K2").status} == {CourseStatus.PUBLISHED}


def test_only_what_was_ticked_is_withdrawn(bring):
    bring([offered(key) for key in ("K1", "K2", "K3")])
    report = bring([offered("K3")], gone=[one("K1").id])
    assert report.withdrawn_courses == 1
    assert [one(key).status.value for key in ("K1", "K2", "K3")] == [
        "withdrawn",
        "published",
        "published",
    ]
    assert bring([offered("K3")]).missing == ["K2"]


def test_a_run_that_is_missing_is_called_off_when_ticked(bring):
    bring([offered("K1", "L1"), offered("K1", "L2")])
    gone = db.session.scalars(select(FeedLink.run_id).where(FeedLink.run_key == "L2")).one()
    assert bring([offered("K1", "L1")], runs=frozenset({gone})).withdrawn_runs == 1
    assert db.session.get_one(Run, gone).status is RunStatus.CANCELLED


def test_the_brake_stops_above_five_and_above_a_fifth(bring):
    assert [brakes(*each) for each in ((5, 6), (6, 30), (6, 29), (7, 1000))] == [
        False,
        False,
        True,
        False,
    ]
    bring([offered(f"K{n}") for n in range(10)])
    gone = frozenset(one(f"K{n}").id for n in range(6))
    rest = [offered(f"K{n}") for n in range(6, 10)]
    with pytest.raises(TooManyWithdrawn):
        bring(rest, gone=gone)
    assert one("K0").status is CourseStatus.PUBLISHED
    assert bring(rest, gone=gone, confirmed=True).withdrawn_courses == 6


def test_what_people_use_is_never_withdrawn(bring):
    bring([offered("K1"), offered("K2"), offered("K2", "L2")])
    db.session.execute(update(Run).where(Run.external_id == "L1").values(seats_taken=1))
    db.session.commit()
    runs = frozenset(db.session.scalars(select(Run.id)))
    report = bring([course("K2")], gone=[one("K1").id], runs=runs, confirmed=True)
    assert (report.withdrawn_courses, report.withdrawn_runs) == (0, 1)
    assert one("K1").status is CourseStatus.PUBLISHED


def test_only_what_a_source_brought_can_be_withdrawn_by_it(bring, feed):
    bring([offered("K1")])
    by_hand = RunFactory().course_id
    bring([offered("K2")], feed, courses=frozenset({one("K1").id, by_hand}))
    assert one("K1").status is CourseStatus.PUBLISHED
    assert db.session.get_one(Course, by_hand).status is CourseStatus.PUBLISHED


def test_a_key_that_comes_back_revives_the_old_record(bring):
    bring([offered("K1"), offered("K2")])
    old = one("K1").id
    bring([offered("K2")], gone=[old])
    assert one("K1").status is CourseStatus.WITHDRAWN
    report = bring([offered("K1"), offered("K2")])
    assert (report.revived, report.courses.new) == (1, 0)
    assert (one("K1").id, one("K1").status) == (old, CourseStatus.PUBLISHED)
    assert bring([offered("K1"), offered("K2")]).courses.unchanged == 2


def test_what_the_city_took_down_does_not_come_back(bring):
    bring([offered("K1"), offered("K2")])
    bring([offered("K2")], gone=[one("K1").id])
    db.session.add(CourseTakedown(course_id=one("K1").id, reason="Sai sự thật"))
    db.session.commit()
    bring([offered("K1"), offered("K2")])
    assert one("K1").status is CourseStatus.HELD


def test_a_run_that_comes_back_has_its_sessions_again(bring):
    day = SOON.isoformat()
    rows = [session(day, summary_vi="Từ đầu."), offered("K1", "L2")]
    bring(rows)
    gone = db.session.scalars(select(Run.id).where(Run.external_id == "L1")).one()
    bring([offered("K1", "L2")], runs=frozenset({gone}))
    bring(rows)
    assert db.session.get_one(Run, gone).status is RunStatus.PLANNED
    assert db.session.scalars(select(ClassSession.status)).all() == ["planned"]
    assert count(Run) == 2


def test_what_a_person_withdrew_stays_withdrawn(bring):
    bring([offered("K1")])
    withdraw(one("K1").id)
    bring([offered("K1", title_vi="Tên mới")])
    assert one("K1").status is CourseStatus.WITHDRAWN


def test_locked_fields_survive_and_the_others_follow(bring):
    bring([offered("K1", title_vi="Tên", capacity="20")])
    found = one("K1")
    found.title_vi = "Tên sửa tay"
    db.session.commit()
    sources.lock_fields(found.id, frozenset({"title_vi", "capacity"}))
    later = [offered("K1", title_vi="Tên của tệp", capacity="5", fee="100.000")]
    bring(later)
    only = db.session.scalars(select(Run)).one()
    assert one("K1").title_vi == "Tên sửa tay"
    assert (only.capacity, only.fee) == (20, 100_000)
    assert bring(later).courses.unchanged == 1
    sources.lock_fields(found.id, frozenset())
    bring(later)
    assert one("K1").title_vi == "Tên của tệp"


def test_no_change_is_no_version_no_event_no_index_work(bring):
    rows = [offered("K1"), offered("K2")]
    bring(rows)
    before = (one("K1").version, count(Job), count(ClassSession))
    report = bring(rows)
    assert (report.courses.unchanged, report.runs.unchanged) == (2, 2)
    assert (one("K1").version, count(Job), count(ClassSession)) == before


def test_links_say_when_something_was_last_seen(bring):
    bring([offered("K1"), offered("K2")])
    long_ago = clock.now() - timedelta(days=9)
    db.session.execute(update(FeedLink).values(last_seen_at=long_ago))
    db.session.commit()
    bring([offered("K2")])
    seen = select(FeedLink.last_seen_at > long_ago, FeedLink.run_key)
    told = {
        key: db.session.execute(seen.where(FeedLink.course_key == key)).all()
        for key in ("K1", "K2")
    }
    assert {row[0] for row in told["K1"]} == {False}
    assert {row[0] for row in told["K2"]} == {True}


def test_a_dry_run_is_the_real_run_taken_back(bring):
    bring([offered("K1"), offered("K2")])
    rows = [offered("K1", title_vi="Mới"), offered("K3"), offered("K3", "L2")]
    before = (count(Course), count(Run), count(FeedLink), count(Job), count(AuditEntry))
    trial = bring(rows, apply=False)
    assert (count(Course), count(Run), count(FeedLink), count(Job), count(AuditEntry)) == before
    real = bring(rows)
    assert trial.digest == real.digest
    told = [{**report.as_json(), "applied": None} for report in (trial, real)]
    assert told[0] == told[1]


def test_another_catalogue_than_the_one_shown_is_refused(bring):
    bring([offered("K1")])
    shown = bring([offered("K1", title_vi="Mới")], apply=False).digest
    db.session.execute(update(Course).values(title_vi="Khác"))
    db.session.commit()
    with pytest.raises(CatalogueChanged):
        bring([offered("K1", title_vi="Mới")], expected=shown)
    assert one("K1").title_vi == "Khác"


def test_whoever_has_a_place_is_told_of_moved_and_cancelled_sessions(bring):
    days = [(SOON + timedelta(days=n)).isoformat() for n in range(3)]
    told = {"summary_vi": "Từ đầu."}
    bring([session(day, **told) for day in days])
    db.session.execute(update(Run).values(seats_taken=1))
    db.session.execute(Job.__table__.delete())
    db.session.commit()
    bring([session(days[0], session_to="21:00", **told), session(days[1], **told)])
    events = [job.event for job in db.session.scalars(select(Job))]
    assert any(event.get("kind") == "times" for event in events)
    assert any("session_id" in event for event in events)


def test_courses_wait_as_drafts_where_the_city_looks_first(bring, provider):
    provider.needs_review = True
    db.session.commit()
    bring([offered("K1")])
    assert one("K1").status is CourseStatus.DRAFT


def test_words_of_a_live_course_wait_where_the_city_looks_first(bring, provider):
    bring([offered("K1")])
    before = one("K1")
    assert before.is_public
    title = before.title_vi
    provider.needs_review = True
    db.session.commit()
    for _twice in range(2):
        bring([offered("K1", title_vi="Tên mới")])
        assert one("K1").title_vi == title
        [revision] = db.session.query(CourseRevision).all()
        assert revision.document["title_vi"] == "Tên mới"
        [wish] = db.session.query(CourseRelease).all()
        assert wish.state is ReleaseState.WAITING
    approve(one("K1").id, versions(one("K1"), revision))
    assert one("K1").title_vi == "Tên mới"


def test_wrong_runs_and_rows_are_not_taken_for_missing(bring):
    bring([offered("K1", "L1"), offered("K1", "L2"), offered("K2")])
    report = bring(
        [offered("K1", "L1"), offered("K1", "L2", capacity="?"), offered("K2", topic="?")],
        apply=False,
    )
    assert (report.missing, report.runs_missing) == ([], 0)


def test_a_source_that_was_taken_off_and_comes_back_knows_its_courses(bring, feed, provider):
    bring([offered("K1")], feed)
    sources.remove_source(feed)
    fields = sources.SourceFields(name="", address="https://b.example/", kind=SourceKind.FILE)
    again = sources.add_source(provider.id, fields)
    assert again.id == feed
    assert bring([offered("K1")], feed).courses.unchanged == 1
    assert count(FeedSource) == 1
