"""Dashboards show prepared cells: the same in page and file, dated, defined, hidden where few."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from sqlalchemy import delete, select

from app.core import config, jobs
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.core.jobs import Job
from app.indicators.boards import jobs as prepared_jobs
from app.indicators.boards import prepared
from app.indicators.boards import public as public_boards
from app.indicators.boards.board import HIDDEN
from app.indicators.boards.events import BoardsBehind
from app.indicators.models import PreparedFigures, Target
from app.indicators.operations import reports
from app.indicators.operations.definitions import ensure_measures
from app.participation import operations, queries, store
from app.participation.disclosure.audit import PERSONS, find_leaks
from app.participation.events import FactsChanged
from app.places.models import Extent, UnitChange
from tests.factories import (
    CityFactory,
    CourseFactory,
    GrantFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    StaffFactory,
    UnitFactory,
    WardFactory,
)
from tests.participation.conftest import meet, seat

PERIOD, EARLY = "2026-H1", date(2025, 1, 2)
PUBLIC, CITY = f"/vi/indicators?period={PERIOD}", f"/vi/staff/figures?period={PERIOD}"
FILE = f"/vi/indicators/figures.csv?period={PERIOD}"
NOW = "2026-11-22T05:00:00Z"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def figures(app):
    """Facts, files and boards, as the worker makes them."""
    ensure_measures()

    def make(*periods, changed=()):
        db.session.rollback()
        operations.rewrite(changed) if changed else operations.rebuild()
        store.refresh(store.folder(config.current()))
        done = prepared.prepare(*(periods or (PERIOD,)))
        db.session.rollback()
        return done

    return make


def live(number, unit, day=date(2026, 3, 2), run=None, **person):
    """So many residents of this unit at one session on this day."""
    run = run or RunFactory(capacity=None, venue=None)
    people = [PersonFactory.build(**person) for _ in range(number)]
    for each in people:
        db.session.add(ResidenceFactory.build(person=each, unit=unit, valid_from=EARLY))
    meet(run, day, present=[seat(run, date(2026, 1, 2), each) for each in people])
    return run


def ward(name, **values):
    return WardFactory(name_vi=name, latitude=10.7, longitude=106.7, **values)


def cells(answer):
    """(breakdown, value, measure) -> number, as the file has it."""
    rows = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    return {(row["breakdown"], row["value"], row["measure"]): row["number"] for row in rows}


def tiles(page):
    return {
        tile.h3.get_text(strip=True): tile.strong.get_text(strip=True)
        for tile in page.select("li.tile")
    }


def table(page, caption):
    """Row name -> the last cell of it."""
    found = next(t for t in page.select("table") if t.caption.get_text(strip=True) == caption)
    return {
        row.th.get_text(strip=True): row.select("td")[-1].get_text(strip=True)
        for row in found.select("tbody tr")
    }


def test_the_public_page_reads_prepared_figures_alone(client, figures, at_most, monkeypatch):
    live(40, ward("Đông"))
    figures()
    monkeypatch.setattr(queries, "count", None)
    page = client.page(PUBLIC)
    with at_most(5):
        answer = client.get(PUBLIC)
    assert tiles(page)["Số người"] == "40"
    assert len(page.select("svg.line-chart circle")) == 6, "a month in which nobody came is 0"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(PUBLIC, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.on_any_database
def test_every_figure_says_its_definition_version_and_period(client, figures):
    live(40, ward("Đông"))
    figures()
    page = client.page(PUBLIC)
    for tile in page.select("li.tile"):
        target = page.select_one(tile.a["href"])
        assert "phiên bản 1" in target.get_text()
        assert target.find_next_sibling("dd").get_text(strip=True)
    words = page.get_text(" ", strip=True)
    assert "6 tháng đầu năm 2026" in words
    assert "Tính lúc" in words
    rows = csv.DictReader(
        io.StringIO(client.get(FILE).get_data(as_text=True).removeprefix("\ufeff"))
    )
    first = next(rows)
    told = [first[name] for name in ("status", "first_day", "last_day", "measure", "version")]
    assert told == ["public", "2026-01-01", "2026-06-30", "N1", "1"]


def test_page_and_file_hide_the_same_cells_and_0_is_not_hidden(client, figures):
    few, many, empty, other = ward("Ba"), ward("Tám"), ward("Không"), ward("Bốn")
    live(3, few)
    live(40, many)
    live(60, other)
    figures()
    shown = table(client.page(PUBLIC), "Phường, xã, đặc khu nơi ở") or {}
    file = cells(client.get(FILE))
    assert file["ward", few.code, "N1"] == "*"
    assert file["ward", empty.code, "N1"] == "0"
    board = prepared.board(prepared.PUBLIC, PERIOD)
    for line in board.table("ward").lines:
        number = file["ward", line.code, "N1"]
        assert (number == "*") == (line.values[0] == HIDDEN)
        assert shown[line.name.vi] is not None
    page = client.page(PUBLIC)
    marks = {g["class"][0]: g.find("text").get_text() for g in page.select(".ward-map > svg > g")}
    assert marks["step-hidden"] == "*"
    assert marks["step-0"] == "0"
    assert client.page(f"{PUBLIC}&ward={few.code}").select_one(".figure strong").get_text() == "ẩn"


@pytest.mark.on_any_database
def test_one_ward_has_a_page_and_a_file_and_an_unknown_one_has_none(client, figures):
    home = ward("Đông")
    live(40, home)
    live(40, ward("Tây"))
    figures()
    page = client.page(f"{PUBLIC}&ward={home.code}")
    assert tiles(page)["Số người"] == "40"
    assert page.select_one(f"option[value='{home.code}']").get_text() == "Đông (phường)"
    assert cells(client.get(f"{FILE}&ward={home.code}"))["", "total", "N1"] == "40"
    client.page(f"{PUBLIC}&ward=99999", status=404)
    assert client.get(f"{FILE}&ward=99999").status_code == 404


@pytest.mark.on_any_database
def test_a_period_nobody_offers_has_no_page_and_no_file(client, figures):
    live(40, ward("Đông"))
    figures()
    for unknown in ("2026-H2", "khong-co"):
        page = client.get(f"/vi/indicators?period={unknown}")
        assert page.status_code == 404
        assert "Không có số liệu của kỳ hoặc nơi này." in page.text
        assert client.get(f"/vi/indicators/figures.csv?period={unknown}").status_code == 404


def test_invented_addresses_take_no_place_in_memory(app, client, figures):
    client.get("/vi/indicators")
    before = len(app.extensions["kept"])
    for number in range(3):
        assert client.get(f"/vi/indicators?period=x{number}").status_code == 404
        assert client.get(f"/vi/indicators?ward=y{number}").status_code == 404
    assert len(app.extensions["kept"]) == before


def test_only_periods_that_are_over_are_public(client, figures):
    live(40, ward("Đông"), day=date(2026, 9, 1))
    figures("2026-H2")
    offered = [o["value"] for o in client.page("/vi/indicators").select("#period option")]
    assert "2026-H2" not in offered
    assert offered == ["2026-H1", "2025"], "periods that cut one another tell by subtraction"
    assert prepared.board(prepared.PUBLIC, "2025-2026") is None
    assert prepared.board(prepared.PUBLIC, "2026-H2") is None
    assert prepared.board(prepared.EXACT, "2026-H2").total[0] == 40


def test_the_city_sees_exact_figures_marked_internal_and_its_look_is_kept(client, figures):
    home = ward("Ba")
    live(3, home)
    figures()
    account = GrantFactory(city_role="statistician").account
    page = client.sign_in(account).page(f"{CITY}&ward={home.code}")
    assert tiles(page)["Số người"] == "3"
    assert "Nội bộ" in page.select_one(".notice").get_text()
    client.get(f"/vi/staff/figures.csv?period={PERIOD}")
    kept = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [a for a in kept if a.startswith("indicators.")] == [
        "indicators.seen",
        "indicators.export",
    ]
    assert client.get(CITY).headers["Cache-Control"] == "no-store"


def test_a_commune_and_a_provider_see_their_own_figures_alone(client, figures):
    mine, theirs = ward("Đông"), ward("Tây")
    course = CourseFactory()
    live(40, mine, run=RunFactory(course=course, capacity=None, venue=None))
    live(30, theirs)
    figures()
    officer = GrantFactory(city_role=None, commune_id=mine.id).account
    client.sign_in(officer)
    address = f"/vi/commune/{mine.code}/figures"
    assert tiles(client.page(f"{address}?period={PERIOD}"))["Số người"] == "40"
    assert cells(client.get(f"{address}.csv?period={PERIOD}"))["", "total", "N1"] == "40"
    client.page(f"/vi/commune/{theirs.code}/figures", status=404)
    client.page(CITY, status=403)
    member = StaffFactory(provider=course.provider, role="teacher")
    client.sign_in(member.account)
    own = f"/vi/provider/{course.provider.slug}/figures"
    assert tiles(client.page(f"{own}?period={PERIOD}"))["Số người"] == "40"
    assert cells(client.get(f"{own}.csv?period={PERIOD}"))["", "total", "N1"] == "40"


@pytest.mark.on_any_database
def test_a_provider_that_taught_nobody_reads_zeros_on_page_and_file(client, figures):
    live(40, ward("Đông"))
    member = StaffFactory(role="teacher")
    figures()
    client.sign_in(member.account)
    own = f"/vi/provider/{member.provider.slug}/figures"
    assert tiles(client.page(f"{own}?period={PERIOD}"))["Số người"] == "0"
    written = cells(client.get(f"{own}.csv?period={PERIOD}"))
    assert written["", "total", "N1"] == "0"
    assert not written["", "total", "Q1"]
    assert {breakdown for breakdown, _value, _code in written} == {""}


@pytest.mark.on_any_database
def test_targets_stand_beside_figures(client, figures):
    live(40, ward("Đông"))
    figures()
    city = CityFactory()
    db.session.flush()
    db.session.add(Target(measure_code="N1", unit_id=city.id, period=PERIOD, number=160))
    db.session.commit()
    assert "Mục tiêu: 160. Đến nay được 25%." in client.page(PUBLIC).get_text(" ", strip=True)


@pytest.mark.on_any_database
def test_change_is_told_in_words(client, figures):
    home = ward("Đông")
    live(40, home, day=date(2025, 9, 1))
    live(50, home)
    figures()
    words = client.page(PUBLIC).get_text(" ", strip=True)
    assert "Tăng 10 so với 40 của kỳ trước (6 tháng cuối năm 2025)." in words


def test_boards_follow_new_facts_and_leave_other_periods_alone(app, figures):
    home, asked = ward("Đông"), (PERIOD, "2026-H2", "2025")
    course = CourseFactory()
    live(40, home, run=RunFactory(course=course, capacity=None, venue=None))
    assert figures(*asked).periods == len(asked)
    assert prepared.prepare(*asked).periods == 0
    run = RunFactory(course=course, capacity=None, venue=None)
    live(7, home, day=date(2026, 11, 2), run=run)
    assert figures(*asked, changed=[run.sessions[0].id]).periods == 1
    now = [prepared.board(prepared.EXACT, code).total[0] for code in asked]
    assert now == [40, 7, 0]


def test_one_job_follows_however_many_facts_change(app, run_jobs):
    for _ in range(3):
        with transaction():
            prepared_jobs.note_change(FactsChanged())
    waiting = db.session.scalars(select(Job.handler).order_by(Job.id)).all()
    assert waiting == ["indicators.boards.jobs.find_periods"]


@pytest.mark.on_any_database
def test_the_worker_makes_each_period_in_a_job_of_its_own(app, figures, run_jobs):
    live(40, ward("Đông"))
    figures("2025")
    with transaction():
        jobs.emit(BoardsBehind())
    while run_jobs():
        pass
    assert prepared.board(prepared.PUBLIC, PERIOD).total[0] == 40
    assert prepared.prepare().periods == 0


@pytest.mark.on_any_database
def test_people_are_counted_anew_on_every_map(app, figures):
    """Two old wards became one, a third was split; somebody's address still says the old ones."""
    city = CityFactory()
    old = [
        UnitFactory(valid_from=date(2025, 1, 1), valid_to=date(2025, 6, 30), parent=None)
        for _ in range(3)
    ]
    new = [ward("Mới"), ward("Bên")]
    for unit, target, extent in (
        (old[0], new[0], Extent.WHOLE),
        (old[1], new[0], Extent.WHOLE),
        (old[2], new[0], Extent.PART),
        (old[2], new[1], Extent.PART),
    ):
        db.session.add(UnitChange(old=unit, new=target, extent=extent, on=date(2025, 7, 1)))
    db.session.commit()
    for unit, number in zip([*old, *new], (5, 6, 7, 8, 9), strict=True):
        live(number, unit)
    figures()
    board = prepared.board(prepared.EXACT, PERIOD)
    today = {line.code: line.values[0] for line in board.table("ward").lines}
    assert today[new[0].code] == 5 + 6 + 8
    assert today[new[1].code] == 9
    split = next(line for line in board.table("ward").lines if "@" in line.code)
    assert "đã chia nên không tách được" in split.name.vi
    assert split.values[0] == 7
    own, before = (
        {line.code.split("@")[0]: line.values[0] for line in board.table(kind).lines}
        for kind in ("own_map", "old_map")
    )
    assert sum(today.values()) == sum(own.values()) == sum(before.values()) == board.total[0] == 35
    assert own[old[0].code] == 5
    exact = prepared.board(prepared.EXACT, PERIOD, prepared.unit(new[0].id))
    assert exact.total[0] == 19
    assert exact.breaks == (date(2025, 7, 1),)
    assert city.id == board.unit_id


