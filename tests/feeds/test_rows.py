"""What is wrong with a row is told with its line, its column and the reason in both languages."""

import pytest
from sqlalchemy import select

from app.catalogue.models import Course, Mode, Run
from app.core.db import db
from app.feeds.layout import COLUMNS
from app.feeds.problems import MESSAGES, in_both
from tests.feeds.rows import HEAD, course, run, session

LONG = "chữ " * 60


def only(model):
    return db.session.scalars(select(model)).one()


@pytest.mark.on_any_database
@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (course(""), "Mã khóa học", "missing"),
        (course(title_vi=" "), "Tên khóa học", "missing"),
        (course(title_vi=LONG), "Tên khóa học", "too_long"),
        (course(title_vi="Ti\ufffdn học"), "Tên khóa học", "broken_letters"),
        (course(topic="cooking"), "Lĩnh vực", "unknown_topic"),
        (course(topic=""), "Lĩnh vực", "missing"),
        (course("K" * 301), "Mã khóa học", "too_long"),
        (run(capacity="-1"), "Số chỗ", "not_a_number"),
        (run(capacity="1.5"), "Số chỗ", "not_a_number"),
        (run(capacity="1e3"), "Số chỗ", "not_a_number"),
        (run(capacity="9" * 40), "Số chỗ", "too_large"),
        (run(capacity="１２"), "Số chỗ", "not_a_number"),
        (run(fee="4874 USD"), "Học phí", "not_dong"),
        (run(fee="$15"), "Học phí", "not_dong"),
        (run(fee="10" * 10), "Học phí", "too_large"),
        (run(starts_on="31/02/2026"), "Ngày bắt đầu", "not_a_date"),
        (run(starts_on="tháng 9"), "Ngày bắt đầu", "not_a_date"),
        (run(starts_on="01/12/0226"), "Ngày bắt đầu", "unlikely_date"),
        (run(ends_on="30/11/2026"), "Ngày kết thúc", "ends_before_start"),
        (run(starts_on="", ends_on=""), "Ngày bắt đầu", "no_dates"),
        (run(session_on="05/12/2026"), "Ngày học", "no_hours"),
        (session("05/12/2026", session_to="18:30"), "Ngày học", "session_ends_before_start"),
        (session("05/12/2026", session_from="25:00"), "Ngày học", "not_a_time"),
        (
            session("05/01/2027", starts_on="01/12/2026", ends_on="20/12/2026"),
            "Ngày học",
            "outside_run",
        ),
        (course(starts_on="01/12/2026"), "Mã lớp", "run_without_key"),
    ],
)
def test_a_wrong_cell_is_named(read, table, row, column, code):
    report = read(table([run("K0"), row]))
    problem = report.findings.kept[0]
    assert (problem.line, problem.column, problem.code) == (3, column, code)
    assert problem.reason.vi
    assert problem.reason.vi != problem.reason.en
    assert (report.rows, report.refused, report.courses.new) == (2, 1, 1)


@pytest.mark.on_any_database
@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("mode", "by post", "unknown_word"),
        ("language", "Klingon", "unknown_word"),
        ("cla", "9.9", "unknown_word"),
        ("isced_f", "IT", "not_isced"),
        ("venue", "Phòng 99", "unknown_venue"),
        ("audiences", "older-people; dragons", "unknown_audience"),
        ("job_related", "perhaps", "not_yes_or_no"),
        ("online_link", "javascript:alert(1)", "not_a_link"),
        ("enrol_until", "21/12/2026", "closes_after_end"),
        ("enrol_from", "19/12/2026", "closes_before_opens"),
    ],
)
def test_a_wrong_word_is_named(read, table, name, text, code):
    report = read(table([run(**{name: text})], [*HEAD, name]))
    assert [(each.line, each.code) for each in report.findings.kept] == [(2, code)]


def test_what_people_write_is_understood(read, table, provider):
    more = {
        "mode": "Trực tuyến",
        "language": "tiếng Anh",
        "audiences": "Người cao tuổi; women",
        "venue": "phong 1",
        "cla": "2.2.3",
        "isced_f": "0611",
        "job_related": "Có",
        "waiting_capacity": "0",
        "enrol_from": "2026-11-01",
        "online_link": "https://example.org/a",
        "teacher": "  Lê   Văn Tâm ",
    }
    row = session("1/12/2026", topic="Kỹ năng số", capacity="1.200", fee="8.800.000 đồng/ khóa")
    row |= {**more, "session_from": "18h30", "session_to": "20g"}
    report = read(table([row], [*HEAD, *more]), apply=True)
    assert report.findings.kept == []
    found, offered = only(Course), only(Run)
    assert found.topic.slug == "digital-skills"
    assert {each.slug for each in found.audiences} == {"older-people", "women"}
    assert (found.isced_f, found.cla, found.job_related) == ("0611", "2.2.3", True)
    assert (offered.capacity, offered.waiting_capacity, offered.fee) == (1200, 0, 8_800_000)
    assert (offered.mode, offered.language, offered.teacher) == (Mode.ONLINE, "en", "Lê Văn Tâm")
    assert offered.venue.name_vi == "Phòng 1"
    assert offered.sessions[0].minutes == 90


