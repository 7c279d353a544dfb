"""The staff pages of a provider."""

from datetime import timedelta

import pytest

from app.catalogue.models import Course, CourseStatus, Run, SessionStatus
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from tests.client import read
from tests.factories import (
    AudienceFactory,
    CourseFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
    TopicFactory,
)


@pytest.fixture
def staff(client):
    member = StaffFactory()
    client.sign_in(member.account)
    return member


@pytest.fixture
def base(staff):
    return f"/vi/provider/{staff.provider.slug}"


def _course_data(**odd):
    topic = TopicFactory()
    return {
        "title_vi": "Nấu ăn",
        "summary_vi": "Học nấu ăn.",
        "topic_id": topic.id,
        "cla": "2.2.1",
        "languages": ["vi"],
    } | odd


def _seen(client, address):
    return {"seen": client.page(address).select_one("input[name=seen]")["value"]}


def _publish(client, address):
    client.send(f"{address}/publish", _seen(client, address), page=address)


def _run_data(**odd):
    first = clock.today() + timedelta(days=10)
    return {
        "mode": "in_person",
        "language": "vi",
        "venue_id": 0,
        "enrol_from": f"{clock.today():%d/%m/%Y}",
        "enrol_until": f"{first:%d/%m/%Y}",
        "first_day": f"{first:%d/%m/%Y}",
        "weekdays": ["1", "3"],
        "begins": "18h30",
        "ends": "20:30",
        "meetings": "8",
        "capacity": "15",
        "fee": "500.000",
    } | odd


def test_from_an_empty_form_to_a_published_course(client, staff, base):
    site = SiteFactory(provider=staff.provider)
    audience = AudienceFactory()
    answer = client.send(f"{base}/courses/new", _course_data(title_en="Cooking"))
    access = answer.headers["Location"]
    whom = {"audience_ids": [audience.id], "bring_vi": "Không cần gì.", **_seen(client, access)}
    address = client.send(access, whom).headers["Location"]
    page = client.page(address)
    assert "Bản nháp" in page.text
    assert "Lên lịch một đợt học." in page.text
    _publish(client, address)
    assert "Chưa có đợt học nào" in client.page(address).text
    client.send(f"{address}/runs/new", _run_data(venue_id=site.venue_id))
    run = db.session.query(Run).one()
    assert (run.capacity, run.waiting_capacity, run.fee, len(run.sessions)) == (
        15,
        None,
        500_000,
        8,
    )
    _publish(client, address)
    course = db.session.query(Course).one()
    assert course.status is CourseStatus.PUBLISHED
    assert (course.audiences, course.bring_vi) == ([audience], "Không cần gì.")
    assert client.page(f"/vi/courses/{course.id}-nau-an").select_one("main a.button")
    client.send(f"{address}/withdraw", page=address)
    assert client.get(f"/en/courses/{course.id}-nau-an", headers={"Cookie": ""}).status_code


def test_a_form_with_errors_keeps_what_was_typed(client, staff, base):
    answer = client.send(
        f"{base}/courses/new", _course_data(title_vi="", title_en="Cooking"), status=422
    )
    text = answer.get_data(as_text=True)
    assert 'value="Cooking"' in text
    assert "<title>Lỗi: " in text
    assert text.count("Nhập tên bằng tiếng Việt.") == 2


def test_the_edit_form_shows_the_course_as_it_is(client, staff, base):
    course = CourseFactory(provider=staff.provider, audiences=[AudienceFactory()], job_related=True)
    page = client.page(f"{base}/courses/{course.id}/edit")
    assert page.select_one("#title_vi")["value"] == course.title_vi
    assert page.select_one("#learn_en").text.strip() == course.learn_en
    assert page.select_one("#topic_id option[selected]").text == "Kỹ năng số"
    page = client.page(f"{base}/courses/{course.id}/edit/access")
    assert page.select_one("input[name=audience_ids][checked]")
    assert page.select_one("#job_related").has_attr("checked")


def test_the_run_form_shows_the_run_as_it_is(client, staff, base):
    run = RunFactory(course=CourseFactory(provider=staff.provider), capacity=None, fee=200_000)
    SessionFactory(run=run)
    page = client.page(f"{base}/runs/{run.id}")
    assert page.select_one("#capacity").get("value", "") == ""
    assert page.select_one("#fee")["value"] == "200000"
    assert page.select_one("#enrol_until")["value"] == f"{run.enrol_until:%d/%m/%Y}"


PAGES = [
    "/courses/{course}",
    "/courses/{course}/edit",
    "/courses/{course}/runs/new",
    "/runs/{run}",
]
ACTS = [
    "/courses/{course}/publish",
    "/courses/{course}/withdraw",
    "/runs/{run}/cancel",
    "/runs/{run}/sessions",
    "/sessions/{session}/cancel",
]


