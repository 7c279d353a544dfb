"""Lists of criteria: what a sheet may say, versions, editing, confirming, figures of offices."""

import csv
import io
import unicodedata
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.feeds import source
from app.feeds.errors import FileRefused
from app.indicators.criteria import sheet as sheets
from app.indicators.criteria.changes import Change, compare
from app.indicators.criteria.columns import Row
from app.indicators.criteria.starting_points import UNESCO, ensure_frameworks
from app.indicators.errors import (
    AlreadyConfirmed,
    AlreadyEntered,
    HasBadLines,
    NotEntered,
    NotForAPeriod,
    NotInForce,
    NotToday,
)
from app.indicators.forms.boxes import read_number
from app.indicators.measures import catalogue
from app.indicators.models import EnteredValue, Framework, Measure, Status, Target
from app.indicators.operations import frameworks as operations
from app.indicators.operations import values as value_operations
from app.indicators.operations.frameworks import About
from app.indicators.operations.values import TargetFields, ValueFields
from app.indicators.queries import frameworks as queries
from app.indicators.queries import values
from tests.client import read as parse
from tests.factories import CityFactory, GrantFactory, WardFactory

HEAD = [
    "Loại", "Mã", "Thuộc mã", "Nội dung", "Nội dung tiếng Anh", "Nguồn số liệu", "Mã số đo",
    "Đơn vị", "Hỏi ai",
]  # fmt: skip
LINES = [
    ["lĩnh vực", "1", "", "Học tập suốt đời", "Lifelong learning", "", "", "", ""],
    ["tiêu chí", "1.1", "1", "Người lớn được học tiếp", "Adults go on learning", "", "", "", ""],
    ["chỉ số", "1.1.1", "1.1", "Tỷ lệ tham gia", "Participation", "nền tảng", "R1", "%", ""],
    ["chỉ số", "1.1.2", "1.1", "Sự kiện đã làm", "", "", "", "sự kiện", "cơ sở; xã"],
    ["chỉ số", "1.1.10", "1.1", "Gia đình học tập", "", "nhập", "", "gia đình", "xã"],
]
ABOUT = About(code="tphcm-25", name=Bilingual("Bộ chỉ số thành phố"), source="QĐ 1")
PAGE = "/vi/staff/frameworks"


def as_csv(lines=LINES, head=HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *lines])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines=LINES, head=HEAD) -> bytes:
    book = openpyxl.Workbook()
    for row in [head, *lines]:
        book.active.append([float(cell) if cell == "1.1" else cell for cell in row])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.fixture
def read(tmp_path):
    def from_file(content: bytes, measures=frozenset({"R1"})):
        path = tmp_path / "sheet"
        path.write_bytes(content)
        with source.opened(path) as opened:
            return sheets.read(opened.rows, measures)

    return from_file


@pytest.fixture
def taken(app, read):
    """The list in force, taken from the sheet above."""
    return operations.import_framework(ABOUT, read(as_csv()), 0)


@pytest.fixture
def staff(client):
    db.session.add(Measure(code="R1"))
    db.session.commit()
    return client.sign_in(GrantFactory(city_role="statistician").account)


def line(framework, code):
    db.session.expire_all()
    return next(each for each in queries.criteria(framework.id) if each.code == code)


@pytest.mark.on_any_database
def test_csv_workbook_and_decomposed_letters_say_the_same(read):
    plain = read(as_csv())
    assert plain.problems == []
    assert [row.code for row in plain.rows] == ["1", "1.1", "1.1.1", "1.1.2", "1.1.10"]
    assert (plain.rows[3].asked_of_providers, plain.rows[3].asked_of_communes) == (True, True)
    decomposed = unicodedata.normalize("NFD", as_csv().decode("utf-8-sig")).encode()
    assert read(as_xlsx()).rows == read(decomposed).rows == plain.rows
    semicolons = as_csv().decode("utf-8-sig").replace(",", "\t").encode("utf-16")
    assert read(semicolons).rows == plain.rows


