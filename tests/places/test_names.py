import pytest

from app.places import names
from app.places.models import UnitKind


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("Phường Yên Hoà", "Phường Yên Hòa"),
        ("Xã Thanh Thuỷ", "Xã Thanh Thủy"),
        ("Phường Quý Nhơn", "Phường Quý Nhơn"),
        ("Phường Hoàn Kiếm", "Phường Hoàn Kiếm"),
        ("HOÀ  BÌNH ", "HÒA BÌNH"),
        ("Xã Tân Hoa\u0300", "Xã Tân Hòa"),
        ("Khuỷu", "Khuỷu"),
    ],
)
def test_the_tone_stands_where_state_texts_put_it(written, tidy):
    assert names.tidy(written) == tidy


@pytest.mark.parametrize(
    ("full_vi", "full_en"),
    [
        ("Phường Bến Thành", "Ben Thanh Ward"),
        ("Phường 5", "Ward 5"),
        ("Quận 3", "District 3"),
        ("Huyện Củ Chi", "Cu Chi District"),
        ("Thị xã Phú Mỹ", "Phu My Town"),
        ("Thị trấn Cần Thạnh", "Can Thanh Township"),
        ("Đặc khu Côn Đảo", "Con Dao Special Zone"),
        ("Xã Đất Đỏ", "Dat Do Commune"),
        ("Tỉnh Bình Dương", "Binh Duong Province"),
    ],
)
def test_english_names_come_from_the_vietnamese_ones(full_vi, full_en):
    kind, name = names.split_kind(full_vi)
    assert names.full_en(kind, names.plain(name)) == full_en


def test_a_city_that_says_so_in_its_name_is_not_told_twice():
    assert names.full_en(UnitKind.CITY, "Ho Chi Minh City") == "Ho Chi Minh City"


def test_a_name_without_a_kind_is_refused():
    with pytest.raises(names.UnknownKind):
        names.split_kind("Bến Thành")