@pytest.mark.on_any_database
def test_a_public_board_takes_in_corrections_once_a_month(app, figures):
    """One register at a time would say by the change what one class was."""
    home = ward("Đông")
    course = CourseFactory()
    live(40, home, run=RunFactory(course=course, capacity=None, venue=None))
    figures()
    run = RunFactory(course=course, capacity=None, venue=None)
    live(20, home, day=date(2026, 3, 9), run=run)
    figures(changed=[run.sessions[0].id])
    shown = [prepared.board(kind, PERIOD).total[0] for kind in (prepared.PUBLIC, prepared.EXACT)]
    assert shown == [40, 60]
    with time_machine.travel("2026-12-24T05:00:00Z", tick=False):
        prepared.prepare(PERIOD, everything=True)
    assert prepared.board(prepared.PUBLIC, PERIOD).total[0] == 60


@pytest.mark.on_any_database
def test_a_correction_that_would_reveal_somebody_is_not_made(client, figures):
    """Whoever was hidden before would stand alone between two versions."""
    few, course = ward("Ba"), CourseFactory()
    live(40, ward("Đông"), run=RunFactory(course=course, capacity=None, venue=None))
    live(3, few)
    live(60, ward("Tây"))
    figures()
    assert prepared.withheld(PERIOD) == public_boards.NOTHING
    before = prepared.board(prepared.PUBLIC, PERIOD)
    run = RunFactory(course=course, capacity=None, venue=None)
    live(2, few, day=date(2026, 3, 9), run=run)
    with time_machine.travel("2026-12-24T05:00:00Z", tick=False):
        figures(changed=[run.sessions[0].id])
        assert prepared.withheld(PERIOD) == public_boards.CORRECTION
        assert prepared.board(prepared.PUBLIC, PERIOD).table("ward") == before.table("ward")
        page = client.sign_in(GrantFactory(city_role="statistician").account).page(CITY)
        assert "vẫn giữ số liệu cũ" in page.get_text(" ", strip=True)


