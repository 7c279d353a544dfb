from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.models import SessionStatus
from app.core import clock
from app.core.access import ProviderRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations
from app.enrolment.models import Attendance, AttendanceStatus, Channel, Enrolment, Register
from tests.client import read
from tests.factories import (
    CourseFactory,
    GrantFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

WALK_IN = {
    "full_name": "Lê Thị Sáu",
    "phone": "0912 345 678",
    "born_in": "1948",
    "outside": "y",
    "sex": "female",
    "channel": "staff",
}


@pytest.fixture
def staff(app):
    return StaffFactory(role=ProviderRole.TEACHER)


@pytest.fixture
def teacher(client, staff):
    return client.sign_in(staff.account)


@pytest.fixture
def meeting(staff):
    """A session that began an hour ago, with three people on the list."""
    run = RunFactory(
        course=CourseFactory(provider=staff.provider), starts_on=clock.today(), capacity=3
    )
    for name in ("Trần Văn Út", "Đặng Thị An", "Nguyễn Thị Ánh", "Lê Văn Ba"):
        operations.enrol(PersonFactory(full_name=name).id, run.id)
    begin = clock.now() - timedelta(hours=1)
    return SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(minutes=50))


def url(meeting, page):
    of_session = page in {"attendance", "sheet"}
    kind, key = ("sessions", meeting.id) if of_session else ("runs", meeting.run_id)
    return f"/vi/provider/{meeting.run.course.provider.slug}/{kind}/{key}/{page}"


def sheet(page):
    """What a browser would send of this page, untouched."""
    form = page.select_one("form#marks")
    fields = form.select("input[name]:not([type=checkbox])")
    chosen = {f["name"]: f["value"] for f in form.select("input[type=radio][checked]")}
    fields = [field for field in fields if field["type"] != "radio"]
    return {**{field["name"]: field.get("value", "") for field in fields}, **chosen}


def rows(page):
    """The name under which each person's mark is sent."""
    return [row["name"] for row in page.select(".mark input[value=present]")]


def place(name):
    return int(name.removeprefix("mark-"))


def marked(page):
    return [name for name in sheet(page) if name.startswith("mark-")]


def present():
    here = select(Attendance.enrolment_id).where(Attendance.status == AttendanceStatus.PRESENT)
    return sorted(db.session.scalars(here))


def test_today_shows_classes_and_missing_registers(teacher, staff, meeting):
    old = clock.now() - timedelta(days=3)
    SessionFactory(run=meeting.run, starts_at=old, ends_at=old + timedelta(hours=1))
    forgotten = clock.now() - timedelta(days=20)
    SessionFactory(run=meeting.run, starts_at=forgotten, ends_at=forgotten + timedelta(hours=1))
    SessionFactory()
    page = teacher.page(f"/vi/provider/{staff.provider.slug}/today")
    assert len(page.select("main .card")) == 2


def test_whoever_has_no_course_yet_is_led_to_the_first_steps(client):
    owner = StaffFactory(role=ProviderRole.OWNER)
    client.sign_in(owner.account)
    workspace = f"/vi/provider/{owner.provider.slug}"

    def steps() -> list[str]:
        links = client.page(f"{workspace}/today").select("main ol a")
        return [link["href"].removeprefix(workspace) for link in links]

    assert steps() == ["/profile", "/courses/new", "/imports", "/members"]
    CourseFactory(provider=owner.provider)
    assert steps() == []


def test_the_roster_goes_by_given_name_and_shows_the_queue_apart(teacher, meeting):
    page = teacher.page(url(meeting, "roster"))
    tables = page.select("main table")
    names = [row.text for row in tables[0].select("tbody th")]
    assert names == ["Đặng Thị An", "Nguyễn Thị Ánh", "Trần Văn Út"]
    assert "Lê Văn Ba" in tables[1].text
    assert db.session.scalars(select(Enrolment.code)).first() in page.text


def test_reading_a_roster_is_kept(teacher, staff, meeting):
    teacher.page(url(meeting, "roster"))
    teacher.get(url(meeting, "roster.csv"))
    kept = select(AuditEntry.action).where(AuditEntry.action.startswith("roster"))
    mine = kept.where(AuditEntry.account_id == staff.account_id).order_by(AuditEntry.id)
    assert list(db.session.scalars(mine)) == [
        "roster.read",
        "roster.export",
    ]


def test_phones_disappear_a_month_after_the_class(teacher, meeting):
    phone = db.session.scalars(select(Enrolment)).first().person.phone
    assert phone in str(teacher.page(url(meeting, "roster")))
    meeting.run.starts_on = meeting.run.ends_on = clock.today() - timedelta(days=31)
    db.session.commit()
    assert phone not in str(teacher.page(url(meeting, "roster")))
    assert phone not in teacher.get(url(meeting, "roster.csv")).text


