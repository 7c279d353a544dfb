"""What is near a reader, who says so with a ward or with a position that nobody keeps."""

import pytest

from app.search import in_step
from app.search.forms import position
from app.search.nearby import away
from app.search.service import engines
from tests.factories import RunFactory, WardFactory


@pytest.fixture
def two_wards(app):
    """A class in each of two wards, eight kilometres apart."""
    here = WardFactory(full_name_vi="Phường Gò Vấp", latitude=10.84, longitude=106.66)
    there = WardFactory(full_name_vi="Phường Bình Phú", latitude=10.77, longitude=106.66)
    for ward, title in ((here, "Yoga sáng"), (there, "Yoga chiều")):
        spot = {"venue__latitude": ward.latitude, "venue__longitude": ward.longitude}
        RunFactory(course__title_vi=title, venue__unit=ward, **spot)
    in_step.rebuild()
    yield
    engines().embedded.rebuild(())


def by_lines(page) -> list[tuple[str, str]]:
    cards = page.select(".card")
    return [(card.h2.get_text(strip=True), card.select_one(".card-by").text) for card in cards]


def test_courses_say_how_far_they_are(client, two_wards):
    page = client.page("/vi/courses?q=yoga&near=10.84,106.66")
    (first, near), (second, far) = by_lines(page)
    assert (first, second) == ("Yoga sáng", "Yoga chiều")
    assert near.endswith("cách chưa tới 1 km")
    assert far.endswith("cách khoảng 8 km")
    assert "gần bạn, quanh Phường Gò Vấp" in page.h1.get_text(" ", strip=True)
    assert all(" km" not in by for _, by in by_lines(client.page("/vi/courses?q=yoga")))


def test_a_position_is_taken_to_a_kilometre_and_kept_nowhere(client, two_wards, caplog):
    asked = "/vi/courses?q=yoga&near=10.838765,106.664321"
    with caplog.at_level("INFO"):
        page = client.page(asked)
    assert page.select_one("[name=near]")["value"] == "10.84, 106.66"
    keep = [a["href"] for a in page.select("a[href*='/me/searches/new'], a[href*='search-alerts']")]
    assert keep
    assert all("106" not in href and "near=" in href for href in keep)
    assert not any("106.66" in str(vars(record)) for record in caplog.records)


def test_a_kept_question_never_holds_a_position(client, two_wards):
    page = client.page("/vi/search-alerts?q=yoga&near=10.84,106.66")
    assert "106.66" not in page.select_one("main").get_text(" ", strip=True)


@pytest.mark.parametrize("far", ["52.52,13.40", "0,0", "91,200", "10.84,", "10.84"])
def test_what_is_no_place_near_the_city_is_said_so(client, two_wards, far):
    page = client.page("/en/courses", query_string={"q": "yoga", "near": far})
    assert "We do not know the place" in page.get_text()
    assert len(by_lines(page)) == 2


def test_positions_are_rounded_before_anything_else():
    assert position("10.776889, 106.700806") == (10.78, 106.7)
    for text in ("91,10", "Quận 1, 2", "10.7,106.7,3", "1e3,1", "٣,٤", ""):
        assert position(text) is None, text


def test_distances_are_words(app):
    with app.test_request_context("/vi/"):
        words = [away(km) for km in (None, 0.4, 1.2, 7.6)]
    assert words == ["", "cách chưa tới 1 km", "cách khoảng 1 km", "cách khoảng 8 km"]