@pytest.mark.on_any_database
@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["chỉ", "2", "", "A"], "kind", "unknown_word"),
        (["lĩnh vực", "", "", "A"], "code", "missing"),
        (["lĩnh vực", "2", "", ""], "text_vi", "missing"),
        (["lĩnh vực", "1", "", "A"], "code", "repeated"),
        (["lĩnh vực", "2026-01-02", "", "A"], "code", "code_is_a_date"),
        (["lĩnh vực", "2" * 21, "", "A"], "code", "too_long"),
        (["tiêu chí", "2", "", "A"], "parent", "needs_parent"),
        (["tiêu chí", "2", "9", "A"], "parent", "no_parent_above"),
        (["tiêu chí", "2", "2", "A"], "parent", "no_parent_above"),
        (["tiêu chí", "2", "1.1", "A"], "parent", "wrong_parent"),
        (["chỉ số", "2", "1.1.1", "A"], "parent", "wrong_parent"),
        (["chỉ số", "2", "1.1", "A", "", "đoán"], "source_kind", "unknown_word"),
        (["chỉ số", "2", "1.1", "A", "", "nền tảng"], "measure_code", "needs_measure"),
        (["chỉ số", "2", "1.1", "A", "", "", "X9"], "measure_code", "unknown_measure"),
        (["chỉ số", "2", "1.1", "A", "", "nền tảng", "R1", "", "xã"], "asked_of", "not_asked"),
        (["chỉ số", "2", "1.1", "A", "", "", "", "", "tỉnh"], "asked_of", "unknown_word"),
        (["lĩnh vực", "2", "", "A", "", "", "", "%"], "unit_vi", "only_indicators"),
    ],
)
def test_a_bad_line_is_named(read, row, column, code):
    found = read(as_csv([*LINES, row]))
    assert [(p.line, p.column, p.code) for p in found.problems] == [(7, column, code)]
    assert str(found.problems[0])


@pytest.mark.on_any_database
def test_a_file_that_is_no_list_is_refused(read):
    for content in (as_csv([]), as_csv(head=["a", "b"]), b"", as_csv(head=[*HEAD[:-1], "Loại"])):
        with pytest.raises(FileRefused):
            read(content)


def test_nothing_is_taken_from_a_sheet_with_a_bad_line(app, read):
    with pytest.raises(HasBadLines):
        operations.import_framework(ABOUT, read(as_csv([*LINES, ["lĩnh vực", "", "", "A"]])), 0)
    assert db.session.scalar(select(func.count(Framework.id))) == 0


def test_the_same_sheet_twice_is_one_version_and_another_is_the_next(taken, read):
    again = operations.import_framework(ABOUT, read(as_xlsx()), 1)
    assert (again.id, again.number) == (taken.id, 1)
    other = [*LINES[:3], [*LINES[3][:3], "Sự kiện", *LINES[3][4:]]]
    sheet = read(as_csv(other))
    told = compare(queries.rows_of(taken.id), sheet.rows)
    assert [(d.change, d.row.code, d.names) for d in told] == [
        (Change.CHANGED, "1.1.2", ("text_vi",)), (Change.GONE, "1.1.10", ()),
    ]  # fmt: skip
    assert operations.import_framework(ABOUT, sheet, 1).number == 2
    with pytest.raises(ChangedMeanwhile):
        operations.import_framework(ABOUT, read(as_csv()), 1)
    assert [each.number for each in queries.versions("tphcm-25")] == [2, 1]


def test_two_who_import_at_once_make_one_version(app, read, at_once):
    sheet = read(as_csv())
    answers = at_once([lambda: operations.import_framework(ABOUT, sheet, 0).number] * 2)
    assert sorted(map(str, answers)) == ["1", "changed_meanwhile"]