def test_the_file_of_a_roster_runs_no_formula(teacher, meeting):
    operations.enrol(PersonFactory(full_name="=1+1").id, meeting.run_id)
    lines = teacher.get(url(meeting, "roster.csv")).text.splitlines()
    assert lines[0].endswith(
        "code,full_name,born_in,phone,state,state_words,joined_on,line,offered_until,"
        "fee,fee_words,document_seen_on"
    )
    assert len(lines) == 6
    assert "'=1+1" in lines[-1]
    assert ",=1" not in lines[-1]


def test_a_walk_in_gets_a_place_and_the_same_form_adds_nobody_twice(teacher, meeting):
    meeting.run.capacity = None
    db.session.commit()
    operations.settle_run(meeting.run_id)
    for _ in range(2):
        teacher.send(url(meeting, "roster"), {**WALK_IN, "form_key": "a form"})
    added = db.session.scalars(select(Enrolment).where(Enrolment.channel == Channel.STAFF)).one()
    assert added.person.born_in == 1948
    assert added.recorded_by_id is not None


def test_a_wrong_walk_in_keeps_what_was_typed(teacher, meeting):
    page = read(teacher.send(url(meeting, "roster"), {**WALK_IN, "phone": "1"}, status=422))
    assert page.select_one("input[name=full_name]")["value"] == "Lê Thị Sáu"
    assert not page.select("input[name=override_reason]")


def test_after_a_caller_the_form_is_there_for_the_next_one(teacher, meeting):
    meeting.run.capacity = None
    db.session.commit()
    operations.settle_run(meeting.run_id)
    sent = {**WALK_IN, "channel": "phone"}
    page = teacher.page(teacher.send(url(meeting, "roster"), sent).location)
    added = db.session.scalars(select(Enrolment).where(Enrolment.channel == Channel.PHONE)).one()
    assert added.code in page.select_one("[role=status]").text
    assert page.select_one("[autofocus]")["name"] == "full_name"
    assert page.select_one("input[name=channel][checked]")["value"] == "phone"
    asked = [box["name"] for box in page.select("main section input:not([type=hidden])")]
    assert len(set(asked)) == 7


def test_a_rule_in_the_way_asks_editors_for_a_reason_and_keeps_it(client, teacher, staff, meeting):
    meeting.run.capacity, meeting.run.rules = None, {"age_to": 30}
    db.session.commit()
    operations.settle_run(meeting.run_id)
    with_reason = {**WALK_IN, "override_reason": "Bà đi cùng cháu"}
    refused = read(teacher.send(url(meeting, "roster"), with_reason, status=409))
    assert not refused.select("input[name=override_reason]")
    editor = client.sign_in(StaffFactory(provider=staff.provider, role=ProviderRole.EDITOR).account)
    page = read(editor.send(url(meeting, "roster"), WALK_IN, status=409))
    assert page.select("input[name=override_reason]")
    editor.send(url(meeting, "roster"), with_reason)
    kept = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "enrolment.enrol"))
    assert [each.details["overridden"] for each in kept if each.details.get("overridden")]


def test_staff_seat_the_next_in_line(teacher, meeting):
    meeting.run.capacity = 4
    meeting.run.enrol_until = clock.today() - timedelta(days=1)
    db.session.commit()
    teacher.send(f"{url(meeting, 'roster')}/next", page=url(meeting, "roster"))
    assert len(teacher.page(url(meeting, "roster")).select("main table")) == 1
    teacher.send(f"{url(meeting, 'roster')}/next", page=url(meeting, "roster"), status=409)


def test_attendance_is_one_page_with_four_marks_a_person(teacher, meeting):
    page = teacher.page(url(meeting, "attendance"))
    first, second, third = rows(page)
    assert not marked(page)
    sent = {**sheet(page), first: "present", second: "late", "headcount": "5"}
    teacher.send(url(meeting, "attendance"), sent)
    assert present() == [place(first)]
    assert db.session.scalars(select(Register)).one().headcount == 5
    again = teacher.page(url(meeting, "attendance"))
    kept = {name: sheet(again).get(name) for name in (first, second, third, "headcount")}
    assert kept == {first: "present", second: "late", third: None, "headcount": "5"}


def test_everybody_is_marked_with_one_button_without_a_script(teacher, meeting):
    page = teacher.page(url(meeting, "attendance"))
    form = page.select_one("form:has([name=everyone])")
    sent = {field["name"]: field["value"] for field in form.select("input, button[name]")}
    teacher.send(url(meeting, "attendance"), sent)
    assert present() == sorted(map(place, rows(page)))


def test_sending_a_sheet_twice_is_sending_it_once(teacher, meeting):
    page = teacher.page(url(meeting, "attendance"))
    sent = {**sheet(page), rows(page)[0]: "present"}
    for _ in range(2):
        teacher.send(url(meeting, "attendance"), sent)
    assert db.session.scalars(select(Register)).one().version == 1


