"""Tables in other layouts, told by a mapping file."""

from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.catalogue.models import ClassSession, Course, Run
from app.core import clock
from app.core.db import db
from app.feeds.errors import BadMapping, FileRefused
from app.feeds.mapping import load, without_quotes, without_tags

MAPPINGS = Path(__file__).resolve().parents[2] / "app" / "feeds" / "mappings"
HEADS = "STT|Mã HP|Ký hiệu|Thứ|Tiết bđ|Số tiết|Phòng|Mã CB|Lớp|Sĩ số|Tên học phần|Tín chỉ|Tuần học"
TEXT_HEADS = "STT|key|id|day|start|count|room|teacher|class|member|name|weight|week"
REGISTER_HEADS = (
    "programid|standardized_name|standardized_description|prerequisites|cipcode|totalcost"
)
SECTIONS = [
    ["Danh sách học phần mở trong học kỳ"],
    HEADS.split("|"),
    [1, "AQ206", "01", 5, 1, 3, "204/TS", "", "AQ13", 50, "Nhập môn nghề cá", 3, "12*4*"],
    [2, "AQ206", "01", 2, 6, 2, "204/TS", "", "AQ13", 50, "Nhập môn nghề cá", 3, "1****"],
    [3, "AQ206", "02", 7, 1, 1, "204/TS", "", "AQ13", 0, "Nhâ\u0323p môn nghề cá", 3, "1****"],
    [4, "SHCVHT", "01", 0, 0, 0, "", "", "AQ13", 40, "Cố vấn học tập", 0, ""],
    [5, "TI100", "L01", 0, 0, 0, "", "", "TI13", 40, "Tin học căn bản", 3, ""],
    [6, "TI200", "L01", 9, 1, 2, "", "", "TI13", 40, "Mạng máy tính", 3, "1****"],
    [7, "TI201", "L01", 2, 13, 2, "", "", "TI13", 40, "Mạng máy tính", 3, "1****"],
    [8, "TI202", "L01", 2, 1, 2, "", "", "TI13", 40, "Mạng máy tính", 3, "mọi tuần"],
]


@pytest.fixture
def sections(workbook):
    return workbook(SECTIONS)


@pytest.fixture
def toml(tmp_path):
    """A mapping file with this text."""

    def write(text):
        file = tmp_path / "mapping.toml"
        file.write_text(text)
        return file

    return write


def test_a_timetable_becomes_sessions(read, sections):
    report = read(sections, load(MAPPINGS / "university-sections.toml"), apply=True, good_rows=True)
    assert (report.rows, report.skipped, report.refused) == (8, 1, 3)
    assert (report.courses.new, report.runs.new, report.sessions_new) == (2, 3, 5)
    assert [(each.line, each.code) for each in report.findings.kept] == [
        (8, "not_a_weekday"),
        (9, "not_a_period"),
        (10, "not_weeks"),
    ]
    offered = db.session.scalars(select(Run).order_by(Run.id)).all()
    assert [(each.external_id, each.capacity) for each in offered] == [
        ("01/AQ13", 50),
        ("02/AQ13", 0),
        ("L01/TI13", 40),
    ]
    assert [meeting.starts_at for meeting in offered[0].sessions] == [
        clock.at(day, begin)
        for day, begin in (
            (date(2020, 8, 31), time(13, 30)),
            (date(2020, 9, 3), time(7)),
            (date(2020, 9, 10), time(7)),
            (date(2020, 9, 24), time(7)),
        )
    ]
    assert offered[0].sessions[1].minutes == 160


def test_a_class_without_a_timetable_lasts_the_whole_term(read, sections):
    read(sections, load(MAPPINGS / "university-sections.toml"), apply=True, good_rows=True)
    offered = db.session.scalars(
        select(Run).join(Course).where(Course.external_id == "TI100")
    ).one()
    assert (offered.starts_on, offered.ends_on) == (date(2020, 8, 31), date(2021, 1, 17))
    assert offered.sessions == []


def test_the_same_table_as_text_changes_nothing(read, sections, table):
    mapping = load(MAPPINGS / "university-sections.toml")
    read(sections, mapping, apply=True, good_rows=True)
    head = TEXT_HEADS.split("|")
    rows = [dict(zip(head, map(str, row), strict=True)) for row in SECTIONS[2:7]]
    report = read(table(rows, head), mapping, apply=True)
    assert (report.courses.unchanged, report.runs.unchanged, report.courses.new) == (2, 3, 0)
    assert db.session.scalar(select(func.count()).select_from(ClassSession)) == 5


