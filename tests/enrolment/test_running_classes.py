"""What staff do on the day of a class: send marks, scan codes, stand in, type in paper."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.planning_models import RunTeacher
from app.core import clock, jobs
from app.core.access import ProviderRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations, paper_sheets, substitutes
from app.enrolment.errors import WrongNumbers
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, Register
from app.enrolment.queries import register_lines
from app.notices import run_messages
from app.notices.models import Message, RunMessage
from tests.client import read
from tests.factories import CourseFactory, PersonFactory, RunFactory, SessionFactory, StaffFactory

LATE, EXCUSED, ABSENT = (
    AttendanceStatus.LATE, AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT,
)  # fmt: skip


@pytest.fixture
def staff(app):
    return StaffFactory()


@pytest.fixture
def run(staff):
    made = RunFactory(
        course=CourseFactory(provider=staff.provider), capacity=3,
        starts_on=clock.today() - timedelta(days=9), ends_on=clock.today() + timedelta(days=9),
    )  # fmt: skip
    for name in ("Trần Văn Út", "Đặng Thị An", "Nguyễn Thị Ánh"):
        place = operations.enrol(PersonFactory(full_name=name).id, made.id)
        place.seated_at = clock.now() - timedelta(days=20)
    db.session.commit()
    return made


def meet(run, ago):
    begin = clock.now() - ago
    return SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(minutes=90))


@pytest.fixture
def session(run):
    return meet(run, timedelta(minutes=5))


@pytest.fixture
def teacher(client, staff):
    return client.sign_in(staff.account)


def url(session, page):
    return f"/vi/provider/{session.run.course.provider.slug}/sessions/{session.id}/{page}"


def of_run(run, page):
    return f"/vi/provider/{run.course.provider.slug}/runs/{run.id}/{page}"


def marks(session):
    rows = select(Attendance).where(Attendance.session_id == session.id)
    return {each.enrolment_id: each.status.value for each in db.session.scalars(rows)}


def ids(session):
    return [line.enrolment_id for line in register_lines(session.id)]


def post(client, address, body):
    door = client.get(address).json
    return client.post(address, json=body, headers={"X-CSRFToken": door["token"]})


def sheet(marks, key="k", **more):
    return {"key": key, "now": 10_000_000, "version": 0, "headcount": None, "marks": marks, **more}


def test_a_phone_sends_its_marks_once_however_often_it_tries(teacher, session):
    a, b, c = ids(session)
    body = sheet([[a, "present", 9_990_000], [b, "late", 9_999_000]], headcount=[2, 9_999_000])
    answers = [post(teacher, url(session, "marks"), body).json for _ in range(3)]
    assert {each["version"] for each in answers} == {1}
    assert marks(session) == {a: "present", b: "late", c: "absent"}
    assert db.session.get(Register, session.id).headcount == 2
    page = teacher.page(url(session, "attendance"))
    assert "Đã lưu: 2 người có mặt." in page.text


def test_the_clock_of_a_phone_may_be_wrong(teacher, session):
    """How long ago a mark was tapped counts, not what the phone's clock said."""
    a, *_ = ids(session)
    post(teacher, url(session, "marks"), sheet([[a, "late", 9_940_000]]))
    moment = db.session.scalar(select(Attendance.marked_at).where(Attendance.enrolment_id == a))
    assert 55 < (clock.now() - moment).total_seconds() < 90


@pytest.mark.parametrize(
    "odd",
    [
        {"marks": [[1, "here", 5]]}, {"marks": [[1, "late"]]}, {"marks": "x"}, {"key": ""},
        {"key": "k" * 65}, {"now": "soon"}, {"version": -1}, {"headcount": [99_999, 5]},
    ],
)  # fmt: skip
def test_what_no_phone_of_ours_sends_is_refused(teacher, session, odd):
    answer = post(teacher, url(session, "marks"), sheet([]) | odd)
    assert answer.status_code == 400
    assert db.session.get(Register, session.id) is None


def test_the_page_may_stay_on_the_phone_until_the_attendance_is_saved(teacher, session):
    assert teacher.get(url(session, "attendance")).headers["X-Class-List"] == "keep"
    post(teacher, url(session, "marks"), sheet([]))
    assert "X-Class-List" not in teacher.get(url(session, "attendance")).headers