def test_another_s_sheet_is_not_overwritten_unseen_and_the_ticks_stay(teacher, meeting):
    page = teacher.page(url(meeting, "attendance"))
    first, second, third = rows(page)
    operations.record_register(meeting.id, [place(first)], 0, 0, None)
    sent = {**sheet(page), second: "present", third: "absent"}
    refused = read(teacher.send(url(meeting, "attendance"), sent, status=409))
    assert present() == [place(first)]
    assert marked(refused) == [second, third]
    told = {
        row.select_one("input")["name"]: [strong.text for strong in row.select("strong")]
        for row in refused.select(".mark")
    }
    assert told == {first: ["bản kia: có mặt"], second: ["bản kia: vắng"], third: []}
    teacher.send(url(meeting, "attendance"), sheet(refused))
    assert present() == [place(second)]


def test_what_was_saved_is_said_with_the_people_who_have_no_name(teacher, meeting):
    page = teacher.page(url(meeting, "attendance"))
    first, second, _ = rows(page)
    sent = {**sheet(page), first: "present", second: "late", "headcount": "3"}
    teacher.send(url(meeting, "attendance"), sent)
    said = teacher.page(url(meeting, "attendance")).select_one(".notice").get_text(" ", strip=True)
    assert said == "Đã lưu: 2 người có mặt. Thêm 3 người không ghi tên."


def test_a_sheet_on_paper_has_names_in_order_and_nothing_to_open_a_place_with(teacher, meeting):
    page = teacher.page(url(meeting, "sheet"))
    names = [head.text for head in page.select("tbody th")]
    assert names == ["Đặng Thị An", "Nguyễn Thị Ánh", "Trần Văn Út"]
    for place in db.session.scalars(select(Enrolment)):
        assert place.code not in str(page)
        assert place.person.phone not in str(page)


@pytest.mark.parametrize("odd", [{"headcount": "many"}, {"headcount": "-1"}, {"version": "x"}])
def test_a_sheet_that_cannot_be_read_keeps_the_ticks(teacher, meeting, odd):
    page = teacher.page(url(meeting, "attendance"))
    first, second, _ = rows(page)
    sent = {**sheet(page), first: "excused", second: "present", **odd}
    refused = read(teacher.send(url(meeting, "attendance"), sent, status=422))
    assert marked(refused) == [first, second]
    assert db.session.scalar(select(func.count()).select_from(Register)) == 0


@pytest.mark.parametrize(
    "odd", [{"status": SessionStatus.CANCELLED}, {"starts_at": clock.now() + timedelta(hours=3)}]
)
def test_there_is_no_sheet_for_a_session_that_is_not_held(teacher, meeting, odd):
    meeting.ends_at += timedelta(hours=5)
    for name, value in odd.items():
        setattr(meeting, name, value)
    db.session.commit()
    page = teacher.page(url(meeting, "attendance"))
    assert not page.select(".mark")
    teacher.send(url(meeting, "attendance"), {"headcount": "0", "version": "0"}, status=409)


def test_every_session_of_a_class_leads_to_its_register(teacher, meeting):
    page = teacher.page(url(meeting, "registers"))
    assert page.select(f'main a[href="{url(meeting, "attendance")}"]')


@pytest.mark.parametrize("name", ["roster", "roster.csv", "registers", "attendance", "sheet"])
def test_another_provider_sees_what_is_not_there(client, app, meeting, name):
    other = StaffFactory(role=ProviderRole.OWNER)
    client.sign_in(other.account)
    theirs = url(meeting, name)
    mixed = theirs.replace(meeting.run.course.provider.slug, other.provider.slug)
    missing = mixed.replace(str(meeting.run_id), "999").replace(
        f"sessions/{meeting.id}/", "sessions/999/"
    )
    answers = {client.page(address, status=404).main.text for address in (theirs, mixed, missing)}
    assert len(answers) == 1


def test_a_visitor_is_asked_to_sign_in_and_city_staff_have_no_roster(client, meeting):
    assert "/vi/sign-in" in client.get(url(meeting, "roster")).location
    client.sign_in(GrantFactory().account)
    assert client.get(url(meeting, "roster")).status_code == 404


def test_a_visitor_cannot_send_a_sheet(client, meeting):
    sent = {"mark-1": "present", "headcount": "0", "version": "0"}
    client.send(url(meeting, "attendance"), sent, status=403, page="/vi/my-place")
    assert db.session.scalar(select(func.count()).select_from(Register)) == 0


@pytest.mark.parametrize(
    ("name", "statements"), [("roster", 9), ("attendance", 10), ("registers", 5)]
)
def test_a_large_class_asks_no_more_of_the_database(teacher, meeting, at_most, name, statements):
    meeting.run.capacity = None
    db.session.commit()
    for _ in range(20):
        operations.enrol(PersonFactory().id, meeting.run_id)
    address = url(meeting, name)
    with at_most(statements):
        teacher.page(address)


def test_today_asks_no_more_for_many_classes(teacher, staff, meeting, at_most):
    for hours in range(1, 8):
        run = RunFactory(course=CourseFactory(provider=staff.provider))
        begin = clock.now() - timedelta(days=1, hours=hours)
        SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(minutes=30))
    address = f"/vi/provider/{staff.provider.slug}/today"
    with at_most(5):
        teacher.page(address)
