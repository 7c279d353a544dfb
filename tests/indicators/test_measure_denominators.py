"""A table of the population is used as it was published, and never stretched."""

from datetime import date

import pytest

from app.core.db import db
from app.indicators.measures.denominators import Population as Residents
from app.places.models import Extent, Population, Sex, UnitChange, UnitKind, UnitLevel
from tests.factories import CityFactory, UnitFactory, WardFactory

DAY = date(2026, 6, 30)
OLD = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 6, 30)}


@pytest.fixture
def city(app):
    return CityFactory()


def table(unit, *rows, year=2026, vintage="v1", source="Office", whom=""):
    """Rows of sex, first age, last age, persons."""
    db.session.add_all(
        Population(
            unit_id=unit.id, year=year, sex=sex, age_from=low, age_to=high, persons=persons,
            source=source, vintage=vintage, whom=whom,
        )
        for sex, low, high, persons in rows
    )  # fmt: skip
    db.session.commit()


def told(residents):
    return [text.en for text in residents.sources], [text.en for text in residents.problems]


def test_bands_are_laid_end_to_end_and_ages_between_them_are_not_guessed(city):
    table(city, (None, 0, 14, 10), (None, 15, 19, 4), (None, 20, 24, 5), (None, 25, None, 30))
    residents = Residents(DAY)
    assert residents.of_city(None, ()) == 49
    assert residents.of_city((15, None), ()) == 39
    assert residents.of_city((15, 24), ()) == 9
    assert told(residents)[1] == []
    assert residents.of_city((16, 24), ()) is None
    assert residents.of_city((15, 64), ()) is None
    assert "ages 16–24 exactly (it has: 0–14, 15–19, 20–24, 25 and over)" in told(residents)[1][0]


def test_the_widest_band_that_fits_is_taken_and_a_total_is_one(city):
    table(city, (None, 0, None, 50), (None, 0, 4, 9), (None, 5, None, 40), (None, 15, 24, 5))
    assert Residents(DAY).of_city((0, None), ()) == 50
    assert Residents(DAY).of_city((5, None), ()) == 40


def test_both_sexes_are_as_published_and_added_only_where_they_are_not(city):
    table(city, (None, 0, None, 101), (Sex.FEMALE, 0, None, 51), (Sex.MALE, 0, None, 49))
    assert Residents(DAY).of_city(None, ()) == 101
    assert Residents(DAY).of_city(None, {"female"}) == 51
    assert Residents(DAY).of_city(None, {"female", "male"}) == 101
    ward = WardFactory(parent=city)
    table(ward, (Sex.FEMALE, 0, None, 7), (Sex.MALE, 0, None, 5))
    assert Residents(DAY).of_units({ward.id}, None, ()) == 12
    table(WardFactory(parent=city), (Sex.FEMALE, 0, None, 7))


def test_of_two_years_the_nearest_not_after_the_day_and_of_two_vintages_the_later_import(city):
    table(city, (None, 0, None, 90), year=2024)
    table(city, (None, 0, None, 95), year=2025, vintage="second")
    table(city, (None, 0, None, 99), year=2027)
    residents = Residents(DAY)
    assert residents.of_city(None, ()) == 95
    source = told(residents)[0][0]
    assert source.startswith("Population of 2025; Office (second)")
    assert "no table of 2026, so the nearest year before is used" in source
    table(city, (None, 0, None, 96), year=2025, vintage="third")
    again = Residents(DAY)
    assert again.of_city(None, ()) == 96
    assert "(third)" in told(again)[0][0]
    early = Residents(date(2023, 6, 30))
    assert early.of_city(None, ()) is None


def test_a_part_of_the_people_has_a_table_of_its_own(city):
    table(city, (None, 0, None, 90))
    assert Residents(DAY, "unemployed").of_city(None, ()) is None
    table(city, (None, 15, None, 3), whom="unemployed")
    assert Residents(DAY, "unemployed").of_city((15, None), ()) == 3
    assert Residents(DAY).of_city(None, ()) == 90


def test_a_city_without_a_table_is_the_sum_of_its_wards_if_all_have_one(city):
    first, second = WardFactory(parent=city), WardFactory(parent=city)
    table(first, (None, 0, None, 10))
    residents = Residents(DAY)
    assert residents.of_city(None, ()) is None
    assert "no table of the city's population" in told(residents)[1][0]
    table(second, (None, 0, None, 20), vintage="another")
    assert Residents(DAY).of_city(None, ()) is None
    table(second, (None, 0, None, 20))
    summed = Residents(DAY)
    assert summed.of_city(None, ()) == 30
    assert "the sum of all wards" in told(summed)[0][0]


def former(code, name, kind=UnitKind.PROVINCE):
    return UnitFactory(
        code=code, level=UnitLevel.PROVINCE, kind=kind, name_vi=name, full_name_vi=name, **OLD
    )


def became(province, ward, extent=Extent.WHOLE):
    old = UnitFactory(parent=province, **OLD)
    db.session.add(UnitChange(old_id=old.id, new_id=ward.id, extent=extent, on=date(2025, 7, 1)))
    db.session.commit()


def test_else_it_is_the_sum_of_the_provinces_it_was_made_of(city):
    south, east = former("74", "Bình Dương"), former("77", "Vũng Tàu")
    first, second = WardFactory(parent=city), WardFactory(parent=city)
    table(south, (None, 0, None, 100))
    table(east, (None, 0, None, 50))
    table(former("75", "Đồng Nai"), (None, 0, None, 1000))
    became(south, first)
    incomplete = Residents(DAY)
    assert incomplete.of_city(None, ()) is None  # of the second ward nothing is known
    became(east, second)
    residents = Residents(DAY)
    assert residents.of_city(None, ()) == 150
    assert (
        "the sum of the provinces before 1 July 2025: Bình Dương, Vũng Tàu"
        in (told(residents)[0][0])
    )


def test_a_province_that_was_cut_is_no_part_of_a_sum(city):
    south = former("74", "Bình Dương")
    ward = WardFactory(parent=city)
    elsewhere = WardFactory(parent=CityFactory(code="75"))
    table(south, (None, 0, None, 100))
    became(south, ward)
    became(south, elsewhere)
    assert Residents(DAY).of_city(None, ()) is None
