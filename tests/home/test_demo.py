"""The demo city: what the pages and the other tests count on."""

import pytest
from sqlalchemy import select, text

from app.accounts.models import Suspicion
from app.accounts.operations.suspicions import compare
from app.catalogue.conditions import problems
from app.catalogue.models import Run, RunState
from app.core import clock
from app.core.db import db
from app.core.vi import clean
from app.enrolment.invariants import audit_invariants
from app.enrolment.queries import meetings
from app.home.demo import desk, texts
from app.home.demo import load as city
from app.providers.models import StaffMember
from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def loaded(migrated):
    """The demo city, loaded once for this file."""
    with migrated.app_context():
        city.load("79", lambda _line: None)
        yield migrated
        db.session.remove()
        empty_tables()


def scalar(sql: str) -> int:
    return db.session.execute(text(sql)).scalar() or 0


def test_the_city_has_the_promised_size(loaded):
    assert scalar("SELECT count(*) FROM providers") >= 60
    assert scalar("SELECT count(*) FROM courses WHERE status = 'published'") >= 380
    assert scalar("SELECT count(*) FROM courses") >= 400
    assert scalar("SELECT count(*) FROM runs") >= 900
    assert scalar("SELECT count(*) FROM persons") >= 3000
    assert scalar("SELECT count(DISTINCT type_id) FROM providers") == scalar(
        "SELECT count(*) FROM provider_types"
    )


def test_persons_are_fewer_than_enrolments_and_these_than_attendances(loaded):
    persons = scalar(
        "SELECT count(DISTINCT e.person_id) FROM enrolments e "
        "JOIN attendances a ON a.enrolment_id = e.id WHERE a.status = 'present'"
    )
    enrolments = scalar("SELECT count(DISTINCT enrolment_id) FROM attendances")
    attendances = scalar("SELECT count(*) FROM attendances WHERE status = 'present'")
    assert 0 < persons < enrolments < attendances


def test_one_person_learns_at_three_providers(loaded):
    providers = scalar(
        "SELECT max(n) FROM (SELECT e.person_id, count(DISTINCT c.provider_id) AS n "
        "FROM enrolments e JOIN runs r ON r.id = e.run_id "
        "JOIN courses c ON c.id = r.course_id GROUP BY e.person_id) AS per_person"
    )
    assert providers >= 3


def test_a_full_run_has_a_queue(loaded):
    assert (
        scalar(
            "SELECT count(*) FROM runs "
            "WHERE capacity = seats_taken AND waiting >= 5 AND starts_on > CURRENT_DATE"
        )
        >= 1
    )


def test_the_editors_of_the_demo_have_classes_with_rules(loaded):
    runs = db.session.scalars(select(Run).where(Run.starts_on > clock.today())).all()
    asking = [run for run in runs if run.rules or run.fee_groups or run.questions]
    assert [problem for run in asking for problem in problems(run)] == []
    assert RunState.EARLY in {run.state for run in asking}
    assert any(run.fee_groups for run in asking)
    assert any(run.questions and run.needs_approval for run in asking)
    assert any(run.reserved for run in runs)


def test_a_coming_session_is_cancelled(loaded):
    assert scalar("SELECT count(*) FROM class_sessions WHERE status = 'cancelled'") == 1


def test_the_teacher_of_the_demo_has_a_class_of_thirty_today(loaded):
    teacher = db.session.scalars(select(StaffMember).where(StaffMember.role == "teacher")).one()
    today = clock.today()
    (meeting,) = meetings(teacher.provider_id, today, today)
    assert not meeting.is_taken
    assert 27 <= meeting.session.run.seats_taken <= 30


def test_some_courses_are_in_one_language(loaded):
    assert scalar("SELECT count(*) FROM courses WHERE title_en = ''") >= 3


def test_one_ward_has_a_tiny_cell(loaded):
    learners = scalar(
        "SELECT count(DISTINCT e.person_id) FROM enrolments e "
        "JOIN residences r ON r.person_id = e.person_id "
        "JOIN admin_units u ON u.id = r.unit_id WHERE u.code = '26732' AND r.valid_to IS NULL"
    )
    assert 0 < learners < 5


def test_counters_of_every_run_agree_with_its_enrolments(loaded):
    assert audit_invariants() == []


def test_loading_twice_changes_nothing(loaded):
    before = scalar("SELECT count(*) FROM enrolments")
    said = loaded.test_cli_runner().invoke(args=["demo", "load"])
    db.session.rollback()
    assert "nothing was changed" in said.output
    assert scalar("SELECT count(*) FROM enrolments") == before


@pytest.mark.parametrize("course", texts.courses(), ids=lambda course: course.key)
def test_every_course_text_is_clean(course):
    assert course.words["title_vi"]
    assert all(
        clean(line) == line.strip()
        for words in course.words.values()
        for line in words.splitlines()
    )
    assert course.provider_types
    assert course.sessions > 0


def test_the_pair_to_look_at_is_one_the_product_would_suspect(loaded):
    pair = db.session.scalars(select(Suspicion)).one()
    assert (pair.score, pair.reasons) == compare(pair.first, pair.second)


def test_returns_are_filled_in_by_the_providers_own_people(loaded):
    officer = desk.officer()
    desk.hand_in(officer)
    filled = "SELECT count(DISTINCT account_id) FROM audit_entries WHERE action = 'return.saved'"
    assert scalar(filled) == desk.BEGUN
    assert scalar(f"{filled} AND account_id = {officer}") == 0
