"""The results page as a resident uses it."""

import time
import unicodedata
from datetime import date, timedelta

import pytest

from app.catalogue.events import CourseChanged
from app.catalogue.models import CourseStatus
from app.core import clock, jobs
from app.core.db import db, transaction
from app.places.models import Extent, UnitChange
from app.providers.models import ProviderStatus
from app.search import in_step
from app.search.engine import LIMIT_S, Engines
from app.search.service import engines
from tests.factories import (
    CourseFactory,
    ProviderFactory,
    ResourceFactory,
    RunFactory,
    SessionFactory,
    TopicFactory,
    WardFactory,
)
from tests.search.test_engines import Server


@pytest.fixture
def index(app):
    """Build the index from what the test made."""

    def build() -> None:
        in_step.rebuild()

    yield build
    engines().embedded.rebuild(())


def titles(page) -> list[str]:
    return [link.get_text(strip=True) for link in page.select(".card h2 a")]


@pytest.mark.parametrize(
    "typed",
    ["Máy càn", "may can", "MÁY CÀN", unicodedata.normalize("NFD", "máy càn"), "may  càn"],
)
def test_a_course_is_found_however_its_name_is_typed(client, index, typed):
    RunFactory(course__title_vi="Vận hành máy càn an toàn")
    RunFactory(course__title_vi="Nấu ăn chay")
    index()
    assert titles(client.page("/vi/courses", query_string={"q": typed})) == [
        "Vận hành máy càn an toàn"
    ]


def test_a_withdrawn_course_is_not_shown_even_by_a_stale_index(client, index, app):
    course = RunFactory(course__title_vi="Cắm hoa").course
    index()
    course.status = CourseStatus.WITHDRAWN

    db.session.commit()
    assert titles(client.page("/vi/courses?q=cam+hoa")) == []


def test_what_is_out_of_sight_is_not_suggested_even_by_a_stale_index(client, index):
    course, resource = (
        RunFactory(course__title_vi="Cắm hoa").course,
        ResourceFactory(title_vi="Hoa"),
    )
    provider = ProviderFactory(name_vi="Nhà hoa")
    index()
    suggested = client.get("/vi/suggest?q=hoa").json
    assert {one["label"] for one in suggested} >= {"Cắm hoa", "Hoa", "Nhà hoa"}
    course.status = resource.status = CourseStatus.WITHDRAWN
    provider.status = ProviderStatus.APPLIED
    db.session.commit()
    assert {one["label"] for one in client.get("/vi/suggest?q=hoa").json} & {
        "Cắm hoa", "Hoa", "Nhà hoa",
    } == set()  # fmt: skip


def test_a_provider_that_waits_for_approval_has_no_name_in_filters(client, index):
    provider = ProviderFactory(name_vi="Trung tâm chờ duyệt", status=ProviderStatus.APPLIED)
    page = client.page(f"/vi/courses?provider={provider.slug}")
    assert "Trung tâm chờ duyệt" not in page.get_text()
    assert f"provider={provider.slug}" in page.get_text()


def test_unknown_values_are_ignored_and_said_so(client, index):
    RunFactory()
    index()
    page = client.page("/en/courses?topic=astrology&page=oops&sort=cheapest")
    assert len(titles(page)) == 1
    assert "topic=astrology" in page.get_text()
    assert "page=oops" in page.get_text()


def test_counts_beside_filters_say_what_they_would_show(client, index):
    RunFactory(fee=0)
    RunFactory(fee=0)
    RunFactory(fee=500_000)
    index()
    page = client.page("/en/courses")
    assert page.select_one("label[for=free]").get_text(" ", strip=True).endswith("(2)")
    assert len(titles(client.page("/en/courses?free=1"))) == 2


def test_the_part_of_the_day_is_the_citys(client, index):
    SessionFactory(run__course__title_vi="Lớp tối")
    index()
    assert titles(client.page("/vi/courses?when=evening")) == ["Lớp tối"]
    assert titles(client.page("/vi/courses?when=morning")) == []


