"""A term made from another one: dates with holidays, nobody's data, and only once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.rights import holdings
from app.catalogue import operations, patterns, teaching, term_plans
from app.catalogue.errors import NothingToCopy, PlanHasChanged, WrongDates
from app.catalogue.events import RunCopied
from app.catalogue.generator import Slot
from app.catalogue.models import ClassSession, Mode, Run
from app.catalogue.operations import Conditions, RunFields
from app.catalogue.repeats import Repeat
from app.catalogue.rules import Rules
from app.catalogue.term_plans import Order
from app.core import clock
from app.core.db import db, transaction
from app.core.i18n import Bilingual
from app.enrolment.distance import copies
from app.enrolment.distance.models import RunUnit
from app.enrolment.models import Enrolment
from app.places import rooms
from app.places.rooms import RoomFields
from tests.client import read
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    RunFactory,
    SiteFactory,
    StaffFactory,
)

AUTUMN = date(2026, 9, 1)
SPRING = date(2027, 1, 4)  # a Monday; Tết is a month later


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(datetime(2026, 11, 20, 3, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def member(app):
    return StaffFactory()


@pytest.fixture
def site(member):
    return SiteFactory(provider=member.provider)


def _run(provider, first=date(2026, 9, 8), **odd) -> Run:
    """Tuesdays and Thursdays, twelve times from the second week of September."""
    fields = {
        "enrol_from": first - timedelta(days=30), "enrol_until": first - timedelta(days=1),
        "capacity": 20, "fee": 500_000, "teacher": "Lê Văn Tám", "teacher_ids": frozenset(),
    } | odd  # fmt: skip
    rule = Repeat(
        first_day=first, weekdays=frozenset({1, 3}), begins=time(18, 30), ends=time(20, 30),
        meetings=12,
    )  # fmt: skip
    return operations.add_run(CourseFactory(provider=provider).id, RunFields(**fields), rule)


def _order(*runs: Run, **odd) -> Order:
    return Order(**{"first_day": SPRING, "run_ids": tuple(run.id for run in runs)} | odd)


def _copy(provider, order, key="one"):
    seen = term_plans.digest(term_plans.plan(provider, order))
    return operations.copy_term(provider.id, order, seen, key)


def test_weekdays_hours_and_number_are_kept_and_tet_is_left_out(member):
    source = _run(member.provider)
    (new,) = term_plans.plan(member.provider, _order(source))
    days = [each.day for each in new.timetable.meetings]
    assert len(days) == 12
    assert {day.weekday() for day in days} == {1, 3}
    assert new.starts_on == SPRING + timedelta(days=1)  # the Tuesday of the first week
    assert [off.day for off in new.timetable.skipped] == [date(2027, 2, 4), date(2027, 2, 9)]
    assert (new.ends_on, new.enrol_until) == (date(2027, 2, 18), SPRING)
    assert new.enrol_from == new.starts_on - timedelta(days=30)


def test_a_session_that_was_moved_once_does_not_change_the_pattern(member):
    source = _run(member.provider)
    source.sessions[3].starts_at += timedelta(days=2)
    source.sessions[3].ends_at += timedelta(days=2)
    db.session.commit()
    pattern = patterns.pattern_of(source, SPRING)
    evening = time(18, 30), time(20, 30)
    assert pattern.slots == [Slot(1, *evening), Slot(3, *evening)]
    assert pattern.meetings == 12


def test_without_a_pattern_the_distances_are_kept(member):
    source = RunFactory(course=CourseFactory(provider=member.provider), starts_on=AUTUMN)
    for day in (0, 3, 8, 11, 19):
        at = clock.at(AUTUMN + timedelta(days=day), time(8 + day % 3))
        source.sessions.append(ClassSession(starts_at=at, ends_at=at + timedelta(hours=1)))
    db.session.commit()
    (new,) = term_plans.plan(member.provider, _order(source))
    assert patterns.is_irregular(source)
    gaps = [(each.day - new.starts_on).days for each in new.timetable.meetings]
    assert gaps == [0, 3, 8, 11, 19]


def test_rules_and_figures_go_along_and_people_stay(member, site):
    room = rooms.add_room(site.venue_id, RoomFields(name=Bilingual("Phòng 1"), capacity=15))
    source = _run(member.provider, venue_id=site.venue_id, room_id=room.id)
    with time_machine.travel(datetime(2026, 7, 1, 3, 0, tzinfo=UTC)):
        rules = Rules(priority_groups=(), wards=(), age_from=18)
        operations.set_conditions(
            source.id, Conditions(rules=rules, minimum=8, decide_on=source.starts_on)
        )
    EnrolmentFactory(run=source)
    source.seats_taken, source.waiting, source.reserved = 1, 2, 3
    source.going_ahead_at = clock.now()
    db.session.commit()
    made = _copy(member.provider, _order(source))
    (run,) = term_plans.made_by(made.id)
    same = ("course_id", "capacity", "fee", "minimum", "venue_id", "room_id", "teacher", "rules")
    assert {n: getattr(run, n) for n in same} == {n: getattr(source, n) for n in same}
    assert run.decide_on == run.starts_on
    assert (run.seats_taken, run.waiting, run.reserved, run.going_ahead_at) == (0, 0, 0, None)
    assert db.session.scalar(select(func.count(Enrolment.id)).where(Enrolment.run == run)) == 0
    assert [each.name for each in teaching.of_run(run)] == ["Lê Văn Tám"]


def test_sent_twice_a_term_is_made_once(member):
    order = _order(_run(member.provider), _run(member.provider))
    first = _copy(member.provider, order)
    seen = term_plans.digest(term_plans.plan(member.provider, order))
    again = operations.copy_term(member.provider.id, order, seen, "one")
    assert again.id == first.id
    assert len(term_plans.made_by(first.id)) == 2
    assert db.session.scalar(select(func.count(Run.id))) == 4


def test_sent_twice_at_once_a_term_is_made_once(app, member):
    order = _order(_run(member.provider))
    seen, provider_id = (
        term_plans.digest(term_plans.plan(member.provider, order)),
        member.provider.id,
    )
    db.session.rollback()

    def send(_):
        with app.app_context():
            return operations.copy_term(provider_id, order, seen, "one").id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1
    assert db.session.scalar(select(func.count(Run.id))) == 2


def test_a_new_form_says_what_was_made_before(member):
    order = _order(_run(member.provider))
    _copy(member.provider, order)
    (new,) = term_plans.plan(member.provider, order)
    assert new.is_there


def test_what_changed_since_one_looked_is_not_made(member):
    source = _run(member.provider)
    order = _order(source)
    seen = term_plans.digest(term_plans.plan(member.provider, order))
    operations.add_days(member.provider.id, [date(2027, 1, 5)], Bilingual("Nghỉ"))
    with pytest.raises(PlanHasChanged):
        operations.copy_term(member.provider.id, order, seen, "one")
    assert db.session.scalar(select(func.count(Run.id))) == 1
    assert _copy(member.provider, order, "one")


def test_another_providers_class_is_not_copied(member):
    theirs = _run(StaffFactory().provider)
    with pytest.raises(NothingToCopy):
        _copy(member.provider, _order(theirs))


def test_a_term_in_the_past_is_refused(member):
    with pytest.raises(WrongDates):
        _copy(member.provider, _order(_run(member.provider), first_day=AUTUMN))


def test_classes_of_the_new_term_clash_with_one_another(member, site):
    room = rooms.add_room(site.venue_id, RoomFields(name=Bilingual("Phòng 1"), capacity=15))
    where = {"venue_id": site.venue_id, "room_id": room.id}
    one, two = _run(member.provider, **where), _run(member.provider, teacher="Mai", **where)
    plans = term_plans.plan(member.provider, _order(one, two))
    assert [len(each.clashes) for each in plans] == [12, 12]
    apart = _order(one, two, starts={two.id: date(2027, 3, 2)})
    assert not any(each.clashes for each in term_plans.plan(member.provider, apart))


def test_at_ones_own_pace_only_the_window_moves(member):
    first = date(2026, 9, 1)
    fields = RunFields(
        enrol_from=first, enrol_until=date(2026, 12, 1), mode=Mode.SELF_PACED, pace_weeks=8
    )
    course = CourseFactory(provider=member.provider)
    source = operations.add_run(course.id, fields, fields.days_at_own_pace)
    (new,) = term_plans.plan(member.provider, _order(source))
    assert (new.enrol_from, new.timetable.meetings) == (date(2027, 1, 5), ())
    assert new.ends_on - new.enrol_until == timedelta(weeks=8)


def test_a_term_is_rolled_over_in_four_screens(client, member):
    """Choose, say when, look, done; and a second click makes nothing more."""
    runs = [_run(member.provider), _run(member.provider, first=date(2026, 9, 15))]
    client.sign_in(member.account)
    base = f"/vi/provider/{member.provider.slug}/terms"
    screens = [client.page(f"{base}/new")]
    ticked = [box["value"] for box in screens[0].select("input[name=run][checked]")]
    assert ticked == [str(run.id) for run in runs]
    screens.append(client.page(f"{base}/new/plan?" + "&".join(f"run={each}" for each in ticked)))
    data = _sent(screens[1]) | {"first_day": "4/1/2027"}
    screens.append(read(client.post(f"{base}/new/plan", data=data)))
    assert "29 Tết" in screens[2].text
    final = _sent(screens[2]) | {"act": "make"}
    answers = [client.post(f"{base}/new/plan", data=final) for _ in range(2)]
    assert answers[0].location == answers[1].location
    screens.append(client.page(answers[0].location))
    assert len(screens[3].select("main li a[href*='/runs/']")) == 2
    assert len(screens) == 4
    assert db.session.scalar(select(func.count(Run.id))) == 4


def test_the_first_day_of_one_class_is_changed_in_the_table(client, member):
    run = _run(member.provider)
    client.sign_in(member.account)
    address = f"/vi/provider/{member.provider.slug}/terms/new/plan"
    page = client.page(f"{address}?run={run.id}")
    table = read(client.post(address, data=_sent(page) | {"first_day": "4/1/2027"}))
    data = _sent(table) | {f"start-{run.id}": "12/1/2027", "act": "make"}
    changed = client.post(address, data=data)
    assert changed.status_code == 422
    made = client.post(address, data=_sent(read(changed)) | {"act": "make"})
    assert made.status_code == 303
    assert db.session.scalars(select(Run).order_by(Run.id.desc())).first().starts_on == date(
        2027, 1, 12
    )


def _sent(page) -> dict:
    """What a browser would send of the page's main form."""
    form = page.select_one("main form[method=post]")
    data: dict = {}
    for box in form.select("input[name]"):
        if box.get("type") in ("checkbox", "radio") and not box.has_attr("checked"):
            continue
        data.setdefault(box["name"], []).append(box.get("value", "on"))
    return data


