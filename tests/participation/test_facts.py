"""What makes a fact, and that registers become facts."""

from datetime import date, timedelta

from sqlalchemy import select, update

from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import Job
from app.enrolment import operations as places
from app.enrolment.events import AttendanceTaken, PlaceGivenUp
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, EnrolmentState, Register
from app.participation import operations
from app.participation.models import FactMonth
from app.places.models import Sex
from tests.factories import (
    AttendanceFactory,
    CourseFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
    WardFactory,
)
from tests.participation.conftest import facts, meet, seat

DAY = date(2026, 3, 2)
EARLY = date(2026, 1, 2)


def marks():
    db.session.rollback()
    return dict(db.session.execute(select(FactMonth.month, FactMonth.mark)).all())


def months():
    return sorted(part for part in marks() if part.startswith("20"))


def rebuilt():
    db.session.rollback()
    operations.rebuild()
    return facts()


def test_a_fact_tells_who_when_where_and_what_on_its_day(app):
    course = CourseFactory(isced_f="0611", cla="2.2.2", job_related=True)
    run = RunFactory(course=course, mode="online")
    person = PersonFactory(sex=Sex.MALE, born_on=None, born_in=1955)
    ward = WardFactory(code="26734")
    ResidenceFactory(person=person, unit=ward, valid_from=EARLY)
    session = meet(run, DAY, present=[seat(run, EARLY, person)], hours=3)
    (fact,) = rebuilt()
    assert (fact.day, fact.minutes, fact.present, fact.headcount) == (DAY, 180, True, 0)
    assert (fact.meeting, fact.run_id, fact.course_id) == (session.id, run.id, course.id)
    assert (fact.person_id, fact.sex, fact.born_on) == (person.id, Sex.MALE, date(1955, 7, 1))
    assert (fact.unit_id, fact.mode, fact.isced_f, fact.cla) == (ward.id, "online", "0611", "2.2.2")
    assert (fact.provider_id, fact.topic, fact.job_related) == (
        course.provider_id, course.topic.slug, True,
    )  # fmt: skip


def test_the_day_is_that_of_the_city_not_of_greenwich(app):
    run = RunFactory()
    meet(run, DAY, present=[seat(run, EARLY)], hour=5)
    assert [fact.day for fact in rebuilt()] == [DAY]
    assert months() == ["2026-03"]


def test_a_session_without_a_register_has_no_facts(app):
    run = RunFactory()
    seat(run, EARLY)
    SessionFactory(run=run)
    assert rebuilt() == []


def test_unnamed_people_are_one_row_without_a_person(app):
    meet(RunFactory(), DAY, headcount=17)
    (fact,) = rebuilt()
    assert (fact.person_id, fact.present, fact.headcount) == (None, True, 17)


def test_a_place_belongs_to_a_session_only_while_it_was_held(app):
    run = RunFactory(capacity=None)
    session = meet(run, DAY)
    whole = seat(run, EARLY)
    left_before = seat(run, EARLY, state="withdrawn", ended_at=session.starts_at)
    left_later = seat(run, EARLY, state="withdrawn", ended_at=session.ends_at)
    came_later = seat(run, DAY + timedelta(days=1))
    never_seated = seat(run, EARLY, state="withdrawn", ended_at=session.ends_at)
    never_seated.seated_at = None
    db.session.commit()
    held = {fact.person_id for fact in rebuilt()}
    assert held == {whole.person_id, left_later.person_id}
    assert not held & {each.person_id for each in (left_before, came_later, never_seated)}


def test_a_walk_in_recorded_after_the_class_counts_when_marked_present(app):
    run = RunFactory()
    walk_in = seat(run, DAY + timedelta(days=1))
    meet(run, DAY, present=[walk_in])
    assert [(f.person_id, f.present) for f in rebuilt()] == [(walk_in.person_id, True)]


def test_void_places_and_the_queue_count_nowhere(app):
    run = RunFactory()
    void, waiting = seat(run, EARLY, state="void"), seat(run, EARLY, state="waiting")
    meet(run, DAY, present=[void, waiting])
    assert rebuilt() == []


def test_residence_on_the_day_is_the_record_written_last(app):
    person = PersonFactory()
    old, new = WardFactory(code="26735"), WardFactory(code="26736")
    ResidenceFactory(person=person, unit=old, valid_from=EARLY, valid_to=DAY)
    ResidenceFactory(person=person, unit=new, valid_from=DAY)
    run = RunFactory()
    meet(run, DAY, present=[seat(run, EARLY, person)])
    assert [fact.unit_id for fact in rebuilt()] == [new.id]


