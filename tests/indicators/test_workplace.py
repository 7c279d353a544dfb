"""A provider's own classes: exact figures of its own people, and what runs out."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.enrolment.models import EnrolmentState
from app.indicators.workplace import classes, columns, expiring
from app.participation import periods
from tests.factories import (
    CourseFactory,
    PersonFactory,
    ProviderFactory,
    RunFactory,
    StaffFactory,
)
from tests.participation.conftest import meet, seat


@pytest.fixture
def term(app):
    """The half-year in which yesterday lies."""
    day = clock.today() - timedelta(days=1)
    return periods.half_year(day.year, 1 if day.month <= 6 else 2)


@pytest.fixture
def taught(app, term):
    """Two classes that ended yesterday, with one person in both; another provider's is apart."""
    provider, day = ProviderFactory(), clock.today() - timedelta(days=1)
    both = PersonFactory()
    for _ in range(2):
        run = RunFactory(
            course=CourseFactory(provider=provider), capacity=4, seats_taken=3, waiting=2,
            starts_on=day, ends_on=day,
        )  # fmt: skip
        early = day - timedelta(days=30)
        one = seat(run, early, both, state=EnrolmentState.COMPLETED)
        two = seat(run, early, state=EnrolmentState.NOT_COMPLETED)
        never = seat(run, early)
        left = seat(
            run, early, state=EnrolmentState.WITHDRAWN, ended_at=clock.now() - timedelta(days=9)
        )
        meet(run, day, present=[one, two], absent=[never], headcount=5)
        assert left
    stranger = RunFactory(starts_on=day, ends_on=day)
    meet(stranger, day, present=[seat(stranger, day - timedelta(days=9))])
    return provider


def test_every_figure_of_a_term_and_each_person_once_in_the_total(taught, term):
    found = classes.of_term(taught.id, term)
    assert len(found.classes) == 2
    one, total = found.classes[0].counts, found.total
    assert (one.persons, one.enrolments, one.attendances, one.waiting) == (2, 3, 7, 2)
    assert (one.completion, one.fill) == (0.5, 0.75)
    assert (total.persons, total.enrolments, total.attendances) == (3, 6, 14)
    assert (total.completion, total.fill, total.waiting) == (0.5, 0.75, 4)


def test_the_file_has_the_cells_of_the_page(taught, term):
    lines = columns.csv(classes.of_term(taught.id, term)).splitlines()
    assert lines[0].endswith("persons,enrolments,attendances,completion,fill,waiting")
    assert lines[-1].endswith("3,6,14,0.5,0.75,4")
    assert len(lines) == 4


def test_the_number_of_statements_does_not_grow(taught, term, at_most):
    for _ in range(5):
        run = RunFactory(
            course=CourseFactory(provider=taught), starts_on=term.first, ends_on=term.first
        )
        meet(run, term.first, present=[seat(run, term.first - timedelta(days=9))])
    db.session.expire_all()
    provider_id = taught.id
    with at_most(4):
        found = classes.of_term(provider_id, term)
        assert len(found.classes) == 7
    with at_most(5):
        expiring.of_provider(provider_id)


def test_what_runs_out_is_told_before_it_does(app):
    provider, today = ProviderFactory(), clock.today()
    over = CourseFactory(provider=provider, status="published")
    RunFactory(course=over, starts_on=today - timedelta(days=20), ends_on=today,
               enrol_until=today - timedelta(days=1))  # fmt: skip
    coming = {"starts_on": today + timedelta(days=30), "ends_on": today + timedelta(days=60)}
    closing = RunFactory(
        course=CourseFactory(provider=provider, status="published"), capacity=5, seats_taken=2,
        minimum=4, enrol_from=today, enrol_until=today + timedelta(days=3),
        decide_on=today + timedelta(days=2), **coming,
    )  # fmt: skip
    RunFactory(
        course=closing.course, capacity=5, seats_taken=5, enrol_from=today,
        enrol_until=today + timedelta(days=3), **coming,
    )  # fmt: skip
    leaves = StaffFactory(provider=provider, expires_on=today + timedelta(days=3))
    found = expiring.of_provider(provider.id)
    assert [each.id for each in found.without_run] == [over.id]
    assert [each.id for each in found.closing] == [closing.id]
    assert [each.id for each in found.to_decide] == [closing.id]
    assert [each.id for each in found.staff] == [leaves.id]
    assert not expiring.of_provider(ProviderFactory().id)


def test_staff_read_their_own_figures_alone(app, taught, term):
    teacher = app.test_client().sign_in(StaffFactory(provider=taught, role="teacher").account)
    here = f"/vi/provider/{taught.slug}/figures"
    page = teacher.page(f"{here}/classes?term={term.code}")
    assert "Tất cả" in page.get_text()
    assert teacher.get(f"{here}/classes.csv?term={term.code}").mimetype == "text/csv"
    assert teacher.get(f"{here}/classes?term=2026-01-01/2026-01-02").status_code == 404
    teacher.page(f"{here}/expiring")
    other = ProviderFactory()
    assert teacher.get(f"/vi/provider/{other.slug}/figures/classes").status_code == 404
