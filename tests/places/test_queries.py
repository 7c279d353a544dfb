"""The wards of the city, and finding one by any name people use."""

from datetime import date

import pytest

from app.places import operations, queries
from tests.factories import CityFactory, UnitFactory, WardFactory


@pytest.fixture
def saigon(app):
    operations.ensure_city_units("79")


def test_wards_come_in_vietnamese_order(app):
    for name in ("Đông Hòa", "Dĩ An", "An Lạc", "Âu Lạc", "Ăn Mày"):
        WardFactory(name_vi=name)
    assert [ward.name_vi for ward in queries.wards()] == [
        "An Lạc",
        "Ăn Mày",
        "Âu Lạc",
        "Dĩ An",
        "Đông Hòa",
    ]


def test_only_wards_in_force_on_the_day(app):
    WardFactory(name_vi="Cũ", valid_from=date(2025, 1, 1), valid_to=date(2025, 6, 30))
    WardFactory(name_vi="Nay")
    UnitFactory(name_vi="Tỉnh khác")
    assert [ward.name_vi for ward in queries.wards()] == ["Nay"]
    assert [ward.name_vi for ward in queries.wards(date(2025, 6, 30))] == ["Cũ"]


def test_a_unit_by_code_and_day(app):
    ward = WardFactory(code="26740")
    assert queries.unit("26740") == ward
    assert queries.unit("26740", date(2025, 6, 30)) is None
    assert queries.unit("26741") is None
    assert queries.unit("2674") is None
    assert queries.city() == ward.parent
    assert queries.children(ward.parent_id) == [ward]


ANY_NAME = {
    "Sài Gòn": "Phường Sài Gòn",
    "sai gon": "Phường Sài Gòn",
    "phường sài gòn": "Phường Sài Gòn",
    "Bến Nghé": "Phường Sài Gòn",
    "P. Bến Nghé, Quận 1": "Phường Sài Gòn",
    "ben nghe q1": "Phường Sài Gòn",
    "Phường Bến Nghé, Quận 1, TP.HCM": "Phường Sài Gòn",
    "Phường Sài Gòn, Quận 1": "Phường Sài Gòn",
    "Quận 3": "Phường Bàn Cờ",
    "q3": "Phường Bàn Cờ",
    "p.05 q.bình thạnh": "Phường Bình Lợi Trung",
    "Xuân Hoà": "Phường Xuân Hòa",
    "Thạnh An": "Xã Thạnh An",
    "Thanh An": "Xã Thanh An",
    "côn đảo": "Đặc khu Côn Đảo",
    "Dĩ An, Bình Dương": "Phường Dĩ An",
    "go va": "Phường Gò Vấp",
    "THỦ ĐỨC": "Phường Thủ Đức",
    "Thu\u0309 Đu\u031b\u0301c": "Phường Thủ Đức",
}


def test_a_ward_is_found_by_any_name_people_use(saigon):
    first = {typed: queries.find_wards(typed)[0].full_name_vi for typed in ANY_NAME}
    assert first == ANY_NAME


def test_decomposed_text_is_the_same_text(saigon):
    assert queries.find_wards("Tha\u0323nh An")[0].full_name_vi == "Xã Thạnh An"


def test_a_district_stands_for_all_its_wards(saigon):
    for typed in ("quận 3", "District 3"):
        found = {ward.name_vi for ward in queries.find_wards(typed)}
        assert found == {"Bàn Cờ", "Nhiêu Lộc", "Xuân Hòa"}


def test_district_1_is_not_district_12(saigon):
    assert not {ward.id for ward in queries.find_wards("quận 1")} & {
        ward.id for ward in queries.find_wards("quận 12")
    }


def test_a_ward_is_offered_once_and_at_most_as_many_as_asked(saigon):
    found = [ward.id for ward in queries.find_wards("an", 5)]
    assert len(found) == len(set(found)) == 5


def test_nothing_is_found_for_nothing(saigon):
    for typed in ("", "   ", ",", "%", "xyz", "12345678901234567890", "\u0301"):
        assert queries.find_wards(typed) == []


def test_what_a_ward_was_made_of(saigon):
    old = queries.came_from(queries.unit("26740").id)[0].old
    assert (old.full_name_vi, old.parent.full_name_vi) == ("Phường Bến Nghé", "Quận 1")


def test_suggestions_name_the_old_ward(saigon, client, at_most):
    with at_most(4):
        answer = client.get("/vi/wards/suggest?q=ben nghe")
    assert answer.json == [
        {"label": "Phường Sài Gòn (trước là Phường Bến Nghé, Quận 1)", "value": "26740"}
    ]
    assert client.get("/en/wards/suggest?q=sai gon").json[0]["label"] == "Sai Gon Ward"
    english = client.get("/en/wards/suggest?q=ben nghe ward").json
    assert [one["label"] for one in english] == [
        "Sai Gon Ward (formerly Ben Nghe Ward, District 1)"
    ]
    assert client.get("/vi/wards/suggest").json == []


def test_a_suggestion_that_was_taken_over_finds_its_ward(saigon, client):
    label = client.get("/vi/wards/suggest?q=ben nghe").json[0]["label"]
    assert queries.find_wards(label)[0].code == "26740"


def test_finding_costs_three_statements(saigon, at_most):
    with at_most(3):
        queries.find_wards("bến nghé")


def test_no_city_no_wards(app):
    assert queries.wards() == []
    assert queries.find_wards("sài gòn") == []
    CityFactory()
    assert queries.wards() == []