def test_what_comes_with_the_product_is_whole_unconfirmed_and_never_put_back(app):
    assert (ensure_frameworks(), ensure_frameworks()) == (1, 0)
    framework = queries.in_force(UNESCO.code)
    nodes = queries.tree(framework.id)
    kinds = [node.criterion.kind for node in nodes]
    areas = [node for node in nodes if node.depth == 1]
    assert (len(areas), kinds.count("feature"), framework.status) == (12, 42, Status.UNVERIFIED)
    assert all(n.criterion.text_vi and n.criterion.text_en for n in nodes)
    features = {n.criterion.id for n in nodes if n.criterion.kind == "feature"}
    filled = {n.criterion.parent_id for n in nodes if n.criterion.kind == "indicator"}
    assert features == filled
    measures = {n.criterion.code: n.criterion.measure_code for n in nodes}
    assert (measures["4.2.1"], measures["9.2.1"]) == ("R1", "R2")
    first = next(n.criterion for n in nodes if n.criterion.code == "1.1")
    row = queries.row_of(first)
    operations.edit_criterion(first.id, Row(kind=row.kind, code="1.1", text_vi="Khác"), 1)
    assert ensure_frameworks() == 0
    assert line(framework, "1.1").text_vi == "Khác"


def test_the_starting_points_speak_of_measures_that_exist(app):
    from_catalogue = {start.code for start in catalogue.STARTING_SET}
    ensure_frameworks()
    framework = queries.in_force(UNESCO.code)
    named = {each.measure_code for each in queries.criteria(framework.id)} - {""}
    assert named - from_catalogue == set()


def edited(framework, code, text, seen=None):
    criterion = line(framework, code)
    row = queries.row_of(criterion)
    changed = Row(
        kind=row.kind, code=code, text_vi=text, source_kind=row.source_kind, unit_vi=row.unit_vi
    )
    seen = criterion.version if seen is None else seen
    return operations.edit_criterion(criterion.id, changed, seen)


def test_an_edit_is_made_in_place_until_an_office_has_confirmed(taken):
    edited(taken, "1.1.2", "Sự kiện")
    assert line(taken, "1.1.2").text_vi == "Sự kiện"
    with pytest.raises(ChangedMeanwhile):
        edited(taken, "1.1.2", "Khác", seen=1)
    by = GrantFactory(city_role="statistician").account
    with pytest.raises(ChangedMeanwhile):
        operations.confirm_framework(taken.id, queries.wording(taken.id) - 1, by.id)
    operations.confirm_framework(taken.id, queries.wording(taken.id), by.id)
    confirmed = queries.in_force("tphcm-25")
    assert (confirmed.status, confirmed.verified_by_id) == (Status.VERIFIED, by.id)
    with pytest.raises(AlreadyConfirmed):
        operations.confirm_framework(taken.id, queries.wording(taken.id), by.id)
    moved = edited(taken, "1.1.2", "Sự kiện học tập")
    newer = queries.in_force("tphcm-25")
    assert (newer.number, newer.status, moved.framework_id) == (2, Status.UNVERIFIED, newer.id)
    assert line(taken, "1.1.2").text_vi == "Sự kiện", "what was confirmed stays"
    with pytest.raises(NotInForce):
        edited(taken, "1.1.2", "Muộn")


def figure(number, **values):
    given = {"period": "2026-H1", "source": "Sở GD&ĐT", "as_of": date(2026, 6, 30)} | values
    return ValueFields(number=Decimal(number), **given)


def test_a_correction_keeps_what_it_replaces_through_versions(taken, read):
    ward, by = WardFactory(), GrantFactory().account
    enter = value_operations.enter_value
    first = enter(line(taken, "1.1.10").id, ward.id, figure("12.5"), 0, by.id)
    with pytest.raises(AlreadyEntered):
        enter(line(taken, "1.1.10").id, ward.id, figure(13), 0, by.id)
    more = read(as_csv([*LINES, ["lĩnh vực", "2", "", "Khác"]]))
    newer = operations.import_framework(ABOUT, more, 1)
    with pytest.raises(NotInForce):
        enter(line(taken, "1.1.10").id, ward.id, figure(14), first.id, by.id)
    second = enter(line(newer, "1.1.10").id, ward.id, figure(14), first.id, by.id)
    with pytest.raises(ChangedMeanwhile):
        enter(line(newer, "1.1.10").id, ward.id, figure(15), first.id, by.id)
    history = values.history(line(newer, "1.1.10"), ward.id)
    assert [(v.id, v.number, v.replaced_at is None) for v in history] == [
        (second.id, Decimal(14), True), (first.id, Decimal("12.5"), False),
    ]  # fmt: skip
    assert values.current(line(newer, "1.1.10"), ward.id, "2026-H1").id == second.id


