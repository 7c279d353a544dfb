"""The public page of a course."""

import json
from datetime import time, timedelta

import pytest

from app.catalogue.models import CourseStatus, SessionStatus
from app.core import clock
from app.core.db import db
from tests.factories import (
    CourseFactory,
    GrantFactory,
    ProviderFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)


@pytest.fixture
def course(app):
    return CourseFactory(title_vi="Tin học cơ bản")


URL = "/vi/courses/{}-tin-hoc-co-ban"


def test_the_slug_comes_from_the_vietnamese_title_in_both_languages(client, course):
    assert client.page(URL.format(course.id)).h1.text == "Tin học cơ bản"
    english = client.page(URL.format(course.id).replace("/vi/", "/en/"))
    assert english.h1.text == course.title_en


@pytest.mark.parametrize("slug", ["", "-", "-sai", "-tin-hoc", "-Tin-Hoc-Co-Ban"])
def test_another_slug_leads_to_the_right_address_for_good(client, course, slug):
    answer = client.get(f"/en/courses/{course.id}{slug}?from=qr")
    if slug == "-":
        assert answer.status_code == 404
        return
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/en/courses/{course.id}-tin-hoc-co-ban?from=qr"


@pytest.mark.parametrize("status", [CourseStatus.DRAFT, CourseStatus.WITHDRAWN])
def test_what_is_not_published_does_not_exist_for_residents(client, course, status):
    course.status = status
    db.session.commit()
    assert client.get(URL.format(course.id)).status_code == 404
    client.sign_in(StaffFactory().account)
    assert client.get(URL.format(course.id)).status_code == 404, "nor for another provider"


def test_its_own_staff_see_a_draft_as_residents_will(client, course):
    course.status = CourseStatus.DRAFT
    staff = StaffFactory(provider=course.provider)
    client.sign_in(staff.account)
    page = client.page(URL.format(course.id))
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert page.select_one("script[type='application/ld+json']") is None


def test_the_timetable_is_one_sentence_and_a_table(client, course):
    tuesday = clock.today() + timedelta(days=(1 - clock.today().weekday()) % 7 + 14)
    run = RunFactory(course=course, starts_on=tuesday)
    for week in range(4):
        for day in (0, 2):
            start = clock.at(tuesday + timedelta(days=7 * week + day), time(18, 30))
            SessionFactory(run=run, starts_at=start)
    page = client.page(URL.format(course.id))
    assert f"Thứ Ba và thứ Năm, 18:30–20:30, 8 buổi từ {tuesday:%d/%m/%Y}" in page.text
    assert len(page.select("details tbody tr")) == 8
    english = client.page(URL.format(course.id).replace("/vi/", "/en/"))
    assert "Tuesday and Thursday, 18:30–20:30, 8 sessions from" in english.text


def test_a_cancelled_session_is_said_and_not_counted(client, course):
    run = RunFactory(course=course)
    for week, status in enumerate([SessionStatus.CANCELLED, *[SessionStatus.PLANNED] * 2]):
        start = clock.at(run.starts_on + timedelta(days=7 * week), time(8))
        SessionFactory(run=run, starts_at=start, status=status)
    page = client.page(URL.format(course.id))
    assert "2 buổi từ" in page.text
    assert page.select_one("details tbody tr").select("td")[-1].text == "Đã hủy"


RUNS = {
    "open": ({"capacity": 15, "seats_taken": 3}, "Còn 12 chỗ", "Đăng ký học"),
    "few": ({"capacity": 15, "seats_taken": 12}, "Chỉ còn 3 chỗ", "Đăng ký học"),
    "unlimited": ({"capacity": None}, "Còn chỗ", "Đăng ký học"),
    "queue": ({"seats_taken": 2}, "Hết chỗ – vào danh sách chờ", "Vào danh sách chờ"),
    "somebody waits": (
        {"seats_taken": 1, "waiting": 1},
        "Hết chỗ – vào danh sách chờ",
        "Vào danh sách chờ",
    ),
    "full": ({"seats_taken": 2, "waiting": 1, "waiting_capacity": 1}, "Hết chỗ", None),
    "lowered": ({"capacity": 1, "seats_taken": 5, "waiting_capacity": 0}, "Hết chỗ", None),
}