@pytest.mark.parametrize("path", PAGES)
def test_another_providers_course_does_not_exist(client, staff, base, path):
    session = SessionFactory()
    ids = {"course": session.run.course_id, "run": session.run_id, "session": session.id}
    assert client.get(base + path.format(**ids)).status_code == 404
    other = f"/vi/provider/{session.run.course.provider.slug}"
    assert client.get(other + path.format(**ids)).status_code == 404


@pytest.mark.parametrize("path", ACTS)
def test_nor_can_it_be_changed_from_here(client, staff, base, path):
    session = SessionFactory()
    ids = {"course": session.run.course_id, "run": session.run_id, "session": session.id}
    client.send(base + path.format(**ids), {"send": "1"}, status=404, page=f"{base}/courses")
    assert session.status is SessionStatus.PLANNED
    assert session.run.course.status is CourseStatus.PUBLISHED


@pytest.mark.parametrize("path", [*PAGES[1:], "/courses/new"])
def test_a_teacher_looks_but_does_not_edit(client, path):
    member = StaffFactory(role=ProviderRole.TEACHER)
    client.sign_in(member.account)
    session = SessionFactory(run=RunFactory(course=CourseFactory(provider=member.provider)))
    ids = {"course": session.run.course_id, "run": session.run_id, "session": session.id}
    base = f"/vi/provider/{member.provider.slug}"
    assert client.get(base + path.format(**ids)).status_code == 403
    page = client.page(f"{base}/courses/{session.run.course_id}")
    assert page.select("main form") == []
    client.send(
        f"{base}/courses/{session.run.course_id}/withdraw", status=403, page="/vi/me/password"
    )


def test_the_list_tells_how_full_the_next_run_is(client, staff, base, at_most):
    for _ in range(5):
        RunFactory(course=CourseFactory(provider=staff.provider), capacity=15, seats_taken=12)
    CourseFactory(provider=staff.provider, status=CourseStatus.DRAFT, title_vi="Nháp", title_en="")
    db.session.rollback()
    with at_most(8):
        page = client.page(f"{base}/courses")
    assert "12/15" in page.text
    assert len(page.select("tbody tr")) == 6
    drafts = client.page(f"{base}/courses?status=draft&page=oops")
    assert [row.th.text.strip() for row in drafts.select("tbody tr")] == ["Nháp"]
    assert client.page(f"{base}/courses?q=khong-co").select("tbody tr") == []


def test_sessions_are_added_and_cancelled_one_by_one(client, staff, base):
    run = RunFactory(course=CourseFactory(provider=staff.provider))
    day = f"{run.starts_on:%d/%m/%Y}"
    data = {"first_day": day, "begins": "8:00", "ends": "9:00", "meetings": 2}
    client.send(f"{base}/runs/{run.id}/sessions", data, page=f"{base}/runs/{run.id}")
    assert len(run.sessions) == 2
    first = run.sessions[0].id
    client.send(f"{base}/sessions/{first}/cancel", {"send": "1"})
    page = client.page(f"{base}/runs/{run.id}")
    assert len(page.select("tbody a[href$='/move']")) == 1
    wrong = data | {"ends": "7:00"}
    answer = client.send(
        f"{base}/runs/{run.id}/sessions", wrong, status=422, page=f"{base}/runs/{run.id}"
    )
    assert "Giờ kết thúc phải sau giờ bắt đầu." in answer.get_data(as_text=True)


WRONG = {
    "enrol_until": "31/02/2026",
    "begins": "tối",
    "meetings": "nhiều",
    "fee": "miễn phí",
    "capacity": "-1",
    "first_day": "",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_named_at_its_field(client, staff, base, name):
    course = CourseFactory(provider=staff.provider)
    data = _run_data(**{name: WRONG[name]})
    answer = client.send(f"{base}/courses/{course.id}/runs/new", data, status=422)
    text = answer.get_data(as_text=True)
    assert f'id="{name}-error"' in text
    assert f'href="#{name}"' in text


def test_a_day_that_does_not_exist_is_named_and_errors_come_in_the_order_of_the_page(
    client, staff, base
):
    course = CourseFactory(provider=staff.provider)
    data = _run_data(first_day="31/11/2026", capacity="-1", enrol_until="")
    page = read(client.send(f"{base}/courses/{course.id}/runs/new", data, status=422))
    told = [item.text for item in page.select(".error-summary li")]
    assert told == [
        "Không có ngày 31/11/2026. Kiểm tra lại ngày và tháng.",
        "Nhập ngày cuối nhận đăng ký.",
        "Viết một số nguyên từ 0 đến 100.000.",
    ]


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, app):
    run = RunFactory()
    address = f"/vi/provider/{run.course.provider.slug}/courses"
    answer = client.get(address)
    assert answer.headers["Location"] == f"/vi/sign-in?next={address}"
