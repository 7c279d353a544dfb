"""Large tables: as files that the worker makes, for whoever asked, in little memory."""

import csv
import io
import tracemalloc
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from sqlalchemy import select

from app.core import clock, jobs
from app.core.audit import AuditEntry
from app.core.db import db
from app.participation import cells, exports, operations, orders, periods, store
from app.participation.dimensions import Dimension
from app.participation.queries import Question
from tests.benchmarks.participation_cells import write_cells
from tests.factories import CourseFactory, GrantFactory, ProviderFactory, RunFactory
from tests.participation.conftest import crowd

PAGE = "/vi/staff/participation"
ASKED = {"period": "2026", "by": ["provider", "sex"]}
QUERY = "period=2026&by=provider&by=sex"


@pytest.fixture
def large(app, where, monkeypatch):
    """Two providers by sex; more than two cells are many here."""
    for slug in ("p1", "p2"):
        course = CourseFactory(provider=ProviderFactory(slug=slug))
        crowd(3, run=RunFactory(course=course, capacity=None), sex="female")
    db.session.rollback()
    operations.rebuild()
    store.refresh(where)
    monkeypatch.setattr(cells, "ALL_CELLS_BELOW", 2)


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


def ask(browser, file_format):
    browser.page(f"{PAGE}?{QUERY}")
    answer = browser.send(f"{PAGE}/files", ASKED | {"format": file_format}, page=PAGE)
    return answer.location


def audited(action):
    db.session.rollback()
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return [entry.details for entry in db.session.scalars(query)]


@pytest.mark.parametrize("kind", exports.FORMATS)
def test_a_large_file_is_asked_for_made_and_taken(staff, large, kind, run_jobs):
    page = staff.page(f"{PAGE}?{QUERY}")
    assert "Bảng này quá dài" in page.get_text()
    assert page.select_one("a[href*='.csv']") is None
    assert staff.get(f"{PAGE}.{kind}?{QUERY}").status_code == 303
    where_it_will_be = ask(staff, kind)
    assert "Các dòng đang được đếm" in staff.page(where_it_will_be).get_text()
    assert staff.get(f"{where_it_will_be}/download").status_code == 404
    run_jobs()
    assert "Tệp đã xong: 6 dòng" in staff.page(where_it_will_be).get_text()
    answer = staff.get(f"{where_it_will_be}/download")
    assert rows_of(answer.data, kind) == [
        ("p1", "female", "3"), ("p1", "total", "3"), ("p2", "female", "3"), ("p2", "total", "3"),
        ("total", "female", "6"), ("total", "total", "6"),
    ]  # fmt: skip
    named = f'attachment; filename="participation-2026-provider-sex-internal.{kind}"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["Cache-Control"] == "no-store"
    about = {"by": ["provider", "sex"], "format": kind}
    assert audited("participation.export_asked") == [about]
    assert audited("participation.export") == [about | {"cells": 6}]
    assert where_it_will_be.rpartition("/")[2] in str(staff.page(PAGE))


def rows_of(content, kind):
    if kind == "csv":
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    else:
        heads, *lines = openpyxl.load_workbook(io.BytesIO(content))["figures"].values
        rows = [dict(zip(heads, line, strict=True)) for line in lines]
    return [(row["provider"], row["sex"], str(row["persons"])) for row in rows]


def test_nobody_else_gets_the_file(staff, large, run_jobs):
    address = ask(staff, "csv")
    run_jobs()
    for role, status in (("statistician", 404), ("administrator", 404), ("catalogue_editor", 403)):
        other = staff.application.test_client().sign_in(GrantFactory(city_role=role).account)
        assert other.get(address).status_code == status
        assert other.get(f"{address}/download").status_code == status
        assert address.rpartition("/")[2] not in other.get(PAGE).get_data(as_text=True)
    assert audited("participation.export") == []


def test_a_file_is_gone_after_a_week(staff, large, run_jobs):
    address = ask(staff, "csv")
    run_jobs()
    token = address.rpartition("/")[2]
    order = orders.find(token, _asker())
    with time_machine.travel(order.kept_until - timedelta(minutes=1), tick=False):
        orders.sweep()
        assert order.path.exists()
    with time_machine.travel(order.kept_until, tick=False):
        assert orders.find(token, _asker()) is None
        orders.sweep()
        assert not order.path.parent.exists()


def _asker():
    (entry,) = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "participation.export_asked")
    )
    return entry.account_id


def test_progress_is_told_while_the_file_grows(staff, large, monkeypatch, run_jobs):
    address = ask(staff, "csv")
    monkeypatch.setattr(cells, "BATCH", 2)
    seen = []
    write = exports.write

    def looking(cells, file_format, out, tell):
        def told(more):
            tell(more)
            seen.append(staff.page(address).progress["value"])

        write(cells, file_format, out, told)

    monkeypatch.setattr(exports, "write", looking)
    run_jobs()
    assert seen == ["2", "4", "6"]


def test_a_killed_worker_leaves_no_broken_file_and_the_job_is_repeated(staff, large, monkeypatch):
    address = ask(staff, "csv")
    order = orders.find(address.rpartition("/")[2], _asker())
    write = exports.write

    def killed(_cells, _format, out, _tell):
        out.write(b"half a fi")
        raise SystemExit

    monkeypatch.setattr(exports, "write", killed)
    with pytest.raises(SystemExit):
        jobs.work(once=True)
    assert not order.path.exists()
    assert staff.get(f"{address}/download").status_code == 404
    monkeypatch.setattr(exports, "write", write)
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        jobs.work(once=True)
    assert order.path.read_bytes().startswith(b"\xef\xbb\xbfstatus,")
    made = order.path.stat().st_mtime_ns
    orders.make(order.token)
    assert order.path.stat().st_mtime_ns == made


def test_the_same_facts_give_the_same_bytes_however_they_are_made(
    staff, large, run_jobs, app, monkeypatch
):
    for kind in exports.FORMATS:
        address = ask(staff, kind)
        run_jobs()
        made = staff.get(f"{address}/download").data
        db.session.rollback()
        by = ("--period", "2026", "--by", "provider,sex", "--format", kind)
        done = app.test_cli_runner().invoke(args=["participation", "export", *by])
        assert done.stdout_bytes == made
        assert "cells" in done.stderr


def test_who_asks_for_what_cannot_be_counted_is_refused(staff, large):
    staff.page(PAGE)
    for wrong in ({"format": "exe"}, {"by": ["phone"]}, {"period": "2026-H9"}):
        asked = ASKED | {"format": "csv"} | wrong
        staff.send(f"{PAGE}/files", asked, status=422, page=PAGE)
    assert audited("participation.export_asked") == []


def test_memory_does_not_grow_with_the_cells(app, tmp_path):
    """Ten times as many cells take hardly more."""
    peaks = []
    for firsts in (150, 1500):
        write_cells(tmp_path / "cells.parquet", firsts, 100)
        question = Question(periods.parse("2026"), (Dimension.TOPIC, Dimension.PROVIDER_TYPE))
        with (
            cells.opened(question, clock.now(), tmp_path / "cells.parquet") as made,
            (tmp_path / "out").open("wb") as out,
        ):
            tracemalloc.start()
            exports.write(made, exports.CSV, out)
            exports.write(made, exports.XLSX, out)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert made.size == (1500 + 1) * (100 + 1)
    assert peaks[1] < peaks[0] * 1.5