@pytest.mark.parametrize("case", RUNS)
def test_the_badge_says_in_words_what_is_left_and_the_button_agrees(client, course, case):
    given, words, button = RUNS[case]
    run = RunFactory(course=course, **given)
    page = client.page(URL.format(course.id))
    assert page.select_one(".badge").text == words
    buttons = page.select("main a.button")
    assert [b.text for b in buttons] == ([button] if button else [])
    if button:
        assert buttons[0]["href"] == f"/vi/runs/{run.id}/enrol"


@pytest.mark.parametrize(("opens", "words"), [(5, "Sắp mở"), (-20, "Đã đóng")])
def test_outside_the_enrolment_window_nothing_can_be_joined(client, course, opens, words):
    first = clock.today() + timedelta(days=opens)
    RunFactory(
        course=course,
        enrol_from=first,
        enrol_until=first + timedelta(days=9),
        starts_on=clock.today(),
    )
    page = client.page(URL.format(course.id))
    assert page.select_one(".badge").text == words
    assert page.select("main a.button") == []


def test_each_run_has_one_button(client, course):
    RunFactory.create_batch(3, course=course)
    page = client.page(URL.format(course.id))
    addresses = [a["href"] for a in page.select("main a.button")]
    assert len(set(addresses)) == len(addresses) == 3


def test_a_text_in_the_other_language_is_marked(client, course):
    course.title_en = course.summary_en = course.learn_en = ""
    db.session.commit()
    page = client.page(URL.format(course.id).replace("/vi/", "/en/"))
    assert page.h1.select_one("[lang=vi]").text == "Tin học cơ bản"
    assert page.select_one("ul[lang=vi]")
    assert "In Vietnamese only" in page.text


def test_place_and_access_are_said_in_words(client, course):
    run = RunFactory(course=course)
    text = client.page(URL.format(course.id)).text
    assert run.venue.name_vi in text
    assert "12 Nguyễn Huệ" in text
    assert "Lối đi không bậc" in text


def test_many_runs_cost_no_more_statements(client, course, at_most):
    for run in RunFactory.create_batch(8, course=course):
        SessionFactory(run=run)
    with at_most(5):
        client.page(URL.format(course.id))


def test_search_engines_read_the_course_and_its_other_language(client, course):
    run = RunFactory(course=course, fee=0)
    page = client.page(URL.format(course.id))
    data = json.loads(page.select_one("script[type='application/ld+json']").string)
    assert data["@type"] == "Course"
    assert data["hasCourseInstance"][0]["startDate"] == run.starts_on.isoformat()
    assert data["url"].startswith("http")
    links = {link["hreflang"]: link["href"] for link in page.select("link[rel=alternate]")}
    assert links["en"].endswith(f"/en/courses/{course.id}-tin-hoc-co-ban")


def test_words_of_providers_never_become_markup(client, course):
    course.summary_vi = "</script><script>alert(1)</script><b>đậm</b>"
    RunFactory(course=course)
    db.session.commit()
    page = client.page(URL.format(course.id))
    assert page.find("b") is None
    assert "alert" not in "".join(s.text for s in page.select("script:not([type])"))


def test_the_provider_page_shows_who_teaches_and_ten_courses(client, at_most):
    provider = ProviderFactory(about_vi="Dạy mọi người.", website="https://example.org")
    for _ in range(12):
        RunFactory(course=CourseFactory(provider=provider))
    CourseFactory(provider=provider, status=CourseStatus.DRAFT)
    db.session.rollback()
    with at_most(9):
        page = client.page(f"/vi/providers/{provider.slug}")
    assert page.h1.text == provider.name_vi
    assert len(page.select(".card")) == 10
    assert len(client.page(f"/vi/providers/{provider.slug}?page=2").select(".card")) == 2


def test_a_provider_that_only_applied_is_not_shown(client):
    provider = ProviderFactory(status="applied")
    assert client.get(f"/vi/providers/{provider.slug}").status_code == 404
    assert client.get("/vi/providers/khong-co").status_code == 404


def test_city_editors_see_drafts(client, course):
    course.status = CourseStatus.DRAFT
    client.sign_in(GrantFactory().account)
    assert client.page(URL.format(course.id))
