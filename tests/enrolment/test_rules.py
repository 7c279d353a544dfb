"""Who may have a place, from when, and who comes first."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import GroupsAnswer, PersonGroup, PriorityGroup
from app.accounts.operations import Guest
from app.catalogue.models import RunState
from app.catalogue.operations import Conditions, set_conditions
from app.catalogue.rules import Rules
from app.core import clock, config
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import speaking
from app.enrolment import advice, operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import AttendanceStatus, Channel, EnrolmentState
from app.enrolment.operations import Application
from app.places.models import Extent, UnitChange
from tests.factories import (
    AttendanceFactory,
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    RegisterFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
    WardFactory,
)

TODAY_PLUS = timedelta(days=5)


def refused(person, run, **asked):
    """The code and the words of the refusal, "" if there is none."""
    try:
        operations.enrol(person.id, run.id, **asked)
    except DomainError as error:
        return error.code, str(error.message)
    return "", ""


def run_with(rules, **odd):
    run = RunFactory(rules=rules.as_json(), **odd)
    db.session.commit()
    return run


def opening_later(**rules):
    """A run that opens for everybody in five days; the first groups may come since yesterday."""
    opens = clock.today() + TODAY_PLUS
    return run_with(Rules(**rules), enrol_from=opens, enrol_until=opens + TODAY_PLUS)


def in_group(group=PriorityGroup.POOR, person=None, **odd):
    person = person or PersonFactory()
    row = {"valid_from": date(2026, 1, 1), "standard": "Nghị định 07/2021", **odd}
    db.session.add(PersonGroup(person_id=person.id, group=group, **row))
    db.session.commit()
    return person


def in_ward(ward):
    return ResidenceFactory(unit=ward).person


def yesterday():
    return clock.today() - timedelta(days=1)


def test_what_people_only_say_of_themselves_puts_nobody_first(app):
    run = run_with(Rules(priority_groups=(PriorityGroup.POOR,)), capacity=0)
    said, shown = in_group(standard=""), in_group()
    places = [operations.enrol(each.id, run.id) for each in (said, shown)]
    assert [place.rank for place in places] == [1, 0]


def test_rules_survive_being_stored():
    rules = Rules(
        age_from=16, age_to=30, wards=("27000",), wards_from=date(2026, 12, 1),
        priority_groups=(PriorityGroup.POOR,), groups_from=date(2026, 11, 1),
        requires_course_id=3, binds=True,
    )  # fmt: skip
    assert Rules.read(rules.as_json()) == rules
    assert Rules().as_json() == {}
    assert Rules.read({"age_from": "x", "wards": 3, "wards_from": "31/12", "new": 1}) == Rules()


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (date(2010, 12, 2), "too_young"),
        (date(2010, 12, 1), ""),
        (date(1995, 12, 2), ""),
        (date(1995, 12, 1), "too_old"),
    ],
)
def test_the_age_is_that_of_the_first_day(app, born, code):
    rules = Rules(age_from=16, age_to=30)
    run = run_with(rules, starts_on=date(2026, 12, 1), ends_on=date(2099, 1, 1))
    assert refused(PersonFactory(born_on=born), run)[0] == code


@pytest.mark.parametrize(
    ("born_in", "code"), [(2011, "too_young"), (2010, ""), (1995, ""), (1994, "too_old")]
)
def test_by_the_year_alone_whoever_may_be_of_that_age_is(app, born_in, code):
    rules = Rules(age_from=16, age_to=30)
    run = run_with(rules, starts_on=date(2026, 12, 1), ends_on=date(2099, 1, 1))
    assert refused(PersonFactory(born_on=None, born_in=born_in), run)[0] == code


def test_without_a_birth_date_nobody_can_tell_the_age(app):
    person = PersonFactory(born_on=None, born_in=None)
    assert refused(person, run_with(Rules(age_to=15)))[0] == "age_unknown"


def test_only_who_lives_in_the_ward_today_gets_a_place(app):
    ward = WardFactory()
    run = run_with(Rules(wards=(ward.code,)))
    gone = ResidenceFactory(unit=ward, valid_to=yesterday()).person
    ResidenceFactory(person=gone, valid_from=clock.today())
    code, words = refused(gone, run)
    assert code == "not_in_ward"
    assert ward.full_name_vi in words
    assert refused(PersonFactory(), run)[0] == "not_in_ward"
    assert refused(in_ward(ward), run)[0] == ""


def test_who_lived_in_a_ward_that_was_merged_lives_in_the_new_one(app):
    new = WardFactory()
    old = WardFactory(valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 30))
    db.session.add(UnitChange(old=old, new=new, extent=Extent.PART, on=date(2025, 7, 1)))
    assert refused(in_ward(old), run_with(Rules(wards=(new.code,))))[0] == ""


def test_first_the_groups_then_the_ward_then_everybody(app, time_machine):
    ward = WardFactory()
    run = opening_later(
        priority_groups=(PriorityGroup.POOR,), groups_from=yesterday(),
        wards=(ward.code,), wards_from=clock.today() + timedelta(days=2),
    )  # fmt: skip
    assert run.state is RunState.EARLY
    poor, neighbour, stranger = in_group(), in_ward(ward), PersonFactory()
    assert refused(poor, run)[0] == ""
    code, words = refused(stranger, run)
    assert code == "not_yet_for_you"
    assert f"{run.enrol_from:%d/%m/%Y}" in words
    assert "hộ nghèo" in words
    assert refused(neighbour, run)[0] == "not_yet_for_you"
    time_machine.move_to(clock.now() + timedelta(days=2))
    assert refused(neighbour, run)[0] == ""
    assert refused(stranger, run)[0] == "not_yet_for_you"
    time_machine.move_to(clock.now() + timedelta(days=3))
    assert refused(stranger, run)[0] in ("", "run_full")


@pytest.mark.parametrize(
    "odd",
    [
        {"valid_to": date(2026, 1, 2)},
        {"valid_from": date(2098, 1, 1)},
    ],
)
def test_a_group_counts_only_while_it_is_valid(app, odd):
    run = opening_later(priority_groups=(PriorityGroup.POOR,), groups_from=yesterday())
    assert refused(in_group(**odd), run)[0] == "not_yet_for_you"


def test_who_objected_or_declined_is_in_no_group(app):
    run = opening_later(priority_groups=(PriorityGroup.POOR,), groups_from=yesterday())
    objected = in_group(person=PersonFactory(objected_at=clock.now()))
    declined = in_group(person=PersonFactory(groups_answer=GroupsAnswer.DECLINED))
    assert {refused(each, run)[0] for each in (objected, declined)} == {"not_yet_for_you"}


def test_a_stranger_who_types_the_details_learns_no_group(app):
    run = opening_later(priority_groups=(PriorityGroup.POOR,), groups_from=yesterday())
    guest = Guest(full_name="Trần Văn Bình", phone="+84912345678", born_in=1960)
    known = operations.enrol_guest(guest, RunFactory().id, "form").person
    in_group(person=known)
    with pytest.raises(DomainError) as refusal:
        operations.enrol_guest(guest, run.id, "other form")
    assert refusal.value.code == "not_yet_for_you"
    assert refused(known, run)[0] == ""


def test_a_stranger_who_types_the_details_learns_no_course_either(app):
    first = CourseFactory()
    run = run_with(Rules(requires_course_id=first.id, binds=True))
    guest = Guest(full_name="Trần Văn Bình", phone="+84912345678", born_in=1960)
    before = RunFactory(course=first, starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 5))
    known = operations.enrol_guest(guest, before.id, "form", channel=Channel.STAFF)
    known.state = EnrolmentState.COMPLETED
    before.seats_taken = 1
    db.session.commit()
    with pytest.raises(DomainError) as refusal:
        operations.enrol_guest(guest, run.id, "other form")
    assert refusal.value.code == "needs_course_first"
    assert operations.enrol_guest(guest, run.id, "at the desk", channel=Channel.STAFF).is_seated


def test_priority_groups_stand_first_in_line(app):
    run = run_with(Rules(priority_groups=(PriorityGroup.POOR,)), capacity=1)
    seated, early, late = (operations.enrol(PersonFactory().id, run.id) for _ in range(3))
    poor = operations.enrol(in_group().id, run.id)
    operations.withdraw(seated.id)
    assert poor.state is EnrolmentState.OFFERED
    assert [early.state, late.state] == [EnrolmentState.WAITING] * 2
    assert audit_invariants() == []


@pytest.mark.parametrize("state", [EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED])
def test_a_binding_course_before_is_completed_or_attended(app, state):
    first = CourseFactory()
    run = run_with(Rules(requires_course_id=first.id, binds=True))
    person = PersonFactory()
    before = RunFactory(course=first, starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 5))
    place = EnrolmentFactory(person=person, run=before, state=state)
    code, words = refused(PersonFactory(), run)
    assert code == "needs_course_first"
    assert first.title_vi in words
    if state is EnrolmentState.NOT_COMPLETED:
        assert refused(person, run)[0] == "needs_course_first"
        held = SessionFactory(run=before)
        RegisterFactory(session=held)
        AttendanceFactory(enrolment=place, session=held, status=AttendanceStatus.PRESENT)
    assert refused(person, run)[0] == ""


def test_a_course_that_does_not_bind_is_only_advised(app):
    first = CourseFactory()
    run = run_with(Rules(requires_course_id=first.id))
    person = PersonFactory()
    assert [each.code for each in advice.warnings(person.id, run.id)] == ["course_first"]
    assert refused(person, run)[0] == ""


def test_a_class_at_the_same_hours_is_warned_of_and_stops_nobody(app):
    person, run = PersonFactory(), RunFactory()
    session = SessionFactory(run=run)
    other = SessionFactory(
        run=RunFactory(),
        starts_at=session.ends_at - timedelta(minutes=1),
        ends_at=session.ends_at + timedelta(hours=1),
    )
    operations.enrol(person.id, other.run_id)
    (warning,) = advice.warnings(person.id, run.id)
    assert warning.code == "timetable_clash"
    assert other.run.course.title_vi in warning.text
    assert refused(person, run)[0] == ""
    SessionFactory(run=(later := RunFactory()), starts_at=other.ends_at)
    assert advice.warnings(person.id, later.id) == []


def test_staff_let_somebody_in_for_a_reason_that_is_kept(app):
    ward = WardFactory()
    run = run_with(Rules(wards=(ward.code,), age_to=15))
    person = PersonFactory()
    assert refused(person, run, channel=Channel.STAFF)[0] == "not_in_ward"
    assert refused(person, run, override_reason="of course")[0] == "not_in_ward"
    place = operations.enrol(
        person.id, run.id, channel=Channel.STAFF, override_reason="helps the teacher"
    )
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "enrolment.enrol"))
    assert entry.reason == "helps the teacher"
    assert entry.details["overridden"] == ["not_in_ward", "too_old"]
    again = {"channel": Channel.STAFF, "override_reason": "please"}
    assert refused(person, run, **again)[0] == "already_enrolled"
    other = run_with(Rules(), course=run.course)
    assert refused(person, other, **again)[0] == "already_in_course"
    assert place.is_seated


def test_a_second_class_of_the_course_is_refused(app):
    """Two classes of one course in two tabs."""
    here = RunFactory()
    there = RunFactory(course=here.course)
    person = PersonFactory()
    operations.enrol(person.id, here.id)
    assert refused(person, there)[0] == "already_in_course"


def test_two_classes_of_one_course_at_once_give_one_place(app, at_once):
    here = RunFactory()
    runs = [here.id, *(RunFactory(course=here.course).id for _ in range(3))]
    person_id = PersonFactory().id
    calls = [lambda run_id=run_id: operations.enrol(person_id, run_id).id for run_id in runs]
    assert at_once(calls).count("already_in_course") == 3
    assert audit_invariants() == []


def test_nobody_gets_past_the_limit_with_many_forms_at_once(app, at_once):
    most = config.current().most_places
    runs = [RunFactory().id for _ in range(most + 4)]
    person_id = PersonFactory().id
    calls = [lambda run_id=run_id: operations.enrol(person_id, run_id).id for run_id in runs]
    assert at_once(calls).count("too_many_places") == 4
    assert audit_invariants() == []


def test_the_limit_counts_the_queue_and_holds_when_an_offer_is_taken(app):
    most = config.current().most_places
    full = RunFactory(capacity=1)
    seated, person = PersonFactory(), PersonFactory()
    holder = operations.enrol(seated.id, full.id)
    waiting = operations.enrol(person.id, full.id)
    for _ in range(most - 1):
        operations.enrol(person.id, RunFactory().id)
    assert refused(person, RunFactory())[0] == "too_many_places"
    operations.enrol(person.id, (extra := RunFactory()).id, channel=Channel.STAFF)
    operations.withdraw(holder.id)
    assert waiting.state is EnrolmentState.OFFERED
    with pytest.raises(DomainError) as refusal:
        operations.accept(waiting.id)
    assert refusal.value.code == "too_many_places"
    mine = next(p for p in db.session.scalars(select(type(waiting)).filter_by(run_id=extra.id)))
    operations.withdraw(mine.id)
    assert operations.accept(waiting.id).is_seated


def test_a_party_is_refused_whole_when_the_rules_refuse_one(app):
    run = run_with(Rules(age_to=70), capacity=5)
    people = [PersonFactory().id, PersonFactory(born_on=date(1940, 1, 1)).id]
    with pytest.raises(DomainError) as refusal:
        operations.enrol_party(people, run.id, Application())
    assert (refusal.value.code, refusal.value.person_id) == ("too_old", people[1])
    assert db.session.get(type(run), run.id).seats_taken == 0


def test_the_rules_there_hold_for_who_moves(app):
    here = RunFactory()
    there = run_with(Rules(age_to=15), course=here.course)
    place = operations.enrol(PersonFactory().id, here.id)
    with pytest.raises(DomainError) as refusal:
        operations.transfer(place.id, there.id)
    assert refusal.value.code == "too_old"
    assert operations.transfer(place.id, there.id, by_staff=True).is_seated


def test_rules_cost_one_statement_and_none_where_there_are_none(app, at_most):
    run, plain = run_with(Rules(age_to=90), capacity=9), RunFactory(capacity=9)
    people = [PersonFactory().id for _ in range(4)]
    run_id, plain_id = run.id, plain.id
    operations.enrol(people[0], run_id), operations.enrol(people[1], plain_id)
    db.session.commit()
    with at_most(99) as without:
        operations.enrol(people[2], plain_id)
    with at_most(len(without) + 1):
        operations.enrol(people[3], run_id)


def test_changed_rules_throw_nobody_out(app):
    run = RunFactory()
    place = operations.enrol(PersonFactory().id, run.id)
    set_conditions(run.id, Conditions(rules=Rules(age_to=15)))
    assert place.is_seated
    assert place.terms["rules"] == {}
    assert refused(PersonFactory(), run)[0] == "too_old"


def test_refusals_are_said_in_both_languages(app):
    run = run_with(Rules(age_to=15))
    vi = refused(PersonFactory(), run)[1]
    with speaking("en"):
        en = refused(PersonFactory(), run)[1]
    assert "15" in vi
    assert "15" in en
    assert vi != en
