"""All files of a report are made from its frozen content and show and hide the same cells."""

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app.indicators.operations import reports as operations
from app.indicators.reports import canonical, content, files
from app.indicators.reports.content import Part, Sign
from app.indicators.reports.source import Source
from tests.indicators.report_town import PERIOD, Town

pytestmark = pytest.mark.on_any_database

KEY = ("MEASURE", "REF_AREA", "SEX", "AGE", "PROVIDER_TYPE", "TOPIC")


_frozen = []


@pytest.fixture
def source(app):
    """The public part of a report with hidden cells; only the first test has a town behind it."""
    if not _frozen:
        Town()
        _frozen.append(operations.freeze(PERIOD).content)
    return Source(content.of(_frozen[0]), 1, Part.PUBLIC)


def file(source, ending, language="vi"):
    found = files.file(source, source.name(ending), language)
    return found[1]


def of_csv(source):
    text = file(source, ".csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def shown(rows):
    """What stands where, as text."""
    return {tuple(str(row[name]) for name in KEY): str(row["OBS_VALUE"]) for row in rows}


def test_csv_workbook_and_json_show_the_same_cells(source):
    rows = of_csv(source)
    book = load_workbook(io.BytesIO(file(source, ".xlsx")), read_only=True)
    heads, *lines = book["figures"].iter_rows(values_only=True)
    of_book = [dict(zip(heads, line, strict=True)) for line in lines]
    assert shown(of_book) == shown(rows)
    assert len(shown(rows)) == len(rows)
    public = json.loads(file(source, ".json"))["public"]
    spots = {}
    for table in public["tables"]:
        for cell in table["cells"]:
            mark = {"hidden": "*", "none": "–"}.get(cell["sign"], cell.get("value"))
            spots.setdefault(
                (table["measure"], frozenset(zip(table["by"], cell["key"], strict=True))), mark
            )
    all_of_city = [row for row in rows if row["REF_AREA"] == "79" and not row["GROUP_VI"]]
    city = {row["MEASURE"]: row["OBS_VALUE"] for row in all_of_city}
    assert city == {code: spots[code, frozenset()] for code in ("N1", "N3", "C1")}
    hidden = [row for row in rows if row["OBS_VALUE"] == "*"]
    assert hidden
    assert {(row["OBS_STATUS"], row["CONF_STATUS"]) for row in hidden} == {("Q", "C")}


def words(paper):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    return re.sub(r"\s+", " ", text)


def test_the_paper_shows_the_same_cells_and_is_tagged(source):
    for language, name in (("vi", "Thành phố Hồ Chí Minh"), ("en", "Ho Chi Minh City")):
        paper = file(source, ".pdf", language)
        root = PdfReader(io.BytesIO(paper)).trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert name in words(paper)
        assert "N1 v1" in words(paper)
    wards = next(t for t in source.report.public if t.measure == "N1" and t.by == ("ward",))
    assert [cell.sign for cell in wards.cells[:2]] == [Sign.HIDDEN, Sign.HIDDEN]
    vi = words(file(source, ".pdf"))
    assert "Phường Bến Thành * * " in vi
    assert "Tất cả 35 40 " in vi


def test_very_few_in_very_many_are_little_in_words_and_a_number_in_files(source):
    report, rate = source.report, Decimal("0.000036")
    definitions = tuple(
        replace(each, unit="percent") if each.code == "N1" else each
        for each in report.stated.definitions
    )
    stated = replace(report.stated, definitions=definitions)
    tables = tuple(
        replace(
            table, cells=(replace(table.cells[0], value=rate, denominator=Decimal(14_000_000)),)
        )
        if table.measure == "N1" and not table.by
        else table
        for table in report.public
    )
    tiny = Source(replace(report, stated=stated, public=tables), 1, Part.PUBLIC)
    line = next(row for row in of_csv(tiny) if row["MEASURE"] == "N1" and row["REF_AREA"] == "79")
    assert line["OBS_VALUE"] == "0.000036"
    book = load_workbook(io.BytesIO(file(tiny, ".xlsx")), read_only=True)
    heads, *lines = book["figures"].iter_rows(values_only=True)
    of_book = [dict(zip(heads, each, strict=True)) for each in lines]
    assert next(row for row in of_book if row["MEASURE"] == "N1")["OBS_VALUE"] == float(rate)
    assert "dưới 0,01% (35 / 14.000.000)" in words(file(tiny, ".pdf"))
    assert "< 0.01% (35 / 14,000,000)" in words(file(tiny, ".pdf", "en"))


def test_the_metadata_say_what_is_in_the_file(source):
    rows = of_csv(source)
    heads = list(rows[0])
    csvw = json.loads(file(source, ".csv-metadata.json"))
    assert csvw["url"] == source.name(".csv")
    columns = csvw["tableSchema"]["columns"]
    assert [each["name"] for each in columns] == heads
    assert all({"vi", "en"} <= set(each["titles"]) for each in columns)
    package = json.loads(file(source, ".datapackage.json"))
    resource = package["resources"][0]
    assert resource["bytes"] == len(source.csv)
    assert resource["hash"].endswith(canonical.digest(source.csv.decode()))
    schema = resource["schema"]
    assert [each["name"] for each in schema["fields"]] == heads
    assert schema["primaryKey"] == csvw["tableSchema"]["primaryKey"]
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for field in schema["fields"]:
        check(field, [row[field["name"]] for row in rows], schema["missingValues"])


def check(field, values, missing):
    """Every value is of the type and within the constraints its field states."""
    rules = field.get("constraints", {})
    present = [value for value in values if value not in missing]
    if rules.get("required"):
        assert present == values, field["name"]
    if field["type"] in ("integer", "number"):
        numbers = [Decimal(value) for value in present]
        assert all(number >= rules.get("minimum", number) for number in numbers)
        assert field["type"] == "number" or all(n == n.to_integral_value() for n in numbers)
    if "enum" in rules:
        assert set(present) <= set(rules["enum"])


def test_the_internal_part_goes_into_no_public_file(source):
    for kind in files.KINDS:
        assert source.report.facts.encode() not in kind.make(source, "vi")
    public = json.loads(file(source, ".json"))
    assert set(public) == {"format", "public"}
    assert all("people" not in cell for t in public["public"]["tables"] for cell in t["cells"])
    internal = Source(source.report, 1, Part.INTERNAL)
    assert content.of(file(internal, ".json").decode()) == source.report
    assert "internal" in internal.name(".csv")
    assert {row["CONF_STATUS"] for row in of_csv(internal)} == {"N"}


def test_every_file_is_the_same_each_time(source):
    for kind in files.KINDS:
        assert kind.make(source, "vi") == kind.make(source, "vi")