def test_units_go_along_with_their_days_and_only_once(member, run_jobs):
    source = _run(member.provider)
    gone = RunUnit(run_id=source.id, position=2, title_vi="Bỏ", removed_at=clock.now())
    due = source.starts_on + timedelta(days=3)
    db.session.add_all([RunUnit(run_id=source.id, position=1, title_vi="Bài 1", due_on=due), gone])
    db.session.commit()
    made = _copy(member.provider, _order(source))
    run_jobs()
    (run,) = term_plans.made_by(made.id)
    copies.copy_units(RunCopied(run.id, source.id))
    (unit,) = db.session.scalars(select(RunUnit).where(RunUnit.run_id == run.id))
    assert (unit.title_vi, unit.due_on) == ("Bài 1", run.starts_on + timedelta(days=3))


def test_whoever_has_gone_teaches_nothing_any_more(member):
    run = _run(member.provider, teacher="Lê Mai", teacher_ids=frozenset({member.account_id}))
    person = PersonFactory()
    member.account.person = person
    db.session.commit()
    (holding,) = (each for each in holdings.all_holdings() if each.name == "teaching")
    assert holding.count(person.id) == 1
    assert holding.copy(person.id)[0]["course"] == run.course.title_vi
    with transaction() as session:
        holding.erase(session, person.id, person.id)
    assert (run.teacher, holding.count(person.id)) == ("Lê Mai", 0)