def test_a_phone_is_told_whose_marks_are_taken_and_others_have_another_key(client, staff, session):
    keys = []
    for member in (staff, StaffFactory(provider=staff.provider)):
        client.sign_in(member.account)
        keys.append(client.get(url(session, "marks")).json["account"])
        assert keys[-1] in str(client.page(url(session, "attendance")))
    assert keys[0] != keys[1]


@pytest.mark.parametrize("page", ["marks", "attendance", "check-in", "sheet.pdf"])
def test_a_teacher_elsewhere_finds_nothing_of_this_session(client, session, page):
    other = StaffFactory(role=ProviderRole.TEACHER)
    client.sign_in(other.account)
    theirs = url(session, page)
    mixed = theirs.replace(session.run.course.provider.slug, other.provider.slug)
    assert [client.get(each).status_code for each in (theirs, mixed)] == [404, 404]


def test_a_substitute_takes_one_register_and_sees_nothing_else(client, staff, run, session):
    standing_in = StaffFactory(provider=staff.provider, role=ProviderRole.SUBSTITUTE)
    another = meet(run, timedelta(days=1))
    client.sign_in(staff.account)
    client.send(url(session, "substitutes"), {"account": standing_in.account_id})
    client.sign_in(standing_in.account)
    today = client.page(of_run(run, "").split("/runs/")[0] + "/today")
    links = {link["href"] for link in today.select("main a[href*=sessions]")}
    assert links == {url(session, "attendance")}
    a, *_ = ids(session)
    post(client, url(session, "marks"), sheet([[a, "present", 1]]))
    assert marks(session)[a] == "present"
    assert client.get(url(another, "attendance")).status_code == 404
    for page in ("roster", "registers", "paper-sheets"):
        assert client.get(of_run(run, page)).status_code == 403
    (named,) = substitutes.of(session.id)
    substitutes.remove(session.id, named.id, None)
    assert client.get(url(session, "attendance")).status_code == 404


def test_whoever_teaches_by_the_plan_may_take_the_register_too(client, staff, run, session):
    guest = StaffFactory(provider=staff.provider, role=ProviderRole.SUBSTITUTE)
    client.sign_in(guest.account)
    assert client.get(url(session, "attendance")).status_code == 404
    db.session.add(RunTeacher(run_id=run.id, account_id=guest.account_id, name="A", match_key="a"))
    db.session.commit()
    assert client.get(url(session, "attendance")).status_code == 200


def test_only_whoever_works_here_can_stand_in(teacher, session):
    stranger = StaffFactory()
    teacher.send(url(session, "substitutes"), {"account": stranger.account_id}, status=422)
    assert not substitutes.of(session.id)


def test_whoever_checks_in_is_present_or_late_when_the_attendance_is_saved(teacher, run):
    early, late = meet(run, timedelta(minutes=5)), meet(run, timedelta(minutes=40))
    place = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    for session, expected in ((early, "present"), (late, "late")):
        for typed in (f"https://example.vn/vi/places/{place.code}", place.code.lower()):
            answer = teacher.send(url(session, "check-in"), {"code": typed}, status=200)
        assert "Trần Văn Út" in read(answer).main.text
        assert marks(session) == {}
        entry = select(AuditEntry.person_id).where(
            AuditEntry.action == "register.check_in_by_staff",
            AuditEntry.object_id == str(session.id),
        )
        assert db.session.scalars(entry).all() == [place.person_id]
        post(teacher, url(session, "marks"), sheet([]))
        assert marks(session)[place.id] == expected
        assert sorted(marks(session).values())[:2] == ["absent", "absent"]


def test_whoever_comes_when_the_attendance_is_saved_already_is_not_absent(teacher, session):
    place = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    operations.record_register(session.id, [], 0, 0, None)
    teacher.send(url(session, "check-in"), {"code": place.code}, status=200)
    assert marks(session)[place.id] == "present"


