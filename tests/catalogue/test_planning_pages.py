"""Planning by provider staff: sessions looked at before they are kept, rooms, days, teachers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.catalogue import teaching
from app.catalogue.cards import course_slug
from app.catalogue.models import Mode, Run
from app.catalogue.planning_models import CalendarDay
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.enrolment import operations as places
from app.places.models import Room
from tests.client import read
from tests.factories import (
    CourseFactory,
    GrantFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
)


@pytest.fixture
def staff(client):
    member = StaffFactory()
    client.sign_in(member.account)
    return member


@pytest.fixture
def base(staff):
    return f"/vi/provider/{staff.provider.slug}"


def _day(after: int) -> str:
    return f"{clock.today() + timedelta(days=after):%d/%m/%Y}"


def _data(**odd):
    return {
        "mode": "in_person", "language": "vi", "venue_id": 0, "enrol_from": _day(0),
        "enrol_until": _day(10), "first_day": _day(10), "begins": "18h30", "ends": "20:30",
        "meetings": "3", "capacity": "15", "fee": "500.000",
    } | odd  # fmt: skip


def _sent(page, act) -> dict:
    """What a browser would send of the page's last form."""
    data: dict = {"act": act}
    for box in page.select("main form[method=post]")[-1].select("input[name]"):
        if box.get("type") != "checkbox" or box.has_attr("checked"):
            data.setdefault(box["name"], []).append(box.get("value", "y"))
    return data


def test_sessions_are_looked_at_changed_and_then_kept(client, staff, base):
    course = CourseFactory(provider=staff.provider)
    address = f"{base}/courses/{course.id}/runs/new"
    page = read(client.send(address, _data(act="check", skip=_day(10)), status=200))
    assert db.session.scalar(select(Run.id)) is None
    rows = page.select("tbody tr")
    assert len(rows) == 3 + 2
    assert "do bạn bỏ" in page.text
    data = _sent(page, "save")
    del data["keep_1"]
    data |= {"begins_0": "19:00", "day_3": _day(60), "begins_3": "8:00", "ends_3": "9:00"}
    wrong = read(client.post(address, data=data | {"ends_3": ""}))
    assert wrong.select_one("#ends_3-error")
    assert wrong.select_one("#begins_0")["value"] == "19:00"
    assert client.post(address, data=data | {"anyway": _iso(10)}).status_code == 303
    (run,) = course.runs
    told = [f"{clock.local(each.starts_at):%d/%m/%Y %H:%M}" for each in run.sessions]
    assert told == [
        f"{_day(10)} 18:30", f"{_day(17)} 19:00", f"{_day(31)} 18:30", f"{_day(60)} 08:00",
    ]  # fmt: skip
    assert (run.capacity, run.fee) == (15, 500_000)


def _iso(after: int) -> str:
    return (clock.today() + timedelta(days=after)).isoformat()


def test_one_goes_back_to_the_form_and_nothing_typed_is_lost(client, staff, base):
    course = CourseFactory(provider=staff.provider)
    address = f"{base}/courses/{course.id}/runs/new"
    page = read(client.send(address, _data(act="check"), status=200))
    form = read(client.post(address, data=_sent(page, "change")))
    assert form.select_one("#begins")["value"] == "18h30"
    assert form.select_one("#capacity")["value"] == "15"


def test_a_clash_is_a_warning_and_stops_nobody(client, staff, base):
    site = SiteFactory(provider=staff.provider)
    client.send(
        f"{base}/venues/{site.venue_id}/rooms/new", {"name_vi": "Phòng 1", "capacity": "10"}
    )
    room = db.session.scalars(select(Room)).one()
    course = CourseFactory(provider=staff.provider, title_vi="Đan len")
    address = f"{base}/courses/{course.id}/runs/new"
    data = _data(venue_id=site.venue_id, room_id=room.id)
    client.send(address, data)
    page = read(client.send(address, data | {"act": "check"}, status=200))
    assert len(page.select("tbody p.warn")) == 3
    assert "Đan len" in page.select_one("tbody p.warn").text
    assert "Chỉ 10 người" in page.text
    assert client.post(address, data=_sent(page, "save")).status_code == 303
    shown = client.page(f"{base}/runs/{course.runs[0].id}")
    assert len(shown.select("p.warn")) == 3


def test_several_teachers_and_another_one_for_a_session(client, staff, base):
    lan = StaffFactory(provider=staff.provider, role=ProviderRole.TEACHER)
    course = CourseFactory(provider=staff.provider)
    teachers = {"teacher_ids": [lan.account_id], "teacher": "Trần Hòa\nLê Mai"}
    client.send(f"{base}/courses/{course.id}/runs/new", _data(**teachers))
    (run,) = course.runs
    assert run.teacher == f"{lan.account.display_name}, Trần Hòa, Lê Mai"
    session = run.sessions[1]
    assert teaching.teaches(lan.account_id, session)
    address = f"{base}/sessions/{session.id}/plan"
    client.send(address, {"room_id": 0, "teacher": "Cô Hoa", "version": session.sequence + 1})
    assert [each.name for each in teaching.of_session(session)] == ["Cô Hoa"]
    assert not teaching.teaches(lan.account_id, session)
    assert teaching.teaches(lan.account_id, run.sessions[0])
    page = client.page(f"{base}/runs/{run.id}")
    assert page.select_one("textarea#teacher").text.split() == ["Trần", "Hòa", "Lê", "Mai"]
    stale = client.send(address, {"room_id": 0, "teacher": "Cô Mai", "version": 1}, status=422)
    assert "Cô Mai" in stale.get_data(as_text=True)
    assert [each.name for each in teaching.of_session(session)] == ["Cô Hoa"]


