"""Published tables into the database: recognised by header, repeatable, wrong lines named."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core.audit import AuditEntry
from app.core.db import db
from app.places import operations, queries
from app.places.errors import NoTableOfUnits
from app.places.layouts import UnknownLayout
from app.places.models import AdminUnit, Extent, Population, Sex, UnitChange, UnitKind, UnitLevel

CITY = """code,name_vi,full_name_vi,name_en,full_name_en,n_commune_units
79,Hồ Chí Minh,Thành phố Hồ Chí Minh,Ho Chi Minh,Ho Chi Minh City,3
"""
WARDS = """code,province_code,name_vi,full_name_vi,name_en,lat,lon
26740,79,Sài Gòn,Phường Sài Gòn,Sai Gon,10.781,106.703
26743,79,Bến Thành,Phường Bến Thành,Ben Thanh,10.773,106.694
27154,79,Xuân Hoà,Phường Xuân Hoà,Xuan Hoa,,
"""
OLD_WARDS = """code,district_code,province_code,full_name_vi,name_en_nso
26740,760,79,Phường Bến Nghé,Wrong Commune
26737,760,79,Phường Đa Kao,
27139,770,79,Phường Võ Thị Sáu,
"""
OLD_DISTRICTS = """code,province_code,full_name_vi,ascii_name
760,79,Quận 1,Quan 1
770,79,Quận 3,Quan 3
"""
CONVERSION = """new_code,new_name,new_province,old_code,old_name,old_district_code,old_province,note
26740,Phường Sài Gòn,79,26740,Phường Bến Nghé,760,79,Nhập toàn bộ
26740,Phường Sài Gòn,79,26737,Phường Đa Kao,760,79,Nhập toàn bộ
26743,Phường Bến Thành,79,26737,Phường Đa Kao,760,79,Nhâp một phần diện tích
26743,Phường Bến Thành,79,26929,Phường 9,760,79,Giữ nguyên
27154,Phường Xuân Hòa,79,27139,Phường Võ Thị Sáu,770,79,xem ghi chú
99999,Phường Lạ,79,26740,Phường Bến Nghé,760,79,Nhập toàn bộ
27154,Phường Xuân Hòa,79,,,770,79,Sắp xếp toàn bộ huyện thành phường
27154,Phường Xuân Hòa,79,,Khu vực bãi bồi,770,79,Nhập toàn bộ
"""
POPULATION = """province_code_legacy,province_vi,sex,age_group,year,persons
79,Thành phố Hồ Chí Minh,both,0-4,2025,700000
79,Thành phố Hồ Chí Minh,both,80+,2025,90000
79,Thành phố Hồ Chí Minh,both,Total,2025,9019473
79,Thành phố Hồ Chí Minh,female,0-4,2025,340000
99,Nơi khác,both,Total,2025,5
79,Thành phố Hồ Chí Minh,others,Total,2025,5
"""


@pytest.fixture
def table(tmp_path):
    """Write a table to a file."""

    def write(content, name="table.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_bytes(content.encode(encoding))
        return file

    return write


@pytest.fixture
def before_and_after(app, table):
    for content in (CITY, WARDS, OLD_DISTRICTS, OLD_WARDS):
        operations.import_file(table(content))


def test_units_come_with_names_in_both_languages_and_their_parent(before_and_after):
    ward = queries.unit("27154")
    assert ward.full_name_vi == "Phường Xuân Hòa"
    assert ward.full_name_en == "Xuan Hoa Ward"
    assert (ward.kind, ward.level) == (UnitKind.WARD, UnitLevel.COMMUNE)
    assert ward.parent.code == "79"
    assert ward.valid_from == date(2025, 7, 1)
    assert ward.valid_to is None


def test_one_code_means_two_units_on_two_days(before_and_after):
    assert queries.unit("26740", date(2025, 6, 30)).full_name_vi == "Phường Bến Nghé"
    assert queries.unit("26740", date(2025, 7, 1)).full_name_vi == "Phường Sài Gòn"
    assert queries.unit("26740", date(2025, 6, 30)).full_name_en == "Ben Nghe Ward"


def test_a_second_import_changes_nothing_and_a_corrected_name_is_updated(before_and_after, table):
    again = operations.import_file(table(WARDS, encoding="utf-8-sig"))
    assert (again.counts.new, again.counts.changed, again.counts.unchanged) == (0, 0, 3)
    corrected = operations.import_file(table(WARDS.replace("Phường Sài Gòn", "Phường Sài Gòn Mới")))
    assert (corrected.counts.new, corrected.counts.changed) == (0, 1)
    assert db.session.scalar(select(func.count()).where(AdminUnit.code == "26740")) == 2


def test_new_codes_of_a_later_reform_begin_on_their_own_day(before_and_after, table):
    operations.import_file(table(CITY), date(2026, 4, 30))
    assert {
        unit.valid_from for unit in db.session.scalars(select(AdminUnit).filter_by(code="79"))
    } == {
        date(2025, 7, 1),
        date(2026, 4, 30),
    }


def test_an_old_ward_in_two_new_ones_is_a_part_of_both(before_and_after, table):
    done = operations.import_file(table(CONVERSION))
    found = {
        (change.old.full_name_vi, change.new.full_name_vi): change.extent
        for change in db.session.scalars(select(UnitChange))
    }
    assert found == {
        ("Phường Bến Nghé", "Phường Sài Gòn"): Extent.PART,
        ("Phường Đa Kao", "Phường Sài Gòn"): Extent.PART,
        ("Phường Đa Kao", "Phường Bến Thành"): Extent.PART,
        ("Phường 9", "Phường Bến Thành"): Extent.WHOLE,
        ("Quận 3", "Phường Xuân Hòa"): Extent.WHOLE,
    }
    assert [problem.line for problem in done.problems] == [6, 7, 9]
    assert operations.import_file(table(CONVERSION)).counts.unchanged == 5


def test_a_ward_that_only_the_conversion_names_gets_its_district(before_and_after, table):
    operations.import_file(table(CONVERSION))
    old = queries.unit("26929", date(2025, 6, 1))
    assert (old.full_name_vi, old.full_name_en, old.parent.full_name_vi) == (
        "Phường 9",
        "Ward 9",
        "Quận 1",
    )


def test_wrong_lines_are_named_and_the_others_go_in(before_and_after, table):
    wrong = (
        WARDS
        + "abc,79,Lạ,Phường Lạ,La,,\n26746,79,Lạ,Khu phố Lạ,La,,\n26749,79,Mới,Phường Mới,Moi,x,\n"
    )
    done = operations.import_file(table(wrong))
    assert [(each.line, each.column, each.value) for each in done.problems] == [
        (5, "code", "abc"),
        (6, "full_name_vi", "Khu phố Lạ"),
        (7, "lat", "x"),
    ]
    assert done.problems[0].reason.en == "The code of a unit has 2, 3 or 5 digits."
    assert done.counts.unchanged == 3


def test_the_commands_say_in_both_languages_what_is_wrong_with_a_line(app, command, tmp_path):
    file = tmp_path / "wards.csv"
    file.write_text(WARDS + "26746,7x,Lạ,Phường Lạ,La,,\n", "utf-8")
    (said,) = [line for line in command("places", "import", str(file)).splitlines() if "·" in line]
    assert said == (
        "dòng / line 5 · province_code · 7x · Mã đơn vị hành chính có 2, 3 hoặc 5 chữ số. / "
        "The code of a unit has 2, 3 or 5 digits."
    )
    file.write_bytes("Phường".encode("utf-16"))
    assert "CSV UTF-8" in command("places", "population", str(file), status=1)


def test_an_unknown_table_is_refused(app, table):
    with pytest.raises(UnknownLayout, match="a, b"):
        operations.import_file(table("a,b\n1,2\n"))


def test_population_by_sex_and_age_with_its_source(before_and_after, table):
    operations.import_file(
        table("code,full_name_vi,n_districts,n_communes\n79,Thành phố Hồ Chí Minh,22,273\n")
    )
    done = operations.import_population(table(POPULATION))
    rows = db.session.scalars(select(Population).order_by(Population.persons)).all()
    assert [(row.age_from, row.age_to, row.sex, row.persons) for row in rows] == [
        (80, None, None, 90000),
        (0, 4, Sex.FEMALE, 340000),
        (0, 4, None, 700000),
        (0, None, None, 9019473),
    ]
    assert rows[0].source.startswith("General Statistics Office")
    assert [problem.line for problem in done.problems] == [6, 7]
    again = operations.import_population(table(POPULATION))
    assert (again.counts.new, again.counts.unchanged) == (0, 4)
    other = operations.import_population(table(POPULATION), "City", "2026")
    assert other.counts.new == 4


def test_a_census_by_district(before_and_after, table):
    done = operations.import_population(
        table("district_code,total,total_male,total_female\n760,142625,66966,75659\n")
    )
    assert done.counts.new == 3
    row = db.session.scalars(select(Population).where(Population.sex == Sex.MALE)).one()
    assert (row.year, row.persons, row.vintage) == (2019, 66966, "census 2019")


def test_every_import_leaves_a_trace(before_and_after):
    kept = select(AuditEntry).where(AuditEntry.object_kind == "places")
    noted = db.session.scalars(kept.order_by(AuditEntry.id)).all()
    assert noted[0].action == "places.import"
    assert noted[0].details == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}


@pytest.mark.parametrize(
    ("city", "kinds", "split"),
    [
        ("79", {UnitKind.WARD: 113, UnitKind.COMMUNE: 54, UnitKind.SPECIAL_ZONE: 1}, 47),
        ("01", {UnitKind.WARD: 51, UnitKind.COMMUNE: 75}, 199),
    ],
)
def test_the_shipped_table_of_a_city_is_complete(app, city, kinds, split):
    assert operations.ensure_city_units(city) == sum(kinds.values())
    assert operations.ensure_city_units(city) == sum(kinds.values())
    of_city = select(AdminUnit.kind, func.count()).where(
        AdminUnit.parent_id == queries.unit(city).id
    )
    counted = db.session.execute(of_city.group_by(AdminUnit.kind))
    assert dict(counted.all()) == kinds
    parts = select(func.count(UnitChange.old_id.distinct())).where(UnitChange.extent == Extent.PART)
    assert db.session.scalar(parts) == split


def test_no_table_is_shipped_for_other_cities(app):
    with pytest.raises(NoTableOfUnits):
        operations.ensure_city_units("48")


def test_commands_tell_what_they_did(command, table):
    assert command("places", "install") == "168 communes\n"
    assert "1 new" in command("places", "import", str(table(CITY)), "--valid-from", "2027-01-01")
    assert command("places", "population", str(table(POPULATION))).startswith("projection: 4 new")
    command("places", "import", str(table("a,b\n1,2\n")), status=1)


OWN_POPULATION = """unit_code,sex,age_from,age_to,year,persons,whom
26740,both,0,14,2026,900,
26740,nữ,15,,2026,2100,
26740,both,15,,2026,300,unemployed
26740,both,0,,2025,3900,
79,both,0,,2026,14000000,
26740,both,20,15,2026,5,
26740,both,0,,2026,5,rich
26740,both,0,,2026,-5,
26740,everyone,0,,2026,5,
26999,both,0,,2026,5,
"""


def test_a_city_brings_its_wards_by_sex_and_age_and_wrong_lines_are_named(before_and_after, table):
    done = operations.import_population(table(OWN_POPULATION), "Statistics office", "2026-07")
    assert done.layout == "population"
    assert done.counts.new == 5
    assert [(each.line, each.column) for each in done.problems] == [
        (7, "age_to"), (8, "whom"), (9, "persons"), (10, "sex"), (11, ""),
    ]  # fmt: skip
    rows = db.session.scalars(select(Population).order_by(Population.id)).all()
    units = {row.unit_id: db.session.get(AdminUnit, row.unit_id) for row in rows}
    assert {(unit.code, unit.valid_from) for unit in units.values()} == {
        ("26740", date(2025, 7, 1)),
        ("79", date(2025, 7, 1)),
    }
    assert [(r.sex, r.age_from, r.age_to, r.whom) for r in rows[:3]] == [
        (None, 0, 14, ""),
        (Sex.FEMALE, 15, None, ""),
        (None, 15, None, "unemployed"),
    ]
    again = operations.import_population(table(OWN_POPULATION), "Statistics office", "2026-07")
    assert again.counts.unchanged == 5
