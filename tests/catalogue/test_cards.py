"""Cards: the words of a course in a list."""

from datetime import date, time, timedelta

import pytest

from app.catalogue import queries
from app.catalogue.models import CourseStatus, RunState, SessionStatus
from app.core import clock
from app.core.db import db
from tests.factories import CourseFactory, RunFactory, SessionFactory

pytestmark = pytest.mark.on_any_database


def test_cards_come_in_the_order_asked_for(app):
    courses = [CourseFactory() for _ in range(3)]
    wanted = [courses[2].id, courses[0].id, courses[1].id]
    assert [card.id for card in queries.cards(wanted)] == wanted


def test_drafts_and_withdrawn_courses_have_no_card(app):
    hidden = [
        CourseFactory(status=CourseStatus.DRAFT),
        CourseFactory(status=CourseStatus.WITHDRAWN),
    ]
    shown = CourseFactory()
    assert [card.id for card in queries.cards([*(c.id for c in hidden), shown.id])] == [shown.id]


def test_twenty_cards_cost_as_many_statements_as_one(app, at_most):
    ids = [SessionFactory().run.course_id for _ in range(20)]
    db.session.remove()
    with at_most(3):
        cards = queries.cards(ids)
        assert all(card.badge and card.times and card.ward and card.title for card in cards)


def test_a_card_shows_the_run_one_can_join(app):
    course = CourseFactory()
    today = clock.today()
    RunFactory(course=course, enrol_until=today - timedelta(days=1), starts_on=today, fee=1)
    RunFactory(course=course, seats_taken=2, fee=2)
    open_run = RunFactory(course=course, starts_on=today + timedelta(days=90), fee=3)
    (card,) = queries.cards([course.id])
    assert (card.run_id, card.state, card.fee) == (open_run.id, RunState.OPEN, 3)


def test_a_card_without_a_coming_run_still_tells_where_the_provider_is(app):
    course = CourseFactory()
    RunFactory(course=course, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    (card,) = queries.cards([course.id])
    assert card.badge is None
    assert card.ward == course.provider.unit.full_name


def test_the_first_day_of_a_card_is_the_first_meeting_that_takes_place(app):
    run = RunFactory()
    SessionFactory(run=run, status=SessionStatus.CANCELLED)
    second = run.starts_on + timedelta(days=7)
    SessionFactory(run=run, starts_at=clock.at(second, time(18, 30)))
    (card,) = queries.cards([run.course_id])
    assert card.first_day == second
