"""A file into the catalogue: found again by key, all or nothing, nothing lost, nothing twice."""

import subprocess
import sys
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.catalogue.models import (
    ClassSession,
    Course,
    CourseStatus,
    ImportBatch,
    Mode,
    Run,
    SessionStatus,
)
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.jobs import Job
from app.feeds.errors import HasBadRows, NoSuchProvider
from app.feeds.operations import import_catalogue
from tests.factories import ProviderFactory
from tests.feeds.rows import HEAD, course, run, session

SOON = clock.today() + timedelta(days=10)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def only(model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


@pytest.fixture
def year(app):
    """Three rows of one run: a course, a run of it, three sessions."""
    return [session(f"{day:02}/12/2026", capacity="30", fee="500.000 đ") for day in (1, 3, 8)]


def test_without_apply_a_file_is_only_looked_at(read, table, year):
    report = read(table(year))
    assert (report.rows, report.refused, report.applied) == (3, 0, False)
    assert (report.courses.new, report.runs.new, report.sessions_new) == (1, 1, 3)
    assert (count(Course), count(ImportBatch), count(AuditEntry)) == (0, 0, 0)


def test_rows_of_one_key_become_one_course_with_its_run_and_sessions(read, table, year, provider):
    read(table(year), apply=True)
    found = only(Course)
    assert (found.external_id, found.title_vi, found.topic.slug) == (
        "K1",
        "Tin học cơ bản",
        "digital-skills",
    )
    assert found.provider_id == provider.id
    assert (found.isced_f, found.cla) == ("061", provider.type.default_cla)
    assert found.status is CourseStatus.DRAFT
    offered = found.runs[0]
    assert (offered.external_id, offered.capacity, offered.fee, offered.mode) == (
        "L1",
        30,
        500_000,
        Mode.IN_PERSON,
    )
    assert (offered.starts_on, offered.ends_on) == (date(2026, 12, 1), date(2026, 12, 8))
    assert offered.enrol_until == date(2026, 12, 1)
    assert [meeting.starts_at for meeting in offered.sessions] == [
        clock.at(date(2026, 12, day), time(18, 30)) for day in (1, 3, 8)
    ]


def test_the_same_file_twice_writes_nothing_the_second_time(read, table, year):
    read(table(year), apply=True)
    jobs, version = count(Job), only(Course).version
    again = read(table(year), apply=True)
    assert (again.courses.unchanged, again.runs.unchanged, again.sessions_new) == (1, 1, 0)
    assert (count(Course), count(Run), count(ClassSession)) == (1, 1, 3)
    assert (count(Job), only(Course).version) == (jobs, version)


def test_a_corrected_file_updates_what_is_there(read, table, year):
    read(table(year), apply=True)
    kept = only(Run).id
    for row in year:
        row |= {"title_vi": "Tin học văn phòng", "capacity": "25"}
    report = read(table(year), apply=True)
    assert (report.courses.changed, report.runs.changed, report.courses.new) == (1, 1, 0)
    assert only(Course).title_vi == "Tin học văn phòng"
    assert (only(Run).id, only(Run).capacity) == (kept, 25)


def test_columns_that_the_file_does_not_have_are_left_alone(read, table, year):
    read(table(year), apply=True)
    db.session.execute(Course.__table__.update().values(title_en="Basic computing"))
    db.session.commit()
    read(table([row | {"title_vi": "Khác"} for row in year]), apply=True)
    assert (only(Course).title_vi, only(Course).title_en) == ("Khác", "Basic computing")


def test_a_column_that_is_there_and_empty_clears(read, table):
    head = [*HEAD, "title_en"]
    read(table([course(title_en="Computing")], head), apply=True)
    read(table([course(title_en="")], head), apply=True)
    assert only(Course).title_en == ""


def test_two_providers_may_use_the_same_key(read, table, provider):
    other = ProviderFactory()
    read(table([course()]), apply=True)
    import_catalogue(table([course()]), other.slug)
    assert import_catalogue(table([course()]), other.slug).courses.new == 1


def test_sessions_follow_the_file_and_a_cancelled_one_stays_cancelled(read, table):
    days = [SOON + timedelta(days=n) for n in range(4)]
    read(table([session(day.isoformat()) for day in days]), apply=True)
    meetings = only(Run).sessions
    meetings[1].status = SessionStatus.CANCELLED
    db.session.commit()
    later = [session(day.isoformat(), session_to="21:00") for day in days[:3]]
    report = read(table([*later, session((SOON + timedelta(days=9)).isoformat())]), apply=True)
    assert (report.sessions_new, report.sessions_moved, report.sessions_cancelled) == (1, 2, 1)
    states = [meeting.status for meeting in only(Run).sessions]
    planned, cancelled = SessionStatus.PLANNED, SessionStatus.CANCELLED
    assert states == [planned, cancelled, planned, cancelled, planned]


def test_sessions_of_the_past_stay_as_they_were_held(read, table):
    past = [clock.today() - timedelta(days=n) for n in (9, 8)]
    read(table([session(day.isoformat()) for day in past]), apply=True)
    read(table([session(past[0].isoformat(), session_to="22:00")]), apply=True)
    assert {(meeting.minutes, meeting.status) for meeting in only(Run).sessions} == {
        (120, SessionStatus.PLANNED)
    }


def test_what_is_missing_from_the_file_is_told_and_kept(read, table):
    read(table([run("K1"), run("K2"), run("K3"), run("K3", "L2")]), apply=True)
    db.session.execute(Run.__table__.update().where(Run.external_id == "L1").values(seats_taken=1))
    db.session.commit()
    report = read(table([run("K3")]), apply=True)
    assert (report.missing, report.missing_with_people, report.runs_missing) == (["K1", "K2"], 2, 1)
    assert (count(Course), count(Run)) == (3, 4)


def test_courses_made_by_hand_are_never_called_missing(read, table, provider):
    from tests.factories import CourseFactory  # noqa: PLC0415

    CourseFactory(provider=provider)
    assert read(table([course()])).missing == []


def test_drafts_are_published_only_when_asked_and_only_with_a_run_to_come(read, table):
    days = {"starts_on": SOON.isoformat(), "ends_on": SOON.isoformat()}
    over = {"starts_on": "01/02/2026", "ends_on": "05/02/2026"}
    told = {"summary_vi": "Từ đầu."}
    rows = [run("K1", **days, **told), run("K2", **over, **told), course("K3", **told)]
    file = table([*rows, run("K4", **days)], [*HEAD, "summary_vi"])
    assert read(file, apply=True).published == 0
    report = read(file, apply=True, publish=True)
    assert (report.published, report.drafts, report.courses.changed) == (1, 3, 1)
    assert (
        db.session.scalar(select(Course.status).where(Course.external_id == "K1"))
        is CourseStatus.PUBLISHED
    )
    assert read(file, apply=True, publish=True).published == 0


def test_only_what_people_can_see_is_told_to_the_index(read, table):
    days = {"starts_on": SOON.isoformat(), "ends_on": SOON.isoformat()}
    file = table([run(**days, summary_vi="Từ đầu.")], [*HEAD, "summary_vi"])
    read(file, apply=True)
    assert count(Job) == 0
    read(file, apply=True, publish=True)
    told = db.session.scalars(select(Job.handler).where(Job.event.is_not(None))).all()
    assert "search.jobs.reindex_course" in told


def test_applying_leaves_a_batch_and_a_trace(read, table, year, provider):
    read(table(year, name="lịch học.csv"), apply=True)
    batch = only(ImportBatch)
    assert (batch.file_name, batch.courses_new, batch.rows_refused) == ("lịch học.csv", 1, 0)
    assert len(batch.sha256) == 64
    noted = only(AuditEntry)
    assert (noted.action, noted.object_id) == ("catalogue.import", str(provider.id))


def test_a_wrong_row_stops_everything_unless_the_good_rows_are_wanted(read, table):
    rows = [run("K1"), run("K2", capacity="viele"), run("K3")]
    with pytest.raises(HasBadRows) as refused:
        read(table(rows), apply=True)
    assert refused.value.report.findings.lines == {3}
    assert count(Course) == 0
    report = read(table(rows), apply=True, good_rows=True)
    assert (report.refused, report.courses.new) == (1, 2)
    assert set(db.session.scalars(select(Course.external_id))) == {"K1", "K3"}
    assert only(ImportBatch).rows_refused == 1


def test_a_class_with_one_wrong_session_is_not_taken_in_part(read, table):
    rows = [session("01/12/2026"), session("31/02/2026"), session("01/12/2026", run_key="L2")]
    report = read(table(rows), apply=True, good_rows=True)
    assert report.refused == 2
    assert only(Run).external_id == "L2"


def test_an_unknown_provider_is_refused(app, table):
    with pytest.raises(NoSuchProvider):
        import_catalogue(table([course()]), "nobody")


def test_rows_of_a_course_may_lie_apart(read, table):
    rows = [session("01/12/2026"), run("K2"), session("03/12/2026"), run("K1", "L2")]
    report = read(table(rows), apply=True)
    assert (report.courses.new, report.runs.new, report.sessions_new) == (2, 3, 2)
    assert [
        each.external_id for each in db.session.scalars(select(Course).order_by(Course.id))
    ] == ["K1", "K2"]


def test_many_rows_are_written_in_batches_and_found_again(read, table):
    rows = [run(f"K{number}", capacity=str(number % 40)) for number in range(250)]
    assert read(table(rows), apply=True).courses.new == 250
    again = read(table(rows[:-1]), apply=True)
    assert (again.courses.unchanged, again.missing) == (249, ["K249"])


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from app import create_app
from app.feeds.operations import Wanted, import_catalogue

written = []

@event.listens_for(Engine, "after_cursor_execute")
def stop(_connection, _cursor, statement, *_):
    written.append(statement.startswith("INSERT INTO courses "))
    if sum(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

with create_app().app_context():
    import_catalogue(Path(sys.argv[1]), "hoa-sen", wanted=Wanted(apply=True))
"""


def test_a_killed_import_has_written_nothing(provider, table, environment):
    file = table([run(f"K{number}") for number in range(450)])
    db.session.rollback()
    project = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(file)], cwd=project, env=environment, check=False
    )
    assert done.returncode == -9
    db.session.rollback()
    assert (count(Course), count(ImportBatch)) == (0, 0)