def test_what_is_no_figure_of_an_office_is_refused(taken):
    ward = WardFactory()
    for code, fields, error in (
        ("1.1", figure(1), NotEntered),
        ("1.1.1", figure(1), NotEntered),
        ("1.1.2", figure(1, period="nửa năm"), NotForAPeriod),
        ("1.1.2", figure(1, period="2026-01-01/2026-02-01"), NotForAPeriod),
        ("1.1.2", figure(1, as_of=date(2199, 1, 1)), NotToday),
    ):
        with pytest.raises(error):
            value_operations.enter_value(line(taken, code).id, ward.id, fields, 0)


def test_two_who_correct_at_once_leave_one_figure_in_force(taken, at_once):
    ward, key = WardFactory().id, line(taken, "1.1.2").id
    first = value_operations.enter_value(key, ward, figure(1), 0).id
    answers = at_once(
        [
            lambda n=n: value_operations.enter_value(key, ward, figure(n), first).number
            for n in (2, 3)
        ]
    )
    assert "changed_meanwhile" in answers
    in_force = select(func.count()).where(EnteredValue.replaced_at.is_(None))
    assert db.session.scalar(in_force) == 1


def test_of_two_who_set_a_target_at_once_one_is_told_and_other_refusals_are_none_of_that(
    taken, at_once
):
    unit = WardFactory().id
    fields = TargetFields(unit_id=unit, period="2030", number=Decimal(5))
    answers = at_once([lambda: value_operations.set_target(fields, measure="R1").period] * 2)
    assert set(answers) <= {"2030", "changed_meanwhile"}
    assert "2030" in answers
    assert [each.number for each in db.session.scalars(select(Target))] == [5]
    with pytest.raises(IntegrityError):
        value_operations.set_target(fields)


def test_a_target_is_replaced_and_can_be_taken_away(taken):
    ward = WardFactory()
    key = line(taken, "1.1.2").id
    for number in (5, 7):
        fields = TargetFields(unit_id=ward.id, period="2030", number=Decimal(number), source="KH")
        value_operations.set_target(fields, criterion_id=key)
        value_operations.set_target(fields, measure="R1")
    found = db.session.scalars(select(Target).order_by(Target.id)).all()
    assert [(t.measure_code, t.criterion_id, t.number) for t in found] == [
        ("", key, Decimal(7)), ("R1", None, Decimal(7)),
    ]  # fmt: skip
    value_operations.remove_target(found[0].id)
    assert values.targets_of(line(taken, "1.1.2")) == []
    assert [t.measure_code for t in values.targets_of(line(taken, "1.1.1"))] == ["R1"]
    with pytest.raises(NotForAPeriod):
        value_operations.set_target(
            TargetFields(unit_id=ward.id, period="mai", number=Decimal(1)), measure="R1"
        )


@pytest.mark.on_any_database
def test_numbers_are_read_as_each_language_writes_them():
    vietnamese = ("1.234", "1.234,5", "12,5", "12.5", "-3", "7%")
    found = [read_number(text, "vi") for text in vietnamese]
    assert list(map(str, found)) == ["1234", "1234.5", "12.5", "12.5", "-3", "7"]
    english = ("1,234", "1,234.5", "12.5", "1 234")
    assert [str(read_number(text, "en")) for text in english] == ["1234", "1234.5", "12.5", "1234"]
    for text in ("x", "1e5", "1,23456", "999999999", "1,2,3"):
        assert read_number(text, "vi") is None


