import unicodedata

import pytest

from app.core import vi


def test_names_sort_as_in_a_vietnamese_dictionary():
    words = [
        "Đặng",
        "Vân",
        "Ưng",
        "Ân",
        "Dung",
        "Ánh",
        "Anh",
        "Ăn",
        "Ẩn",
        "Võ",
        "An",
        "Đa",
        "Da",
        "Êm",
        "Em",
        "ơn",
        "ôn",
        "on",
    ]
    expected = [
        "An",
        "Anh",
        "Ánh",
        "Ăn",
        "Ân",
        "Ẩn",
        "Da",
        "Dung",
        "Đa",
        "Đặng",
        "Em",
        "Êm",
        "on",
        "ôn",
        "ơn",
        "Ưng",
        "Vân",
        "Võ",
    ]
    assert sorted(words, key=vi.sort_key) == expected


def test_tones_decide_last():
    words = ["mạ", "má", "mã", "mả", "mà", "ma", "mai"]
    assert sorted(words, key=vi.sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ", "mai"]


def test_class_lists_go_by_given_name_then_family_name():
    names = ["Trần Văn Bình", "Nguyễn Thị Ánh", "Lê Ánh", "Phạm Thị An"]
    assert sorted(names, key=vi.name_sort_key) == [
        "Phạm Thị An",
        "Lê Ánh",
        "Nguyễn Thị Ánh",
        "Trần Văn Bình",
    ]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_unicode_form_becomes_one(form):
    assert (
        vi.clean(unicodedata.normalize(form, " Nguyễn\u200b  Đình\u00a0Ửng ")) == "Nguyễn Đình Ửng"
    )


def test_tone_placement_does_not_make_another_person():
    assert vi.name_match_key("Lê Thị Hoà") == vi.name_match_key("LÊ THỊ Hòa")
    assert vi.name_match_key("Lê Thị Hoà") != vi.name_match_key("Lê Thị Hoa")
