"""A city of any size: as many rows as were asked for, and every promise about places holds."""

from sqlalchemy import func, select

from app.accounts.models import Person
from app.catalogue.models import Course, Run
from app.core.db import db
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Attendance, Enrolment, Register
from app.home.demo.bulk import MEETINGS
from app.participation.operations import rebuild

SIZE = ("--courses", "6", "--persons", "90", "--enrolments", "200")


def number(model, *which) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0


def test_a_city_of_the_asked_size_is_added_as_often_as_asked(command):
    for times in (1, 2):
        command("demo", "bulk", *SIZE)
        assert number(Course) == 6 * times
        assert number(Person) == 90 * times
        assert number(Enrolment) == 200 * times
        assert audit_invariants() == []


def test_who_came_is_known_of_every_meeting_that_is_over(command):
    command("demo", "bulk", *SIZE)
    assert number(Register) > MEETINGS
    lists = number(Enrolment) * MEETINGS
    assert lists // 3 < number(Attendance) < lists
    assert rebuild() >= number(Attendance)


def test_nobody_is_asked_to_sit_twice_in_one_class(command):
    said = command(
        "demo", "bulk", "--courses", "1", "--persons", "9", "--enrolments", "10", status=2
    )
    assert "Nobody has two places in one run" in said
    assert number(Run) == 0
