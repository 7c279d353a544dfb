"""The page of the city's statisticians."""

import shutil
from datetime import UTC, date, datetime

import pytest
import time_machine

from app.core import clock
from app.core.db import db
from app.participation import operations, store
from tests.factories import CourseFactory, GrantFactory, RunFactory
from tests.participation.conftest import crowd, meet, seat

pytestmark = pytest.mark.on_any_database

PAGE = "/vi/staff/participation"
ENGLISH = "/en/staff/participation"
EARLY = date(2025, 1, 2)


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


@pytest.fixture
def written(where):
    def write():
        db.session.rollback()
        operations.rebuild()
        store.refresh(where)

    return write


def tiles(page):
    return [
        (tile.h3.get_text(strip=True), tile.strong.get_text(strip=True))
        for tile in page.select("li.tile")
    ]


def test_the_key_figures_come_with_their_definitions_in_both_languages(staff, written):
    crowd(12)
    written()
    page = staff.page(f"{PAGE}?period=2026-H1")
    assert tiles(page) == [
        ("Số người", "12"),
        ("Lượt ghi danh", "12"),
        ("Lượt người", "12"),
        ("Số giờ học", "24,0"),
        ("Tỷ lệ có tên", "100,0%"),
    ]
    for tile in page.select("li.tile"):
        target = page.select_one(tile.a["href"])
        both = target.find_next_sibling("dd").select("p")
        assert [p.get("lang") for p in both] == [None, "en"]
    assert "Không cộng số người của hai nửa năm" in page.get_text(" ", strip=True)


def test_change_is_told_in_words(staff, written):
    both = RunFactory(capacity=None)
    seats = [seat(both, EARLY) for _ in range(8)]
    meet(both, date(2025, 10, 1), present=seats)
    meet(both, date(2026, 2, 2), present=seats[:6])
    meet(both, date(2026, 2, 3), present=seats[:6], headcount=3)
    written()
    page = staff.page(f"{ENGLISH}?period=2026-H1")
    changes = [tile.select("p.small")[0].get_text(strip=True) for tile in page.select("li.tile")]
    assert changes == [
        "Down by 2 from 8 (Second half of 2025).",
        "The same as in the period before (Second half of 2025).",
        "Up by 7 from 8 (Second half of 2025).",
        "Up by 14.0 from 16.0 (Second half of 2025).",
        "Down by 20.0 percentage points from 100.0% (Second half of 2025).",
    ]


def test_a_running_period_is_not_weighed_against_a_whole_one(client, written):
    run = RunFactory(capacity=None)
    seats = [seat(run, EARLY) for _ in range(8)]
    meet(run, date(2025, 10, 1), present=seats)
    meet(run, date(2026, 2, 2), present=seats[:6])
    written()
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        client.sign_in(GrantFactory(city_role="statistician").account)
        page = client.page(f"{ENGLISH}?period=2026-H1")
    change = page.select_one("li.tile p.small").get_text(strip=True)
    assert change == "The whole period before: 8 (Second half of 2025)."


def test_days_in_the_wrong_order_are_named_at_their_box(staff):
    page = staff.page(f"{ENGLISH}?period=dates&from=30/06/2026&to=01/01/2026", status=422)
    assert page.select_one("#to-error").text == "The last day must not be before the first day."


@pytest.fixture
def november():
    """Named first, so that everything of the test, sign-in too, happens on that day."""
    with time_machine.travel("2026-11-22T03:00:00Z"):
        yield


def test_the_page_opens_with_the_running_half_year(november, staff, written):
    crowd(6, date(2026, 9, 1))
    written()
    page = staff.page(PAGE)
    assert page.select_one("option[selected]")["value"] == "2026-H2"
    assert tiles(page)[0] == ("Số người", "6")
    assert "Kỳ này chưa kết thúc" in page.get_text()
    assert "Kỳ này chưa kết thúc" not in staff.page(f"{PAGE}?period=2026-H1").get_text()