@pytest.mark.on_any_database
@pytest.mark.parametrize(
    ("fee", "dong"),
    [("Miễn phí", 0), ("", 0), ("0", 0), ("500.000", 500_000), ("1 200 000 VNĐ", 1_200_000)],
)
def test_fees_are_read_in_dong(read, table, fee, dong):
    read(table([run(fee=fee)]), apply=True)
    assert only(Run).fee == dong


def test_text_is_kept_as_typed_but_in_one_form(read, table):
    typed = "=HYPERLINK(1)  Tiê\u0323ng Vi\u00ea\u0323t\u200b <b>x</b>"
    read(table([course(title_vi=typed)]), apply=True)
    assert only(Course).title_vi == "=HYPERLINK(1) Tiệng Việt <b>x</b>"


def test_two_spellings_of_one_key_are_one_key(read, table):
    rows = [run("Kho\u0301a 1", "L1"), run("Khóa 1 ", "L2")]
    assert read(table(rows)).courses.new == 1


def test_a_repeated_key_with_other_words_is_an_error_and_says_where_the_first_is(
    read, table, codes
):
    rows = [
        run("K1", "L1"),
        run("K1", "L2", title_vi="Tin học nâng cao"),
        run("K1", "L3", title_vi=""),
    ]
    report = read(table(rows))
    assert codes(report) == [(3, "differs")]
    assert "dòng 2" in report.findings.kept[0].reason.vi
    assert "“Tin học cơ bản”" in report.findings.kept[0].reason.en
    assert report.runs.new == 2


@pytest.mark.parametrize(
    "rows",
    [
        [course(), course()],
        [run(), run()],
        [session("01/12/2026"), session("01/12/2026")],
    ],
)
def test_a_row_that_says_nothing_new_is_an_error(read, table, codes, rows):
    assert codes(read(table(rows))) == [(3, "repeated")]


def test_a_run_that_disagrees_with_itself_is_refused(read, table, codes):
    rows = [session("01/12/2026", capacity="20"), session("03/12/2026", capacity="30")]
    report = read(table(rows))
    assert codes(report) == [(3, "differs")]
    assert (report.refused, report.courses.new) == (2, 0)


def test_more_cells_than_heads_is_an_error(read, tmp_path, codes):
    file = tmp_path / "x.csv"
    file.write_text(
        "course_id,title_vi,topic\nK1,Tin học, cơ bản,digital-skills\nK2,May,life-skills\n"
    )
    report = read(file)
    assert codes(report) == [(2, "too_many_cells")]
    assert report.courses.new == 1


def test_a_run_has_at_most_200_sessions(read, table, codes):
    hours = [f"{hour:02}:{minute:02}" for hour in range(7, 20) for minute in (0, 20, 40)]
    rows = [
        session(f"{day:02}/12/2026", session_from=begin, session_to="23:00")
        for day in range(1, 7)
        for begin in hours
    ]
    assert codes(read(table(rows))) == [(2, "too_many_sessions")]


def test_heads_may_be_written_in_either_language_and_stand_below_a_title(read, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(
        "Lịch học 2026\n\nMã khóa học,TÊN KHÓA HỌC,Subject,Ghi chú\nK1,May,life-skills,cũ\n"
    )
    report = read(file)
    assert (report.courses.new, report.rows, report.ignored) == (1, 1, ["Ghi chú"])


def test_every_message_has_words_in_both_languages(app):
    names = [
        "length",
        "most",
        "value",
        "known",
        "line",
        "key",
        "first",
        "ends",
        "starts",
        "until",
        "opens",
        "day",
        "count",
    ]
    for message in MESSAGES.values():
        said = in_both(message, dict.fromkeys(names, "1"))
        assert said.vi
        assert said.vi != said.en


def test_every_column_is_explained_in_both_languages():
    for column in COLUMNS:
        assert all((column.label.vi, column.label.en, column.meaning.vi, column.meaning.en))
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
