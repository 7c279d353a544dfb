"""The command as an operator uses it."""

import csv

from sqlalchemy import func, select

from app.catalogue.models import Course
from app.core.db import db
from tests.feeds.rows import course, run


def courses():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Course))


def test_the_report_names_line_column_and_reason_in_both_languages(provider, table, command):
    file = table([run("K1"), run("K2", capacity="nhiều")])
    said = command("catalogue", "import", str(file), "--provider", "hoa-sen")
    assert "3 · Số chỗ · “nhiều” không phải số nguyên. Hãy viết bằng chữ số, ví dụ 30. / " in said
    assert "“nhiều” is not a whole number. Write digits, for example 30." in said
    assert "courses: mới / new 1" in said
    assert courses() == 0


def test_applying_needs_good_rows_or_the_word_for_them(provider, table, command, tmp_path):
    file, wrong = table([run("K1"), run("K2", capacity="nhiều")]), tmp_path / "wrong.csv"
    words = ["catalogue", "import", str(file), "--provider", "hoa-sen", "--apply"]
    assert "Số chỗ" in command(*words, status=1)
    assert courses() == 0
    said = command(*words, "--good-rows", "--problems", str(wrong))
    assert "applied: có / yes" in said
    assert courses() == 1
    rows = list(csv.DictReader(wrong.open(encoding="utf-8-sig")))
    assert [(row["line"], row["column"], row["code"], row["value"]) for row in rows] == [
        ("3", "Số chỗ", "not_a_number", "nhiều")
    ]
    assert rows[0]["reason_vi"] != rows[0]["reason_en"]


def test_what_cannot_be_read_is_an_error_of_the_command(provider, table, command, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[columns]\nx = 1")
    file = str(table([course()]))
    command("catalogue", "import", file, "--provider", "nobody", status=1)
    command("catalogue", "import", file, "--provider", "hoa-sen", "--mapping", str(bad), status=1)
    command("catalogue", "import", str(bad), "--provider", "hoa-sen", status=1)


def test_the_layout_documents_itself(command):
    said = command("catalogue", "layout")
    assert "course_id * (course)\n  Mã khóa học / Course key" in said
    assert "session_to (session)" in said