def test_bars_and_rows_show_the_same_cells(staff, written):
    course = CourseFactory()
    crowd(7, run=RunFactory(course=course, capacity=None, mode="online"))
    crowd(9, run=RunFactory(course=course, capacity=None))
    written()
    page = staff.page(f"{PAGE}?period=2026&by=mode")
    bars = [row.get_text(" ", strip=True) for row in page.select("table.bars tbody tr")]
    assert bars == ["Tại lớp 9", "Trực tuyến 7"]
    assert [r.select_one("td.number").text for r in page.select("details tbody tr")] == [
        "9",
        "7",
        "16",
    ]


def test_two_breakdowns_stand_side_by_side_with_their_totals(staff, written):
    crowd(7, sex="female")
    crowd(8, run=RunFactory(mode="online", capacity=None), sex="male")
    written()
    page = staff.page(f"{PAGE}?period=2026&by=mode&then=sex")
    grid = page.select(".table table")[0]
    rows = [[c.get_text(strip=True) for c in row.select("th, td")] for row in grid.select("tr")]
    assert rows == [
        ["Hình thức học", "Nữ", "Nam", "Tất cả"],
        ["Tại lớp", "7", "0", "7"],
        ["Trực tuyến", "0", "8", "8"],
        ["Tất cả", "7", "8", "15"],
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=2026-H3", "Enter a period such as"),
        ("period=dates&from=2026-02-01", "Enter both days"),
        ("period=dates&from=31/02/2026&to=2026-03-01", "Enter both days"),
        ("period=dates&from=2026-03-01&to=2026-02-01", "must not be before the first day"),
        ("period=2026&by=ward&by=sex&then=mode", "at most two"),
        ("period=2026&by=phone", "Figures are broken down by"),
    ],
)
def test_a_question_that_cannot_be_counted_is_answered_with_what_to_do(staff, query, words):
    page = staff.page(f"{ENGLISH}?{query}", status=422)
    assert words in page.select_one(".error-summary").get_text()
    assert page.title.text.startswith("Error:")
    assert page.select("li.tile") == []
    assert staff.get(f"{PAGE}.csv?{query}").status_code == 422


def test_dates_are_understood_in_both_spellings_and_kept(staff, written):
    crowd(6, date(2026, 2, 10))
    written()
    page = staff.page(f"{PAGE}?period=dates&from=10/02/2026&to=2026-02-10&by=&then=sex")
    assert tiles(page)[0] == ("Số người", "6")
    assert page.select_one("[name=from]")["value"] == "10/02/2026"
    assert [o["value"] for o in page.select("option[selected]")] == ["dates", "sex", ""]
    link = page.select_one("a[href*='.csv']")["href"]
    assert staff.get(link).status_code == 200


def test_a_period_from_the_address_joins_the_choices(staff, written):
    crowd(6)
    written()
    page = staff.page(f"{PAGE}?period=12M-2026-03-31")
    assert page.select_one("option[selected]")["value"] == "12M-2026-03-31"


def test_registers_taken_since_are_announced(staff, written):
    run = crowd(6)
    written()
    page = staff.page(f"{ENGLISH}?period=2026")
    assert "follow in a minute" not in page.get_text()
    session = meet(run, date(2026, 3, 9), headcount=5)
    operations.rewrite([session.id])
    page = staff.page(f"{ENGLISH}?period=2026")
    assert "follow in a minute" in page.get_text()
    assert tiles(page)[2] == ("Attendances", "6")
    assert f"{clock.local(clock.now()):%H:}" in page.get_text()


def test_before_the_first_files_the_page_says_so(staff, where):
    shutil.rmtree(where, ignore_errors=True)
    assert "Số liệu đang được chuẩn bị" in staff.page(PAGE).get_text()
    answer = staff.get(f"{PAGE}.csv?period=2026&by=sex&endpoint=static&_scheme=x")
    assert answer.status_code == 303
    assert answer.location == f"{PAGE}?period=2026&by=sex"


def test_the_page_asks_the_database_little(staff, written, at_most):
    for code in ("a", "b", "c"):
        crowd(6, run=RunFactory(capacity=None, course=CourseFactory(title_vi=code)))
    written()
    with at_most(10):
        staff.page(f"{PAGE}?period=2026&by=provider&then=ward")