def test_a_register_in_english_keeps_its_text_english(read, table):
    head = REGISTER_HEADS.split("|")
    about = '"Learn the <b>basics</b>.<br>Then &amp; now. The ""Operator"" exam."'
    row = dict(zip(head, ["37588", "Black Seal ", about, "None", "470501", "355"], strict=True))
    report = read(table([row], head), load(MAPPINGS / "training-programmes.toml"), apply=True)
    assert report.findings.kept == []
    found = db.session.scalars(select(Course)).one()
    assert found.title_vi == "Chương trình “Black Seal” (dạy bằng tiếng Anh)"
    assert found.title_en == "Black Seal"
    assert found.learn_en == 'Learn the basics.\nThen & now. The "Operator" exam.'
    assert (found.learn_vi, found.topic.slug, found.runs) == ("", "vocational-skills", [])
    assert [each.slug for each in found.audiences] == ["workers"]


def test_cells_are_translated_whole_or_by_their_beginning(read, table, toml):
    mapping = toml("""
        [columns]
        course_id = "Mã"
        title_vi = { text = "Lớp {Mã}: {Tên}" }
        [columns.topic]
        column = "Ngành"
        values = { IT = "digital-skills" }
        begins = { L = "law" }
        otherwise = "life-skills"
        [heads]
        "Mã" = "Mã"
        "Tên" = ["Tên", "Name"]
    """)
    rows = [
        {"Mã": str(n), "Name": "A", "Ngành": field} for n, field in enumerate(["IT", "L2", "?"])
    ]
    read(table(rows, ["Mã", "Name", "Ngành"]), load(mapping), apply=True)
    found = db.session.scalars(select(Course).order_by(Course.id)).all()
    assert [each.topic.slug for each in found] == ["digital-skills", "law", "life-skills"]
    assert found[0].title_vi == "Lớp 0: A"


@pytest.mark.parametrize(
    "text",
    [
        "no toml at all",
        '[columns]\ncourse_id = "a"',
        '[columns]\ncourse_id = "a"\ntitle_vi = "b"\ntopic = "c"\nprice = "d"',
        '[columns]\ncourse_id = "a"\ntitle_vi = { text = "{b}" }\ntopic = "c"',
        '[columns]\ncourse_id = "a"\ntitle_vi = { column = "b", clean = "wash" }\ntopic = "c"',
        (
            '[columns]\ncourse_id = "a"\ntitle_vi = "b"\ntopic = "c"\n'
            "[timetable]\nfirst_monday = 2026-12-01"
        ),
        '[columns]\ncourse_id = 7\ntitle_vi = "b"\ntopic = "c"',
        '[columns]\ncourse_id = { text = "{a.__class__}" }\ntitle_vi = "b"\ntopic = "c"',
        "title = 'x'",
        '[columns]\ncourse_id = { constant = "1" }\ntitle_vi = "b"\ntopic = "c"',
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(app, toml, text):
    with pytest.raises(BadMapping):
        load(toml(text))


def test_a_file_without_the_heads_of_the_mapping_is_refused(read, table):
    with pytest.raises(FileRefused) as refused:
        read(table([{"Mã HP": "2"}], ["Mã HP"]), load(MAPPINGS / "university-sections.toml"))
    assert refused.value.values == {"missing": "Tên học phần"}


def test_a_head_that_stands_there_twice_is_refused(read, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("course_id,title_vi,topic,Topic\n1,2,3,4\n")
    with pytest.raises(FileRefused, match="head_twice"):
        read(file)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<p>Học <b>nghề</b></p><ul><li>một</li><li>hai</li></ul>", "Học nghề\nmột\nhai"),
        ("a < b &amp; c &lt;d&gt;", "a < b & c <d>"),
        ("x<script>alert(1)</script>y<style>p{}</style>", "xy"),
        ("&nbsp; Tư&#7901;ng &nbsp; <br/> minh", "Tường\nminh"),
    ],
)
def test_text_pasted_from_pages_loses_its_tags(marked, plain):
    assert without_tags(marked) == plain


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [
        ('"A ""b"" c"', 'A "b" c'),
        ('"', ""),
        ('"Triple', "Triple"),
        ('17" screen', '17" screen'),
        ("a", "a"),
        ('"a" and "b', 'a" and "b'),
    ],
)
def test_stray_quotes_around_a_text_are_dropped(quoted, plain):
    assert without_quotes(quoted) == plain