def test_a_register_recorded_again_replaces_its_facts(app, run_jobs):
    run = RunFactory(capacity=None)
    one, two = seat(run, EARLY), seat(run, EARLY)
    session = meet(run, DAY, present=[one], absent=[two], headcount=4)
    take(session.id)
    run_jobs()
    assert [(f.person_id, f.present, f.headcount) for f in facts() if f.person_id] == [
        (one.person_id, True, 0), (two.person_id, False, 0),
    ]  # fmt: skip
    before = marks()["2026-03"]

    mark = update(Attendance).where(Attendance.enrolment_id == two.id)
    db.session.execute(mark.values(status=AttendanceStatus.PRESENT))
    db.session.execute(update(Register).values(headcount=0))
    db.session.commit()
    take(session.id)
    take(session.id)
    run_jobs()
    assert [(f.person_id, f.present) for f in facts()] == [
        (one.person_id, True), (two.person_id, True),
    ]  # fmt: skip
    assert marks()["2026-03"] != before


def take(session_id):
    with transaction():
        jobs.emit(AttendanceTaken(session_id))


def test_a_session_moved_to_another_month_leaves_none_behind(app):
    run = RunFactory()
    session = meet(run, DAY, present=[seat(run, EARLY)])
    rebuilt()
    before = marks()
    session.starts_at += timedelta(days=40)
    session.ends_at += timedelta(days=40)
    db.session.commit()
    operations.rewrite([session.id])
    assert [f"{fact.day:%Y-%m}" for fact in facts()] == ["2026-04"]
    after = marks()
    assert months() == ["2026-03", "2026-04"]
    assert after["2026-03"] != before["2026-03"]


def test_a_place_declared_void_later_loses_its_facts(app, run_jobs):
    run = RunFactory()
    enrolment = seat(run, EARLY)
    meet(run, DAY, present=[enrolment])
    assert len(rebuilt()) == 1
    db.session.execute(update(Enrolment).values(state=EnrolmentState.VOID))
    db.session.commit()
    with transaction():
        jobs.emit(PlaceGivenUp(enrolment.id))
    run_jobs()
    assert facts() == []


def test_many_registers_ask_for_the_files_once(app, run_jobs):
    run = RunFactory()
    enrolment = seat(run, EARLY)
    for days in range(3):
        take(meet(run, DAY + timedelta(days=days), present=[enrolment]).id)
    run_jobs()
    waiting = db.session.scalars(select(Job).where(Job.handler.startswith("participation"))).all()
    assert [job.handler for job in waiting] == ["participation.jobs.write_files"]
    assert waiting[0].due_at > clock.now()


def test_rebuilding_gives_what_the_registers_gave(app, run_jobs):
    run = RunFactory(capacity=None)
    enrolments = [seat(run, EARLY) for _ in range(3)]
    for days in range(4):
        session = meet(run, DAY + timedelta(days=days), present=enrolments[days:], headcount=days)
        take(session.id)
    run_jobs()
    told = facts()
    assert len(told) == 4 * 3 + 3
    assert rebuilt() == told


def test_places_that_come_and_go_around_a_class_count_as_after_rebuilding(app, run_jobs):
    begin = clock.now() + timedelta(minutes=30)
    run = RunFactory(capacity=None)
    meeting = SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(hours=2))
    stays, leaves = (places.enrol(PersonFactory().id, run.id) for _ in range(2))
    places.record_register(meeting.id, [stays.id], 0, 0, None)
    run_jobs()
    assert len(facts()) == 2
    late = places.enrol(PersonFactory().id, run.id)
    places.withdraw(leaves.id)
    run_jobs()
    told = facts()
    assert [fact.person_id for fact in told] == [stays.person_id, late.person_id]
    assert rebuilt() == told


def test_steps_are_told_while_rebuilding(app):
    for days in range(3):
        meet(RunFactory(), DAY + timedelta(days=days), headcount=1)
    db.session.rollback()
    told = []
    operations.rebuild(told.append)
    assert sum(told) == operations.sessions_to_count() == 3


def test_attendance_of_another_session_is_nobody_elses(app):
    run = RunFactory()
    enrolment = seat(run, EARLY)
    first = meet(run, DAY, absent=[enrolment])
    second = meet(run, DAY + timedelta(days=1))
    AttendanceFactory(session=second, enrolment=enrolment)
    assert [(f.meeting, f.present) for f in rebuilt()] == [(first.id, False), (second.id, True)]