def test_resources_stand_beside_courses_and_alone(client, index):
    RunFactory(course__title_vi="An toàn trên mạng")
    ResourceFactory(title_vi="Sổ tay an toàn trên mạng")
    index()
    assert len(titles(client.page("/vi/courses?q=an+toan"))) == 2
    assert titles(client.page("/vi/resources?q=an+toan")) == ["Sổ tay an toàn trên mạng"]


def test_a_page_of_results_costs_a_constant_number_of_statements(client, index, at_most):
    for _ in range(9):
        SessionFactory()
    index()
    client.page("/vi/courses")
    with at_most(9):
        assert len(titles(client.page("/vi/courses"))) == 9


def test_typed_text_is_never_markup(client, index):
    page = client.get(
        "/vi/courses", query_string={"q": "<script>alert(1)</script>", "near": "<b>x"}
    )
    assert b"<script>alert" not in page.data
    assert b"<b>x" not in page.data


def test_suggestions_come_from_two_letters(client, index):
    RunFactory(course__title_vi="Vẽ màu nước")
    index()
    assert client.get("/vi/suggest?q=v").json == []
    assert client.get("/vi/suggest?q=ve").json[0]["label"] == "Vẽ màu nước"


def test_a_change_reaches_the_index_through_the_worker(client, index, run_jobs):

    course = RunFactory(course__title_vi="Đan len").course
    with transaction():
        jobs.emit(CourseChanged(course.id))
    run_jobs()
    assert titles(client.page("/vi/courses?q=dan+len")) == ["Đan len"]


def test_a_published_course_without_a_coming_run_is_not_offered(client, index):
    CourseFactory(title_vi="Không có lớp")
    index()
    assert titles(client.page("/vi/courses?q=khong+co+lop")) == []


def test_an_empty_page_offers_only_what_finds_something(client, index):
    RunFactory(course__title_vi="Yoga", fee=100000)
    index()
    page = client.page("/vi/courses?q=yoga&free=1&mode=in_person&when=weekend")
    ways = [way.get_text(" ", strip=True) for way in page.select(".ways li")]
    only, none = "Chỉ lọc theo “Tại lớp” (1)", "Tìm không dùng bộ lọc nào (1)"
    assert ways == [only, none, "Xem tất cả khóa học"]
    page = client.page("/vi/courses?q=yoga&free=1")
    ways = [way.get_text(" ", strip=True) for way in page.select(".ways li")]
    assert ways == ["Tìm mà không lọc “Miễn phí” (1)", "Xem tất cả khóa học"]


def test_an_empty_page_drops_all_values_of_a_filter_at_once(client, index, at_most):
    wards = [WardFactory(name_vi=name) for name in ("Gò Vấp", "Bình Phú", "Tân Sơn")]
    RunFactory(course__title_vi="Yoga", venue__unit=wards[0])
    RunFactory(course__title_vi="Cắm hoa", venue__unit=wards[1])
    RunFactory(course__title_vi="Cắm hoa", venue__unit=wards[2])
    index()
    two = f"ward={wards[1].code}&ward={wards[2].code}"
    way = client.page(f"/vi/courses?q=yoga&{two}").select_one(".ways li")
    assert way.get_text(" ", strip=True).endswith("(1)")
    assert titles(client.page(way.a["href"])) == ["Yoga"]


def test_words_for_a_filter_that_is_set_too_do_not_hide_the_way_out(client, index):
    there, here = WardFactory(full_name_vi="Phường Gò Vấp"), WardFactory(full_name_vi="Phường An")
    RunFactory(course__title_vi="Vẽ màu nước", venue__unit=here)
    index()
    page = client.page(f"/vi/courses?q=ve+mau+nuoc+tai+phuong+go+vap&ward={there.code}")
    ways = {way.get_text(" ", strip=True): way.a["href"] for way in page.select(".ways li")}
    assert titles(client.page(ways["Tìm không dùng bộ lọc nào (1)"])) == ["Vẽ màu nước"]


