"""Learning from afar: units, links that are not shown too early, attendance by code and by list."""

import time
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.catalogue.models import Mode
from app.core import clock
from app.core.db import db
from app.core.errors import ChangedMeanwhile, TooManyAttempts
from app.core.i18n import Bilingual
from app.enrolment import queries
from app.enrolment.distance import codes, needs, participants, units
from app.enrolment.distance.errors import NotALink, NotAList, NotNow, NotOnTheList, WrongCode
from app.enrolment.distance.models import CheckIn, RunUnit, UnitDone
from app.enrolment.distance.needs import Needs
from app.enrolment.distance.units import UnitFields
from app.enrolment.models import Attendance, EnrolmentState, Register
from app.enrolment.place_view import PlaceView
from app.participation import checking
from app.participation import operations as participation
from tests.factories import (
    EnrolmentFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)
from tests.participation.conftest import facts, seat

LINK = "https://meet.example.org/abc"
ZOOM = """Name (Original Name),User Email,Total Duration (Minutes),Guest
Nguyễn Thị Hoa,hoa@example.org,58,Yes
Trần Văn Ân (Ân Trần),,61,Yes
Phạm Minh,,3,Yes
Binh Le,,50,Yes
Máy chiếu,,60,Yes
"""


def fields(title="Bài 1", **said):
    return UnitFields(title=Bilingual(title), text=Bilingual("Đọc và làm bài"), **said)


def on_now(run, minutes=60):
    now = clock.now()
    return SessionFactory(
        run=run, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=minutes)
    )


def course_page(client, run):
    address = client.get(f"/vi/courses/{run.course_id}").location
    return client.get(address).get_data(as_text=True)


@pytest.fixture
def online(app):
    """A run with a link whose session is on."""
    today = clock.today()
    run = RunFactory(
        mode=Mode.ONLINE, venue=None, online_link=LINK, starts_on=today - timedelta(days=9),
        ends_on=today + timedelta(days=9),
    )  # fmt: skip
    on_now(run)
    return run


@pytest.fixture
def own_pace(app):
    today = clock.today()
    return RunFactory(
        mode=Mode.SELF_PACED, venue=None, starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=30),
    )  # fmt: skip


def test_units_keep_their_order_and_nobody_overwrites_another(own_pace):
    one, two = (units.add(own_pace.id, fields(title), None) for title in ("Một", "Hai"))
    units.move(two.id, -1, None)
    units.move(two.id, -1, None)
    assert [each.title_vi for each in units.of_run(own_pace.id)] == ["Hai", "Một"]
    seen = one.version
    units.edit(one.id, fields("Một rưỡi"), seen, None)
    with pytest.raises(ChangedMeanwhile):
        units.edit(one.id, fields("Khác"), seen, None)
    units.remove(two.id, None)
    assert [each.title_vi for each in units.of_run(own_pace.id)] == ["Một rưỡi"]
    for wrong in ("javascript:alert(1)", "//example.org", "/admin", "bài một"):
        with pytest.raises(NotALink):
            units.add(own_pace.id, fields(link=wrong), None)
    assert units.add(own_pace.id, fields(link="/vi/resources/1-so-tay"), None).link


def test_only_whoever_has_a_seat_marks_a_unit_and_twice_is_once(own_pace):
    unit = units.add(own_pace.id, fields(), None)
    place = EnrolmentFactory(run=own_pace)
    for _ in range(2):
        units.mark(place.id, unit.id, is_done=True)
    assert db.session.scalar(select(func.count()).select_from(UnitDone)) == 1
    units.mark(place.id, unit.id, is_done=False)
    assert not units.done_by(place.id)
    waits = EnrolmentFactory(run=own_pace, state=EnrolmentState.WAITING)
    with pytest.raises(NotOnTheList):
        units.mark(waits.id, unit.id, is_done=True)


