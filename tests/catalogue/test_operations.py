"""The rules of the catalogue, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from app.catalogue import operations
from app.catalogue.errors import (
    NoMeetings,
    NothingToJoin,
    NotYourVenue,
    SessionHasBegun,
    TooManyMeetings,
    WrongDates,
)
from app.catalogue.models import Course, CourseStatus, Mode, RunStatus, SessionStatus
from app.catalogue.operations import CourseFields, RunFields
from app.catalogue.repeats import Repeat
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from tests.factories import (
    AudienceFactory,
    CourseFactory,
    ProviderFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    TopicFactory,
)

TODAY = clock.today()


def _fields(**odd) -> CourseFields:
    return CourseFields(
        **{"title": Bilingual("Nấu ăn"), "topic_id": TopicFactory().id, "cla": "2.2.1"} | odd
    )


def _rules(**odd) -> RunFields:
    return RunFields(**{"enrol_from": TODAY, "enrol_until": TODAY + timedelta(days=7)} | odd)


def _repeat(**odd) -> Repeat:
    given = {
        "first_day": TODAY + timedelta(days=10),
        "begins": time(18, 30),
        "ends": time(20, 30),
        "meetings": 8,
    }
    return Repeat(**given | odd)


def test_a_new_course_is_a_draft_with_the_field_of_its_subject(app):
    course = operations.create_course(ProviderFactory().id, _fields())
    assert (course.status, course.isced_f) == (CourseStatus.DRAFT, "061")
    kept = db.session.scalars(select(AuditEntry)).one()
    assert (kept.action, kept.object_id) == ("course.created", str(course.id))


def test_decomposed_letters_are_stored_composed(app):
    decomposed = "Tie\u0302\u0301ng Vie\u0323\u0302t\u200b"
    course = operations.create_course(ProviderFactory().id, _fields(title=Bilingual(decomposed)))
    assert course.title_vi == "Tiếng Việt"


def test_a_stale_version_overwrites_nothing(app):
    course = CourseFactory()
    operations.edit_course(course.id, _fields(title=Bilingual("Lần một")), 1)
    with pytest.raises(ChangedMeanwhile):
        operations.edit_course(course.id, _fields(title=Bilingual("Lần hai")), 1)
    assert db.session.get(Course, course.id).title_vi == "Lần một"


def test_of_two_editors_at_once_one_is_told(app):
    course_id, fields = CourseFactory().id, _fields()
    db.session.rollback()

    def save(_):
        with app.app_context():
            try:
                operations.edit_course(course_id, fields, 1)
            except ChangedMeanwhile:
                return "told"
            return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, range(2))) == ["saved", "told"]


def test_a_change_of_audiences_alone_is_a_version_too(app):
    course = CourseFactory()
    audience = AudienceFactory()
    operations.edit_course(course.id, _fields(audience_ids=frozenset({audience.id})), 1)
    assert (course.version, course.audiences) == (2, [audience])
    operations.edit_course(course.id, _fields(), 2)
    assert (course.version, course.audiences) == (3, [])


def test_a_finer_field_survives_an_edit_until_the_subject_changes(app):
    course = CourseFactory(isced_f="0611")
    operations.edit_course(course.id, _fields(), 1)
    assert course.isced_f == "0611"
    health = TopicFactory(slug="health", isced_f="091")
    operations.edit_course(course.id, _fields(topic_id=health.id), 2)
    assert course.isced_f == "091"


def test_a_course_without_a_coming_run_is_not_published(app):
    course = CourseFactory(status=CourseStatus.DRAFT, published_at=None)
    RunFactory(course=course, status=RunStatus.CANCELLED)
    RunFactory(course=course, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    with pytest.raises(NothingToJoin):
        operations.publish(course.id)
    assert course.status is CourseStatus.DRAFT
    RunFactory(course=course)
    assert operations.publish(course.id).published_at is not None


def test_withdrawing_keeps_the_first_day_of_publication(app):
    course = RunFactory().course
    first = course.published_at
    operations.withdraw(course.id)
    assert operations.publish(course.id).published_at == first


def test_a_repeat_rule_makes_the_sessions(app):
    tuesday = date(2026, 12, 1)
    rule = _repeat(first_day=tuesday, weekdays=frozenset({1, 3}))
    run = operations.add_run(
        CourseFactory().id, _rules(enrol_from=tuesday, enrol_until=tuesday), rule
    )
    days = [clock.local(s.starts_at).date() for s in run.sessions]
    assert days == [tuesday + timedelta(days=7 * week + day) for week in range(4) for day in (0, 2)]
    assert {f"{clock.local(s.starts_at):%H:%M}" for s in run.sessions} == {"18:30"}
    assert (run.starts_on, run.ends_on) == (days[0], days[-1])


def test_the_first_session_waits_for_the_first_fitting_weekday(app):
    rule = _repeat(first_day=date(2026, 11, 30), weekdays=frozenset({3}), meetings=1)
    assert rule.days() == [date(2026, 12, 3)]


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        ({"ends": time(18, 30)}, WrongDates),
        ({"meetings": 0}, NoMeetings),
        ({"meetings": 201}, TooManyMeetings),
    ],
)
def test_a_rule_without_a_timetable_is_refused(app, odd, error):
    with pytest.raises(error):
        operations.add_run(CourseFactory().id, _rules(), _repeat(**odd))


@pytest.mark.parametrize("days", [-1, 400])
def test_enrolment_closes_after_it_opens_and_before_the_run_is_over(app, days):
    with pytest.raises(WrongDates) as refused:
        operations.add_run(
            CourseFactory().id, _rules(enrol_until=TODAY + timedelta(days=days)), _repeat()
        )
    assert refused.value.field == "enrol_until"


def test_a_run_at_ones_own_pace_has_days_and_no_sessions(app):
    days = TODAY, TODAY + timedelta(days=90)
    run = operations.add_run(CourseFactory().id, _rules(mode=Mode.SELF_PACED), days)
    assert ((run.starts_on, run.ends_on), run.sessions) == (days, [])


def test_a_provider_teaches_only_at_its_own_places(app):
    mine, other = SiteFactory(), SiteFactory()
    course = CourseFactory(provider=mine.provider)
    with pytest.raises(NotYourVenue):
        operations.add_run(course.id, _rules(venue_id=other.venue_id), _repeat())
    assert operations.add_run(course.id, _rules(venue_id=mine.venue_id), _repeat())


def test_a_lower_capacity_throws_nobody_out(app):
    run = RunFactory(capacity=15, seats_taken=12, venue=None)
    operations.edit_run(run.id, _rules(capacity=10))
    assert (run.capacity, run.seats_taken, run.seats_left) == (10, 12, 0)


def test_more_sessions_never_double_an_hour(app):
    run = operations.add_run(CourseFactory().id, _rules(), _repeat(meetings=2))
    assert operations.add_sessions(run.id, _repeat(meetings=3)) == 1
    assert len(run.sessions) == 3
    assert run.ends_on == clock.local(run.sessions[-1].starts_at).date()


def test_a_cancelled_session_leaves_the_others(app):
    run = operations.add_run(CourseFactory().id, _rules(), _repeat(meetings=2))
    operations.cancel_session(run.sessions[0].id)
    assert [s.status for s in run.sessions] == [SessionStatus.CANCELLED, SessionStatus.PLANNED]


def test_a_session_that_has_begun_is_not_cancelled(app):
    session = SessionFactory(starts_at=clock.now() - timedelta(minutes=5))
    with pytest.raises(SessionHasBegun):
        operations.cancel_session(session.id)


def test_a_cancelled_run_holds_no_later_session_but_keeps_the_past(app):
    run = RunFactory()
    past = SessionFactory(run=run, starts_at=clock.now() - timedelta(days=7))
    coming = SessionFactory(run=run)
    operations.cancel_run(run.id)
    db.session.expire_all()
    assert run.status is RunStatus.CANCELLED
    assert (past.status, coming.status) == (SessionStatus.PLANNED, SessionStatus.CANCELLED)