def test_where_no_single_filter_is_to_blame_each_is_offered_alone(client, index):
    RunFactory(course__title_vi="Vẽ chì", fee=0)
    SessionFactory(run__course__title_vi="Vẽ than", run__fee=100_000)
    index()
    page = client.page("/vi/courses?q=vẽ+miễn+phí+cuối+tuần+trực+tuyến")
    ways = {way.get_text(" ", strip=True): way.a["href"] for way in page.select(".ways li")}
    only = "Chỉ lọc theo “Miễn phí” (1)"
    assert list(ways) == [only, "Tìm không dùng bộ lọc nào (2)", "Xem tất cả khóa học"]
    assert titles(client.page(ways[only])) == ["Vẽ chì"]
    page = client.page("/vi/courses?q=vẽ&when=weekend&mode=online&free=1")
    ways = {way.get_text(" ", strip=True): way.a["href"] for way in page.select(".ways li")}
    assert titles(client.page(ways[only])) == ["Vẽ chì"]


def test_near_a_ward_what_is_about_the_words_comes_first(client, index):
    here = WardFactory(name_vi="Gò Vấp", latitude=10.84, longitude=106.66)
    there = WardFactory(name_vi="Bình Phú", latitude=10.74, longitude=106.62)
    near = {"venue__unit": here, "venue__latitude": 10.84, "venue__longitude": 106.66}
    far = {"venue__unit": there, "venue__latitude": 10.74, "venue__longitude": 106.62}
    RunFactory(course__title_vi="Áo dài", course__summary_vi="Có thuyết minh tiếng Anh", **near)
    RunFactory(course__title_vi="Tiếng Anh căn bản", **far)
    RunFactory(course__title_vi="Câu lạc bộ tiếng Anh", **near)
    index()
    wanted = ["Câu lạc bộ tiếng Anh", "Tiếng Anh căn bản", "Áo dài"]
    assert titles(client.page("/vi/courses?q=tieng+anh&near=go+vap")) == wanted
    from_the_panel = client.page("/vi/courses?q=tieng+anh&near=go+vap&sort=best")
    assert titles(from_the_panel) == wanted
    orders = [option["value"] for option in from_the_panel.select("select[name=sort] option")]
    assert orders == ["soonest", "nearest", "newest"]


def test_courses_nobody_can_join_any_more_come_last(client, index):
    today = clock.today()
    RunFactory(course__title_vi="Yoga", enrol_until=today - timedelta(days=1))
    RunFactory(course__title_vi="Yoga buổi sáng cho mọi người", enrol_until=today)
    index()
    assert titles(client.page("/vi/courses"))[-1] == "Yoga"
    assert titles(client.page("/vi/courses?q=yoga"))[-1] == "Yoga"


def test_common_filters_are_one_tap_away_where_they_narrow_the_list(client, index):
    RunFactory(fee=0)
    RunFactory(fee=500_000)
    index()
    page = client.page("/en/courses")
    offers = {link.text: link["href"] for link in page.select(".offers a")}
    assert offers == {"Free of charge": "/en/courses?free=1"}
    assert client.page(offers["Free of charge"]).select(".offers a") == []


def test_what_the_words_ask_for_is_shown_as_filters_that_can_be_taken_away(client, index):
    new_1, new_2, elsewhere = (WardFactory(name_vi=name) for name in ("Bàn Cờ", "Xuân Hòa", "An"))
    before = {"parent": None, "valid_from": date(2025, 1, 1), "valid_to": date(2025, 6, 30)}
    district = WardFactory(code="770", level="district", full_name_vi="Quận 3", **before)
    old = WardFactory(full_name_vi="Phường 5", **before | {"parent": district})
    for new in (new_1, new_2):
        change = UnitChange(old=old, new=new, extent=Extent.PART, on=date(2025, 7, 1))
        db.session.add(change)
    for ward in (new_1, new_2, elsewhere):
        RunFactory(course__title_vi=f"Yoga {ward.name_vi}", venue__unit=ward, fee=0)
    index()
    page = client.page("/vi/courses?q=yoga+q3+mien+phi")
    assert sorted(titles(page)) == ["Yoga Bàn Cờ", "Yoga Xuân Hòa"]
    assert [link.get_text(strip=True) for link in page.select(".card h3 a")] == ["Yoga An"]
    chips = {
        chip.get_text(" ", strip=True).removesuffix(" ×"): chip["href"]
        for chip in page.select(".chips:not(.offers) a")
    }
    place, free, everything = chips
    assert (place, free) == ("Bỏ lọc: Quận 3", "Bỏ lọc: Miễn phí")
    fewer = client.page(chips[place])
    assert "Bỏ lọc: Quận 3" not in fewer.get_text(" ", strip=True)
    assert fewer.select_one("input[type=hidden][name=words]")["value"] == "ward"
    none = client.page(chips[everything])
    assert none.select(".chips:not(.offers)") == []
    assert [field["value"] for field in none.select("input[name=words]")] == ["ward", "free"]


