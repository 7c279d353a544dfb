"""Files of strangers: every usual kind is read, every hostile one refused in words."""

import io
import resource
import unicodedata
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from app.feeds import source
from app.feeds.errors import REFUSALS, FileRefused

pytestmark = pytest.mark.on_any_database

TEXT = "tên,môn\nNguyễn Thị Hòa,Tiếng Việt thực hành\nĐặng Văn Lượng,Kỹ năng số\n"
ROWS = [
    ["tên", "môn"],
    ["Nguyễn Thị Hòa", "Tiếng Việt thực hành"],
    ["Đặng Văn Lượng", "Kỹ năng số"],
]
_WORKBOOK = "xl/workbook.xml"
EVENING = datetime(2026, 12, 1, 18, 30)  # noqa: DTZ001 - a workbook knows no zones


@pytest.fixture
def rows(app, tmp_path):
    """The cells of a file made of these bytes."""

    def read(content, **options):
        file = tmp_path / "file"
        file.write_bytes(content)
        with source.opened(file, **options) as opened:
            return [row.cells for row in opened.rows]

    return read


def seconds_of_children():
    """Computing time, which does not depend on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def refusal(rows):
    """Why a file made of these bytes is refused; it costs at most five seconds to say so."""

    def read(content, **options):
        began = seconds_of_children()
        with pytest.raises(FileRefused) as refused:
            rows(content, **options)
        assert seconds_of_children() - began < 5
        assert refused.value.reason.vi != refused.value.reason.en
        return refused.value.code

    return read


def in_cp1258(text):
    """As Windows writes it: the letter with its shape, then the tone."""
    return "".join(_in_two(char) for char in text).encode("cp1258")


def _in_two(char):
    decomposed = unicodedata.normalize("NFD", char)
    tones = "".join(c for c in decomposed if c in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in tones)) + tones


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
def test_every_usual_text_file_is_read(rows, content):
    assert rows(content) == ROWS


def test_windows_1258_is_read_when_its_words_are_vietnamese(rows):
    found = rows(in_cp1258(TEXT))
    assert [[unicodedata.normalize("NFC", cell) for cell in row] for row in found] == ROWS


def test_workbooks_keep_text_as_text_and_dates_as_dates(rows, workbook):
    file = workbook(
        [
            ["mã", "ngày", "số"],
            ["007", date(2026, 12, 1), 30],
            ["=1+1", EVENING, 1.234],
        ]
    )
    assert rows(file.read_bytes()) == [
        ["mã", "ngày", "số"],
        ["007", "2026-12-01", "30"],
        ["0", "2026-12-01 18:30", "1.234000"],
    ]


def test_the_line_of_a_row_is_the_line_of_the_file(app, tmp_path):
    file = tmp_path / "file.csv"
    file.write_text('a,b\n\n"hai\ndòng",1\nx,2\n')
    with source.opened(file) as opened:
        assert [(row.line, row.cells[-1]) for row in opened.rows] == [(1, "b"), (3, "1"), (5, "2")]


def test_another_sheet_can_be_wanted(rows, tmp_path):
    file = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Một").write(0, 0, "đầu")
        book.add_worksheet("Hai").write(0, 0, "sau")
    assert rows(file.read_bytes()) == [["đầu"]]
    assert rows(file.read_bytes(), sheet="Hai") == [["sau"]]
    with pytest.raises(FileRefused):
        rows(file.read_bytes(), sheet="Ba")


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def sheet_with(workbook, cells):
    """A workbook whose sheet holds this XML."""
    with zipfile.ZipFile(workbook([["a", "b"], ["c", "d"]])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        "</sheetData>", f"{cells}</sheetData>"
    ).encode()
    return zipped(parts)


def test_a_bomb_is_refused_unopened(refusal):
    bomb = zipped({_WORKBOOK: "<workbook/>", "xl/worksheets/sheet1.xml": b"\0" * 80 * 1024**2})
    assert len(bomb) < 100_000
    assert refusal(bomb) == "zip_bomb"


def test_a_cell_in_the_last_corner_costs_nothing(refusal, workbook):
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refusal(sheet_with(workbook, corner)) == "too_many_columns"


def test_entities_are_not_expanded(refusal, workbook):
    with zipfile.ZipFile(workbook([["a"]])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    parts["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{laughs}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>&l9;</t></si></sst>"
    ).encode()
    assert refusal(zipped(parts)) in {"broken_file", "too_big_to_read", "cell_too_long"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_rows"),
        (b"\n\n  \n", "no_rows"),
        (zipped({"a.txt": "x"}), "not_a_workbook"),
        (zipped({_WORKBOOK: "<broken"}), "broken_file"),
        (zipped({f"part{n}": "" for n in range(1001)} | {_WORKBOOK: ""}), "too_many_parts"),
        (b"PK\x03\x04 and nothing more", "broken_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"a,b\nc\0d,e\n", "not_a_table"),
        ("ça va,très élégante façade\n".encode("latin-1") * 3, "unknown_encoding"),
        (b"a,b\n\xff\xfe\xfa,c\n", "unknown_encoding"),
        (b"\xff\xfea", "unknown_encoding"),
        (b"a,b\n" + b"x" * 40_000 + b",c\n", "cell_too_long"),
        (b"a,b\n" + b"," * 300 + b"c\n", "too_many_columns"),
        (b'a,b\n"c,d\n' + b"e,f\n" * 600, "open_quote"),
        (b"a,b\n" + b"c,d\n" * 200_001, "too_many_rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(refusal, content, code):
    assert refusal(content) == code


VNI = "tên,môn\nTin hoïc vaên phoøng,Tieáng Anh\nÑaøo taïo ngheà,Kyõ naêng soá\n"
TCVN3 = "tên,môn\nTin häc v¨n phßng,TiÕng Anh\n§µo t¹o nghÒ,Kü n¨ng sè\n"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize(("text", "font"), [(VNI, "VNI"), (TCVN3, "TCVN3")])
def test_text_for_old_fonts_is_recognised_and_refused(rows, text, font, encoding):
    with pytest.raises(FileRefused) as refused:
        rows(text.replace("tên", "ten").encode(encoding))
    assert refused.value.code == "legacy_font"
    assert refused.value.values["font"] == font
    assert font in refused.value.reason.vi


def test_old_fonts_in_a_workbook_are_refused_too(rows, workbook):
    file = workbook([line.split(",") for line in VNI.splitlines()])
    with pytest.raises(FileRefused, match="legacy_font"):
        rows(file.read_bytes())


def test_every_refusal_has_words_in_both_languages(app):
    values = dict.fromkeys(
        ["most", "line", "value", "font", "inflated", "sheet", "missing", "head"], 1
    )
    for code in REFUSALS:
        reason = FileRefused(code, **values).reason
        assert reason.vi
        assert reason.vi != reason.en
