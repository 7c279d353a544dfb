import csv
import io
import zipfile

import openpyxl
import pytest

from app.core.i18n import Bilingual
from app.core.tables import BOM, Column, codebook, csv_lines, xlsx

COLUMNS = (
    Column("name", Bilingual("Tên", "Name"), Bilingual("Tên lớp", "Of the class"), lambda r: r[0]),
    Column("places", Bilingual("Chỗ", "Places"), Bilingual("Số chỗ", "How many"), lambda r: r[1]),
)
DANGEROUS = ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1"]


def read(text: str) -> list[list[str]]:
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_table_is_read_by_spreadsheets_as_it_was_meant():
    rows = [("Tin học, cơ bản", 12), ('Lớp "vẽ"', None), ("một\nhai", 0)]
    assert read("".join(csv_lines(COLUMNS, rows))) == [
        ["name", "places"],
        ["Tin học, cơ bản", "12"],
        ['Lớp "vẽ"', ""],
        ["một\nhai", "0"],
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_is_run_as_a_formula(text):
    ((cell, _),) = read("".join(csv_lines(COLUMNS, [(text, 1)])))[1:]
    assert cell.startswith("'")


@pytest.mark.parametrize("text", DANGEROUS[:4])
def test_a_workbook_holds_text_and_no_formulas(text):
    content = xlsx([("Bảng", [["name", "places"], [text, -5], ["x", None]])])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Bảng"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert (sheet["B2"].value, sheet["B2"].data_type) == (-5, "n")
    inside = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside


def test_the_same_rows_give_the_same_bytes():
    table = [("Bảng", [["name"], ["Tin học"]])]
    assert xlsx(table) == xlsx(table)


def test_the_codebook_says_what_each_column_means_in_both_languages():
    assert codebook(COLUMNS)[1] == ["name", "Tên", "Name", "Tên lớp", "Of the class"]