def test_a_code_of_another_class_says_no_more_than_an_unknown_one(teacher, session):
    elsewhere = operations.enrol(PersonFactory(full_name="Lê Văn Khác").id, RunFactory().id)
    told = {
        teacher.post(
            url(session, "check-in"), data={"code": code},
            headers={
                "Accept": "application/json",
                "X-CSRFToken": teacher.get(url(session, "marks")).json["token"],
            },
        ).text
        for code in (elsewhere.code, "0000000000")
    }  # fmt: skip
    assert len(told) == 1
    assert "Khác" not in told.pop()


def test_only_the_page_that_scans_may_use_the_camera(teacher, session):
    policies = {
        page: teacher.get(url(session, page)).headers["Permissions-Policy"]
        for page in ("check-in", "attendance")
    }
    assert "camera=(self)" in policies["check-in"]
    assert "camera=()" in policies["attendance"]


def test_paper_sheets_are_typed_in_one_after_the_other(teacher, run):
    first, second = (meet(run, timedelta(days=days)) for days in (2, 1))
    address = of_run(run, "paper-sheets")
    a, b, c = ids(first)
    page = teacher.page(address)
    assert [row.text for row in page.select("main ol li")][-3:] == [
        "Đặng Thị An", "Nguyễn Thị Ánh", "Trần Văn Út",
    ]  # fmt: skip
    shown = page.select_one("main form [name=session]")["value"]
    assert shown == str(first.id)
    typed = {"session": shown, "absent": "2", "late": "3", "headcount": "4"}
    teacher.send(address, {**typed, "excused": "9"}, status=422)
    assert marks(first) == {}
    answer = teacher.send(address, typed)
    assert marks(first) == {a: "present", b: "absent", c: "late"}
    after = teacher.page(answer.location)
    assert after.select_one("main form [name=session]")["value"] == str(second.id)
    assert "Nguyễn Thị Ánh" in after.select_one(".notice--ok").text


def test_numbers_of_a_sheet_are_read_as_people_write_them(run):
    lines = register_lines(meet(run, timedelta(days=1)).id)
    said = paper_sheets.marks_of(lines, {ABSENT: ("absent", "1 - 2"), LATE: ("late", " 3, ")})
    assert list(said.values()) == [ABSENT, ABSENT, LATE]
    for wrong in ({ABSENT: ("a", "4")}, {ABSENT: ("a", "x")}, {ABSENT: ("a", "2-1")},
                  {ABSENT: ("a", "1"), EXCUSED: ("e", "1")}):  # fmt: skip
        with pytest.raises(WrongNumbers):
            paper_sheets.marks_of(lines, wrong)


def test_the_sheet_to_sign_is_a_tagged_file(teacher, session):
    answer = teacher.get(url(session, "sheet.pdf"))
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert b"StructTreeRoot" in answer.data


def test_a_message_to_the_class_is_shown_first_and_goes_out_once(teacher, run):
    jobs.work(once=True)
    known = set(db.session.scalars(select(Message.id)))
    address = of_run(run, "messages")
    page = teacher.page(address)
    key = page.select_one("[name=form_key]")["value"]
    written = {"subject": "Mang theo giày thể thao", "body": "Tuần này học ở sân.", "form_key": key}
    preview = read(teacher.send(address, written, status=200))
    assert len(preview.select("main table tbody th")) == 3
    assert db.session.scalar(select(RunMessage.id)) is None
    for _ in range(2):
        teacher.send(address, {**written, "send": "1"})
    jobs.work(once=True)
    jobs.work(once=True)
    sent = [each for each in db.session.scalars(select(Message)) if each.id not in known]
    assert len(sent) == 3
    assert all("giay the thao" in each.body for each in sent)
    assert "Tuần này học ở sân." in teacher.page(address).main.text


def test_nobody_writes_to_a_class_all_day(teacher, run):
    for number in range(run_messages.OF_A_CLASS_A_DAY):
        run_messages.send(run.id, "Nhắc lại", "Nhớ mang vở.", f"form-key-{number}", None)
    last = {"subject": "Lại nữa", "body": "Nhớ mang bút.", "form_key": "form-key-last", "send": "1"}
    page = read(teacher.send(of_run(run, "messages"), last, status=429))
    assert page.select_one("[name=subject]")["value"] == last["subject"]
    assert db.session.scalar(select(func.count(RunMessage.id))) == run_messages.OF_A_CLASS_A_DAY