def send_sheet(staff, content, **about):
    form = {"code": "tphcm-25", "name_vi": "Bộ chỉ số", "source": "QĐ 1", **about}
    form |= {"csrf_token": staff.token(), "sheet": (BytesIO(content), "so.xlsx")}
    return staff.post(f"{PAGE}/import", data=form, content_type="multipart/form-data")


def test_a_statistician_imports_looks_edits_enters_and_confirms(staff):
    CityFactory()
    bad = read_page(send_sheet(staff, as_csv([*LINES, ["chỉ", "2", "", "A"]])), 422)
    problem = [cell.get_text(strip=True) for cell in bad.select("table tbody tr:first-child > *")]
    assert problem[:2] == ["Dòng 7", "Loại"]
    preview = read_page(send_sheet(staff, as_xlsx()), 200)
    assert db.session.scalar(select(func.count(Framework.id))) == 0
    form = preview.select_one("form[action$=apply]")
    fields = {i["name"]: i.get("value", "") for i in form.select("input")}
    taken = staff.send(f"{PAGE}/apply", fields, page=PAGE)
    tree = staff.page(taken.location)
    assert "Chưa" in tree.select_one(".badge").get_text()
    assert (
        "Không có gì thay đổi"
        in staff.page(
            staff.send(f"{PAGE}/apply", fields | {"version": "1"}, page=PAGE).location
        ).get_text()
    )
    here = f"{PAGE}/1/criteria/4"
    edit = {"text_vi": "Sự kiện học tập", "source_kind": "entered", "measure_code": ""}
    staff.send(f"{here}/edit", {**edit, "version": "1"})
    stale = read_page(staff.send(f"{here}/edit", {**edit, "version": "1"}, status=409), 409)
    assert stale.select_one("[name=version]")["value"] == "2"
    value = {
        "unit": "79",
        "period": "2026-H1",
        "number": "1.234,5",
        "source": "Sở",
        "as_of": "1/7/2026",
    }
    staff.send(f"{here}/values", value)
    again = staff.send(f"{here}/values", value, status=409)
    assert "đã có số liệu" in again.get_data(as_text=True)
    page = staff.page(here)
    assert "1.234,5" in page.get_text()
    link = page.select_one("a[href*=corrects]")["href"]
    assert staff.page(link).select_one("[name=number]")["value"] == "1234,5"
    staff.send(f"{here}/values", value | {"number": "1300", "version": link.rpartition("=")[2]})
    assert "1.300" in staff.page(f"{PAGE}/1?count=1").get_text()
    staff.send(
        "/vi/staff/targets",
        {"of": "criterion:4", "unit": "79", "period": "2030", "number": "9", "source": "KH 1"},
    )
    assert "KH 1" in staff.page("/vi/staff/targets").get_text()
    version = staff.page(f"{PAGE}/1").select_one("form[action$=confirm] [name=version]")["value"]
    staff.send(f"{PAGE}/1/confirm", {"version": version}, page=f"{PAGE}/1")
    assert "xác nhận" in staff.page(f"{PAGE}/1").get_text()
    kept = set(db.session.scalars(select(AuditEntry.action)))
    assert {"framework.imported", "criterion.edited", "value.entered", "target.set",
            "framework.confirmed"} <= kept  # fmt: skip


def test_a_sheet_that_went_out_comes_back_unchanged(staff, read):
    sheet = read(as_csv([*LINES, ["chỉ số", "1.2", "1", "=tổng", "", "", "", "-", ""]]))
    operations.import_framework(ABOUT, sheet, 0)
    for kind in ("csv", "xlsx"):
        answer = staff.get(f"{PAGE}/1/sheet.{kind}")
        assert read(answer.data).rows == sheet.rows
        assert staff.get(f"{PAGE}/template.{kind}").status_code == 200
    assert len(read(staff.get(f"{PAGE}/example.csv").data, None).rows) > 100


def read_page(answer, status):
    assert answer.status_code == status
    return parse(answer)