def test_a_unit_done_counts_that_day_alike_by_event_and_by_rebuild(own_pace, run_jobs):
    day = clock.today() - timedelta(days=20)
    place = seat(own_pace, day)
    db.session.commit()
    first, second = (units.add(own_pace.id, fields(title), None) for title in ("Một", "Hai"))
    units.mark(place.id, first.id, is_done=True)
    units.mark(place.id, second.id, is_done=True)
    run_jobs()
    one_by_one = facts()
    assert [(each.day, each.present, each.headcount) for each in one_by_one] == [
        (clock.today(), True, 0)
    ]
    assert not list(checking.check())
    participation.rebuild()
    assert facts() == one_by_one
    for unit in (first, second):
        units.mark(place.id, unit.id, is_done=False)
    run_jobs()
    assert facts() == []


def test_the_link_is_for_people_with_a_seat_and_only_near_the_time(app, client, online):
    place = EnrolmentFactory(run=online, seated_at=clock.now() - timedelta(days=3))
    assert PlaceView(place).link == LINK
    (session,) = online.sessions
    session.starts_at = clock.now() + timedelta(hours=3)
    session.ends_at = clock.now() + timedelta(hours=4)
    db.session.commit()
    early = PlaceView(place)
    assert (early.link, early.link_comes_later) == ("", True)
    waits = EnrolmentFactory(run=online, state=EnrolmentState.WAITING)
    session.starts_at, session.ends_at = clock.now(), clock.now() + timedelta(hours=1)
    db.session.commit()
    assert PlaceView(waits).link == ""
    assert LINK not in course_page(client, online)
    assert LINK not in client.get(f"/vi/places/{place.code}").get_data(as_text=True)


def test_the_code_of_another_session_is_refused_and_guessing_ends(online):
    (session,) = online.sessions
    later = SessionFactory(run=online)
    place = EnrolmentFactory(run=online)
    other = codes.code_of(later)
    assert other != codes.code_of(session)
    for _ in range(codes.TRIES):
        with pytest.raises(WrongCode):
            codes.check_in(place.id, other)
    with pytest.raises(TooManyAttempts):
        codes.check_in(place.id, codes.code_of(session))
    stranger = EnrolmentFactory(run=online, state=EnrolmentState.WAITING)
    with pytest.raises(NotOnTheList):
        codes.check_in(stranger.id, codes.code_of(session))


def test_a_code_marks_once_and_the_register_follows_when_the_session_is_over(
    online, run_jobs, time_machine
):
    (session,) = online.sessions
    came, away = (EnrolmentFactory(run=online, seated_at=clock.now()) for _ in range(2))
    for typed in (codes.code_of(session).lower(), f" {codes.code_of(session)} "):
        codes.check_in(came.id, typed)
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1
    run_jobs()
    assert db.session.scalar(select(Register.session_id)) is None
    time_machine.move_to(session.ends_at + codes.AFTER + timedelta(minutes=1))
    with pytest.raises(NotNow):
        codes.check_in(away.id, codes.code_of(session))
    run_jobs()
    marks = select(Attendance.enrolment_id, Attendance.status).order_by(Attendance.enrolment_id)
    assert db.session.execute(marks).all() == [(came.id, "present"), (away.id, "absent")]


@pytest.mark.parametrize("cell", ["(" * 90_000, f"{'1' * 90_000}x", f"{'9' * 5_000}:1"])
def test_a_list_of_nonsense_is_read_at_once(cell):
    began = time.process_time()
    participants.read(f"Name,Duration\n{cell},{cell}\n".encode())
    assert time.process_time() - began < 1


def test_a_list_of_participants_is_matched_and_what_is_doubtful_is_asked(online):
    hoa, an, minh, binh = (
        EnrolmentFactory(run=online, person=PersonFactory(**who), seated_at=clock.now())
        for who in (
            {"full_name": "Nguyen Hoa", "email": "Hoa@example.org"},
            {"full_name": "Trần Văn Ân"}, {"full_name": "Phạm Minh"}, {"full_name": "Lê Bình"},
        )
    )  # fmt: skip
    found = participants.match(online.id, participants.read(ZOOM.encode()))
    assert [(each.enrolment_id, each.is_sure) for each in found] == [
        (hoa.id, True), (an.id, True), (minh.id, True), (binh.id, False), (None, False),
    ]  # fmt: skip
    assert [each.attendee.minutes for each in found] == [58, 61, 3, 50, 60]
    with pytest.raises(NotAList):
        participants.read("xin chào\n1,2\n".encode())


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Full Name\tFirst Join\tIn-Meeting Duration\tEmail\nLê Bình\t8:00\t1h 2m 30s\tb@x.vn", 62),
        ("First name,Last name,Email,Duration\nLê,Bình,b@x.vn,45 min", 45),
        ("Họ và tên;Số phút\nLê Bình;45", 45),
    ],
)
def test_the_lists_of_several_services_are_read(app, text, minutes):
    (one,) = participants.read(text.encode("utf-16" if "\t" in text else "utf-8"))
    assert (one.name, one.minutes) == ("Lê Bình", minutes)