@pytest.mark.on_any_database
def test_boards_are_audited_with_reports_and_reports_with_boards(app, figures):
    live(3, ward("Ba"))
    live(40, ward("Tám"))
    live(60, ward("Bốn"))
    figures()
    report = reports.freeze(PERIOD)
    reports.publish(report.id, None)
    assert public_boards.tables_told(5)
    assert public_boards.tables_told(10) == [], "under another limit other cells were hidden"


@pytest.mark.on_any_database
def test_the_auditor_knows_that_pages_of_wards_leave_out_who_lives_in_none(app, figures):
    """The half-year before is told by the pages of wards alone: 63 people, 60 of them in wards."""
    autumn = date(2025, 10, 6)
    first, second = ward("Tám"), ward("Ba")
    live(40, first, day=autumn)
    live(20, second, day=autumn)
    live(3, None, day=autumn)
    figures()
    numbers = {None: 63, first.code: 40, second.code: 20}
    careless = [
        replace(
            table,
            cells={k: numbers[k[0] if k else None] for k in table.cells},
            small=(),
            round_to=1,
        )
        for table in public_boards.tables_told(5)
        if table.figure == PERSONS and table.by in {(), ("ward",)} and table.last.year == 2025
    ]
    assert {(leak.least, leak.greatest) for leak in find_leaks(careless, 5)} == {(3, 3)}
    assert not find_leaks(public_boards.tables_told(5), 5)


def test_before_anything_is_prepared_the_page_says_so(client, app):
    ward("Đông")
    db.session.execute(delete(PreparedFigures))
    db.session.commit()
    assert "đang được chuẩn bị" in client.page("/vi/indicators").get_text(" ", strip=True)
    assert client.get("/vi/indicators/figures.csv").status_code == 404


def test_a_page_that_tells_somebody_what_they_did_is_not_kept_for_others(client):
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Đã giữ chỗ cho bạn.")]
    told = client.get("/vi/indicators")
    assert "Đã giữ chỗ cho bạn." in told.get_data(as_text=True)
    assert "public" not in told.headers.get("Cache-Control", "")
    assert "public" in client.get("/vi/indicators").headers["Cache-Control"]