def test_of_two_editors_one_sees_both_versions_and_loses_nothing(client, staff, base):
    run = RunFactory(course=CourseFactory(provider=staff.provider), capacity=20)
    SessionFactory(run=run)
    address = f"{base}/runs/{run.id}"
    data = _data(version=1, enrol_until=f"{run.starts_on:%d/%m/%Y}", venue_id=run.venue_id)
    client.send(address, data | {"capacity": "30"})
    answer = client.send(address, data | {"capacity": "12"}, status=409)
    page = read(answer)
    assert page.select_one("#capacity")["value"] == "12"
    assert "30" in page.select_one(".notice--warn").text
    assert run.capacity == 30
    client.send(
        address, data | {"capacity": "12", "version": page.select("[name=version]")[0]["value"]}
    )
    assert run.capacity == 12


def test_a_lower_capacity_and_another_fee_leave_those_with_a_place_alone(client, staff, base):
    run = RunFactory(course=CourseFactory(provider=staff.provider), capacity=2, fee=100_000)
    SessionFactory(run=run)
    held = [places.enrol(PersonFactory().id, run.id) for _ in range(2)]
    data = _data(version=1, enrol_until=f"{run.starts_on:%d/%m/%Y}", venue_id=run.venue_id)
    client.send(f"{base}/runs/{run.id}", data | {"capacity": "1", "fee": "300.000"})
    assert (run.capacity, run.seats_taken, run.fee) == (1, 2, 300_000)
    assert [each.state.value for each in held] == ["enrolled", "enrolled"]
    assert {each.terms["fee"] for each in held} == {100_000}


def test_learning_at_ones_own_pace_asks_for_the_window_and_the_weeks(client, staff, base):
    course = CourseFactory(provider=staff.provider)
    address = f"{base}/courses/{course.id}/runs/self-paced"
    form = client.page(address)
    assert not form.select("#first_day, #begins, #ends_on")
    data = {"mode": "self_paced", "language": "vi", "enrol_from": _day(0), "enrol_until": _day(30)}
    client.send(address, data, status=422)
    client.send(address, data | {"pace_weeks": "8"})
    (run,) = course.runs
    assert (run.mode, run.sessions, run.pace_weeks) == (Mode.SELF_PACED, [], 8)
    assert run.ends_on == run.enrol_until + timedelta(weeks=8)
    page = client.page(f"/vi/courses/{course.id}-{course_slug(course)}")
    text = " ".join(page.text.split())
    assert "8 tuần" in text
    assert "bất cứ ngày nào" in text
    edit = client.page(f"{base}/runs/{run.id}")
    assert edit.select_one("#pace_weeks")["value"] == "8"
    client.send(f"{base}/runs/{run.id}", data | {"pace_weeks": "4", "version": "1"})
    assert run.ends_on == run.enrol_until + timedelta(weeks=4)


def test_days_of_ones_own_are_added_and_taken_back(client, staff, base):
    data = {"day": _day(20), "until": _day(22), "name_vi": "Hội trại"}
    client.send(f"{base}/calendar", data)
    days = db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()
    assert [each.provider_id for each in days] == [staff.provider_id] * 3
    client.send(f"{base}/calendar", data, status=422)
    client.send(f"{base}/calendar/{days[0].id}/remove", page=f"{base}/calendar")
    assert len(db.session.scalars(select(CalendarDay)).all()) == 2


def test_the_city_says_which_days_are_off_for_all(client, app):
    grant = GrantFactory(city_role=CityRole.CATALOGUE_EDITOR)
    client.sign_in(grant.account)
    client.send("/vi/staff/calendar", {"day": _day(20), "name_vi": "Ngày bầu cử"})
    (day,) = db.session.scalars(select(CalendarDay))
    assert day.provider_id is None
    client.send(f"/vi/staff/calendar/{day.id}/remove", page="/vi/staff/calendar")
    assert db.session.scalar(select(CalendarDay.id)) is None


def test_rooms_of_a_building_one_does_not_teach_in_are_not_there(client, staff, base):
    theirs = SiteFactory()
    assert client.get(f"{base}/venues/{theirs.venue_id}/rooms/new").status_code == 404
    db.session.add(Room(venue_id=theirs.venue_id, name_vi="Phòng kín", step_free=True))
    db.session.commit()
    room = db.session.scalars(select(Room)).one()
    assert client.get(f"{base}/rooms/{room.id}").status_code == 404
