"""Page, CSV, XLSX and command show the same cells."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.db import db
from app.participation import operations, store
from tests.factories import (
    AccountFactory,
    CourseFactory,
    GrantFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    ResidenceFactory,
    RunFactory,
    StaffFactory,
    UnitFactory,
    WardFactory,
)
from tests.participation.conftest import crowd, meet, seat

PAGE = "/vi/staff/participation"
EARLY, DAY = date(2026, 1, 2), date(2026, 3, 2)
QUESTION = "period=2026-H1&by=provider_type&then=sex"


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


@pytest.fixture
def written(where):
    def write():
        db.session.rollback()
        operations.rebuild()
        store.refresh(where)

    return write


@pytest.fixture
def small_cell(app, written):
    """Two men at a museum among many women; everybody else is many."""
    for code, women, men in (("museum", 9, 2), ("library", 12, 8), ("college", 0, 30)):
        kind = ProviderTypeFactory(code=code, name_vi=f"Loại {code}", name_en=code.title())
        run = RunFactory(course=CourseFactory(provider=ProviderFactory(type=kind)), capacity=None)
        seats = [seat(run, EARLY, PersonFactory.build(sex="female")) for _ in range(women)]
        seats += [seat(run, EARLY, PersonFactory.build(sex="male")) for _ in range(men)]
        meet(run, DAY, present=seats)
    written()


def rows_of_csv(answer):
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def rows_of_xlsx(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    heads, *rows = book["figures"].iter_rows(values_only=True)
    return book, [dict(zip(heads, map(_as_text, row), strict=True)) for row in rows]


def _as_text(value):
    if value is None:
        return ""
    return str(value)


def rows_of_page(page):
    table = page.select("details table")[0]
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in table.select("tbody tr")
    ]


def test_page_and_both_files_show_the_same_exact_cells(staff, small_cell):
    shown = rows_of_page(staff.page(f"{PAGE}?{QUESTION}"))
    cells = rows_of_csv(staff.get(f"{PAGE}.csv?{QUESTION}"))
    _, sheet = rows_of_xlsx(staff.get(f"{PAGE}.xlsx?{QUESTION}"))
    assert [_numbers(row) for row in cells] == [_numbers(row) for row in sheet]
    names = ("provider_type_vi", "sex_vi", "persons", "enrolments", "attendances")
    assert [row[:5] for row in shown] == [[row[name] for name in names] for row in cells]
    assert {row["status"] for row in [*cells, *sheet]} == {"internal"}
    assert len(shown) == 4 * 3


def _numbers(row):
    figures = ("persons", "enrolments", "attendances", "learner_hours", "identified_share")
    return [row["provider_type"], row["sex"], *(_number(row[name]) for name in figures)]


def _number(text):
    return text if text in ("", "*") else float(text)


def test_small_cells_are_exact_and_zeros_are_shown(staff, small_cell):
    by_key = {
        (r["provider_type"], r["sex"]): r for r in rows_of_csv(staff.get(f"{PAGE}.csv?{QUESTION}"))
    }
    small, nobody = by_key["museum", "male"], by_key["college", "female"]
    assert (small["persons"], small["learner_hours"], small["identified_share"]) == (
        "2", "4.0", "1.0",
    )  # fmt: skip
    assert (nobody["persons"], nobody["attendances"], nobody["identified_share"]) == ("0", "0", "")
    assert by_key["total", "total"]["persons"] == "61"


def test_the_page_says_that_it_is_internal_and_who_looked_is_kept(staff, small_cell):
    words = staff.page(f"{PAGE}?{QUESTION}").get_text(" ", strip=True)
    assert "Nội bộ, không công bố" in words
    english = staff.page(f"{PAGE}?{QUESTION}".replace("/vi/", "/en/")).get_text(" ", strip=True)
    assert "Internal, not for publication" in english
    looks = select(AuditEntry).where(AuditEntry.action == "participation.seen")
    (look,) = db.session.scalars(looks).all()
    assert (look.object_id, look.account_id is None) == ("2026-H1 provider_type sex", False)


def test_the_workbook_carries_definitions_and_codebook(staff, small_cell):
    book, _ = rows_of_xlsx(staff.get(f"{PAGE}.xlsx?{QUESTION}"))
    assert book.sheetnames == ["figures", "definitions", "columns"]
    told = [str(cell) for row in book["definitions"].iter_rows(values_only=True) for cell in row]
    assert "Nội bộ, không công bố. Số liệu không làm tròn." in told
    assert {"N1", "N2", "N3", "N4", "Q1"} <= set(told)
    heads = [row[0] for row in book["figures"].iter_rows(max_row=1, values_only=True)]
    codebook = [row[0] for row in book["columns"].iter_rows(min_row=2, values_only=True)]
    assert heads[0] == codebook[0] == "status"
    first_row = next(book["figures"].iter_rows(max_row=1, values_only=True))
    assert list(first_row) == codebook


def test_the_same_facts_give_the_same_bytes(staff, small_cell, where):
    first = [staff.get(f"{PAGE}.{kind}?{QUESTION}").data for kind in ("csv", "xlsx")]
    store.refresh(where, everything=True)
    again = [staff.get(f"{PAGE}.{kind}?{QUESTION}").data for kind in ("csv", "xlsx")]
    assert first == again


DAYS = ("--from", "2026-01-01", "--to", "2026-06-30")


@pytest.fixture
def command(app):
    """`flask participation ...` in this process: status, bytes written, words."""

    def run(*arguments):
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["participation", *arguments])
        return done.exit_code, done.stdout_bytes, done.output

    return run


def test_the_command_writes_the_same_file(staff, small_cell, flask_command, tmp_path):
    file = tmp_path / "figures.csv"
    by = ("--by", "provider_type", "--by", "sex")
    told = flask_command(
        "participation", "export", *DAYS, *by, "--format", "csv", "--out", str(file)
    )
    assert "12 cells" in told
    page = "period=dates&from=2026-01-01&to=30/06/2026&by=provider_type,sex"
    assert file.read_bytes() == staff.get(f"{PAGE}.csv?{page}").data


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_command_writes_to_its_output_what_the_page_sends(staff, small_cell, command, kind):
    by = ("--by", "provider_type,sex")
    status, written, _ = command("export", "--period", "2026-H1", *by, "--format", kind)
    assert status == 0
    assert written == staff.get(f"{PAGE}.{kind}?{QUESTION}").data


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (DAYS[:2], 2, "Give --from and --to"),
        ((*DAYS, "--period", "2026"), 2, "Give --from and --to"),
        (("--period", "2026-H3"), 1, "Enter a period such as"),
        (("--period", "2026", "--by", "sex,ward,mode"), 1, "at most two"),
        (("--period", "2026", "--by", "phone"), 1, "Figures are broken down by"),
    ],
)
def test_the_command_says_what_it_cannot_count(command, arguments, status, words):
    code, _, told = command("export", *arguments)
    assert code == status
    assert words in told


def test_the_command_rebuilds_facts_and_files(command):
    crowd(3)
    status, _, told = command("rebuild")
    assert (status, "3 facts in 1 months" in told) == (0, True)


def test_no_label_becomes_a_formula(staff, written):
    names = ['=HYPERLINK("http://evil")', "＝1+1", "\t=1", "+84", "-2", "@sum"]
    for number, name in enumerate(names):
        provider = ProviderFactory(slug=f"p{number}", name_vi=name, name_en=name)
        crowd(6, run=RunFactory(course=CourseFactory(provider=provider), capacity=None))
    written()
    answer = staff.get(f"{PAGE}.csv?period=2026&by=provider")
    cells = rows_of_csv(answer)
    assert len(cells) == len(names) + 1
    for row in cells:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "＝"))
    book, _ = rows_of_xlsx(staff.get(f"{PAGE}.xlsx?period=2026&by=provider"))
    kinds = {cell.data_type for row in book["figures"].iter_rows() for cell in row}
    assert "f" not in kinds


def test_every_file_that_goes_out_is_noted(staff, small_cell):
    staff.get(f"{PAGE}.csv?{QUESTION}")
    staff.get(f"{PAGE}.xlsx?period=2026")
    noted = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == "participation.export")
        .order_by(AuditEntry.id)
    ).all()
    assert [entry.details for entry in noted] == [
        {"by": ["provider_type", "sex"], "format": "csv", "cells": 12},
        {"by": [], "format": "xlsx", "cells": 1},
    ]
    assert all(entry.account_id for entry in noted)


def test_file_names_say_what_is_inside(staff, small_cell):
    answer = staff.get(f"{PAGE}.csv?{QUESTION}")
    named = 'attachment; filename="participation-2026-H1-provider_type-sex-internal.csv"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_units_not_in_force_are_told_apart_by_their_first_day(staff, written):
    old = UnitFactory(code="26734", valid_from=date(2004, 1, 1), valid_to=date(2025, 6, 30))
    new = WardFactory(code="26734")
    run = RunFactory(capacity=None)
    seats = []
    for unit in [old] * 6 + [new] * 7 + [None] * 8:
        person = PersonFactory()
        ResidenceFactory(person=person, unit=unit, valid_from=EARLY)
        seats.append(seat(run, EARLY, person))
    meet(run, DAY, present=seats, headcount=2)
    written()
    cells = rows_of_csv(staff.get(f"{PAGE}.csv?period=2026&by=ward"))
    assert {row["ward"]: row["persons"] for row in cells} == {
        "26734@2004-01-01": "6", "26734": "7", "outside": "8", "not_stated": "0", "total": "21",
    }  # fmt: skip
    assert [row["ward"] for row in cells][-3:] == ["outside", "not_stated", "total"]


@pytest.mark.parametrize("kind", ["", ".csv", ".xlsx"])
def test_only_statisticians_and_administrators_see_figures(client, kind):
    assert client.get(f"{PAGE}{kind}").status_code == 302
    for account, status in (
        (AccountFactory(), 403),
        (StaffFactory().account, 403),
        (GrantFactory(city_role="catalogue_editor").account, 403),
        (GrantFactory(city_role="administrator").account, 200),
    ):
        browser = client.application.test_client().sign_in(account)
        crowd(1)
        store.refresh(store.folder(client.application.extensions["settings"]))
        assert browser.get(f"{PAGE}{kind}?period=2026").status_code == status