def test_an_empty_page_drops_filters_that_stand_in_the_words_too(client, index):
    there, elsewhere = WardFactory(name_vi="Gò Vấp"), WardFactory(name_vi="Bình Phú")
    RunFactory(course__title_vi="Vẽ màu nước", venue__unit=there, fee=100_000)
    RunFactory(course__title_vi="Cắm hoa", venue__unit=elsewhere, fee=0)
    index()
    page = client.page("/vi/courses?q=ve+mau+nuoc+mien+phi+tai+go+vap&mode=in_person")
    assert titles(page) == []
    ways = {way.get_text(" ", strip=True): way.a["href"] for way in page.select(".ways li")}
    assert next(iter(ways)) == "Tìm mà không lọc “Miễn phí” (1)"
    assert list(ways)[1:] == ["Tìm không dùng bộ lọc nào (1)", "Xem tất cả khóa học"]
    found = client.page(ways["Tìm mà không lọc “Miễn phí” (1)"])
    assert titles(found) == ["Vẽ màu nước"]
    assert "mode=in_person" in ways["Tìm mà không lọc “Miễn phí” (1)"]
    page = client.page("/vi/courses?q=ve+mau+nuoc+mien+phi&mode=online")
    text, way = next((way.get_text(" ", strip=True), way.a) for way in page.select(".ways li"))
    assert text == "Tìm không dùng bộ lọc nào (1)"
    assert titles(client.page(way["href"])) == ["Vẽ màu nước"]


def test_an_empty_page_proposes_the_words_of_the_catalogue(client, index):
    RunFactory(course__title_vi="Kỹ năng Photoshop")
    RunFactory(course__title_vi="Yoga dưỡng sinh")
    index()
    for typed, meant in [("zoga", "yoga"), ("yga duong sinh", "yoga duong sinh"), ("fotosop", "")]:
        page = client.page("/vi/courses", query_string={"q": typed})
        offered = [link.text for link in page.select(".ways a") if "có phải" in link.text]
        assert offered == ([f"Ý bạn có phải là “{meant}”?"] if meant else []), typed
    way = client.page("/vi/courses?q=zoga").select_one(".ways a")
    assert titles(client.page(way["href"])) == ["Yoga dưỡng sinh"]


def test_a_page_past_the_end_leads_back(client, index):
    RunFactory(course__title_vi="Yoga")
    index()
    way = client.page("/vi/courses?q=yoga&page=7").select_one(".ways a")
    assert titles(client.page(way["href"])) == ["Yoga"]


@pytest.mark.parametrize("typed", ["thu vien b", "thư viê", "thuw vieen"])
def test_suggestions_name_providers_however_they_are_typed(client, index, typed):
    course = RunFactory(course__provider__name_vi="Thư viện Bến Sách").course
    ProviderFactory(name_vi="Thư viện chờ duyệt", status=ProviderStatus.APPLIED)
    index()
    found = client.get("/vi/suggest", query_string={"q": typed}).json
    named = [(one["label"], one["url"]) for one in found if one.get("note") == "Đơn vị tổ chức"]
    assert named == [("Thư viện Bến Sách", f"/vi/providers/{course.provider.slug}")]