def test_a_list_sent_twice_changes_nothing_and_late_marks_stay(app, online):
    (session,) = online.sessions
    names = ("Nguyễn Thị Hoa", "Trần Văn Ân", "Phạm Minh", "Lê Bình")
    places = [
        EnrolmentFactory(run=online, person=PersonFactory(full_name=name), seated_at=clock.now())
        for name in names
    ]
    staff = StaffFactory(provider=online.course.provider, role="teacher")
    teacher = app.test_client().sign_in(staff.account)
    slug, number = online.course.provider.slug, session.id
    here = f"/vi/provider/{slug}/sessions/{number}/participants"
    wrong = teacher.send(here, {"file": _file("chỉ có chữ")}, status=422)
    assert "không thấy tên" in wrong.get_data(as_text=True)
    versions = []
    for _ in range(2):
        page = teacher.send(here, {"file": _file(ZOOM), "least": "20"}, status=200)
        text = page.get_data(as_text=True)
        assert "Máy chiếu" in text
        assert "Binh Le" in text
        register = queries.register_of(number)
        form = {"present": [str(places[0].id), str(places[1].id)],
                "version": str(register.version if register else 0)}  # fmt: skip
        teacher.send(f"{here}/confirm", form, page=here)
        db.session.expire_all()
        versions.append(queries.register_of(number).version)
    assert versions == [1, 1]
    assert db.session.scalar(select(func.count()).where(Attendance.status == "present")) == 2


def _file(text):

    return BytesIO(text.encode()), "list.csv"


def test_what_people_need_is_told_before_they_enrol(app, client, online):
    said = Needs("vi", Bilingual("Điện thoại có camera", "A phone with a camera"))
    for _ in range(2):
        needs.say(online.id, said, None)
    online.course.status = "published"
    online.enrol_from, online.enrol_until = clock.today(), clock.today()
    db.session.commit()
    shown = course_page(client, online)
    assert "Điện thoại có camera" in shown
    assert "Phụ đề tiếng Việt" in shown


def test_a_provider_writes_units_and_a_learner_marks_them(app, online):
    owner = app.test_client().sign_in(
        StaffFactory(provider=online.course.provider, role="editor").account
    )
    here = f"/vi/provider/{online.course.provider.slug}/runs/{online.id}/units"
    owner.send(here, {"title_vi": "Bài mở đầu", "due_on": "1/2/2030"})
    owner.send(here, {"title_vi": "Hai", "link": "x"}, status=422)
    (unit,) = db.session.scalars(select(RunUnit)).all()
    owner.page(f"{here}/{unit.id}")
    person = PersonFactory(phone="+84912345678")
    place = EnrolmentFactory(run=online, person=person, seated_at=clock.now())
    learner = app.test_client()
    own = f"/vi/places/{place.code}"
    assert learner.post(f"{own}/units", data={"unit": unit.id}).status_code in (400, 404)
    learner.send(own, {"phone": "0912 345 678"})
    assert "Bài mở đầu" in learner.page(own).get_text()
    learner.send(f"{own}/units", {"unit": str(unit.id)}, page=own)
    assert units.done_by(place.id) == {unit.id}
    wrong = learner.send(f"{own}/session-code", {"session_code": "AAAAAA"}, status=422)
    assert "không phải mã" in wrong.get_data(as_text=True)
    code = codes.code_of(online.sessions[0])
    assert (
        code
        in owner.page(
            f"/vi/provider/{online.course.provider.slug}/sessions/{online.sessions[0].id}/code"
        ).get_text()
    )
    learner.send(f"{own}/session-code", {"session_code": code})
    assert "đã được ghi có mặt" in learner.page(own).get_text()