def test_suggestions_name_subjects_first_and_wards_last(client, index):
    topic = TopicFactory(name_vi="Sơn mài", name_en="Lacquer")
    ward = WardFactory(name_vi="Sơn Kỳ", full_name_vi="Phường Sơn Kỳ", full_name_en="Sơn Kỳ Ward")
    RunFactory(course__title_vi="Sơn móng", course__topic=topic, venue__unit=ward)
    index()
    found = client.get("/vi/suggest?q=son").json
    assert [one["label"] for one in found] == ["Sơn mài", "Sơn móng", "Phường Sơn Kỳ"]
    assert found[0]["url"] == f"/vi/subjects/{topic.slug}"
    assert found[-1]["url"] == f"/vi/wards/{ward.code}"
    english = client.get("/en/suggest?q=lacq").json
    assert [(one["label"], one["note"]) for one in english] == [("Lacquer", "Subject")]


def test_places_are_suggested_by_the_names_they_had(client, index):
    ward = WardFactory(full_name_vi="Phường Sài Gòn", full_name_en="Sai Gon Ward")
    before = {"parent": None, "valid_from": date(2025, 1, 1), "valid_to": date(2025, 6, 30)}
    of_district = {"full_name_vi": "Quận 5", "full_name_en": "District 5"}
    district = WardFactory(code="774", level="district", **of_district, **before)
    old = WardFactory(
        full_name_vi="Phường Bến Nghé",
        full_name_en="Ben Nghe Ward",
        **before | {"parent": district},
    )
    db.session.add(UnitChange(old=old, new=ward, extent=Extent.PART, on=date(2025, 7, 1)))
    RunFactory(course__title_vi="Yoga", course__title_en="", venue__unit=ward)
    index()

    def places(language, typed):
        found = client.get(f"/{language}/suggest", query_string={"q": typed}).json
        of_places = ("Địa điểm", "Place")
        return [(one["label"], one["url"]) for one in found if one.get("note") in of_places]

    here = [("Phường Sài Gòn (trước là Phường Bến Nghé)", f"/vi/wards/{ward.code}")]
    assert places("vi", "phường bến ngh") == places("vi", "ben nghe") == here
    ((label, url),) = places("vi", "q5")
    assert (label, titles(client.page(url))) == ("Quận 5", ["Yoga"])
    ((label, url),) = places("en", "district 5")
    assert (label, titles(client.page(url))) == ("District 5", ["Yoga"])
    chips = client.page(url).select_one(".chips:not(.offers)").get_text(" ", strip=True)
    assert "District 5" in chips


def test_a_subject_has_a_page_at_a_stable_address(client, index):
    course = RunFactory(course__title_vi="Cắm hoa").course
    ResourceFactory(title_vi="Sổ tay cắm hoa", topic=course.topic)
    index()
    page = client.page(f"/vi/subjects/{course.topic.slug}?page=2")
    assert titles(page) == ["Cắm hoa", "Sổ tay cắm hoa"]
    assert page.select_one("link[rel=canonical]")["href"].endswith(f"/subjects/{course.topic.slug}")
    assert client.get("/vi/subjects/khong-co").status_code == 404


def test_beside_a_chosen_filter_its_other_values_keep_their_counts(client, index):
    morning, evening = "Lớp sáng", "Lớp tối"
    RunFactory(course__title_vi=morning, mode="online", fee=100_000)
    RunFactory(course__title_vi=evening, mode="in_person", fee=100_000)
    RunFactory(course__title_vi=evening, mode="in_person", fee=0)
    index()
    page = client.page("/en/courses?mode=online")
    assert page.select_one("label[for=mode-in_person] .count").text == "(2)"
    assert page.select_one("label[for=free] .count").text == "(0)"


def test_a_search_server_that_is_away_is_told_of_and_costs_less_than_a_second(client, index, app):
    RunFactory(course__title_vi="Yoga")
    index()
    whole = engines()
    app.extensions["search"] = Engines(whole.embedded, Server(delay=3.0))
    try:
        began = time.monotonic()
        page = client.page("/en/courses?q=yoga&free=1&mode=in_person")
        took = time.monotonic() - began
    finally:
        app.extensions["search"] = whole
    assert "our own index answers" in page.get_text()
    assert took < LIMIT_S + 1.0
