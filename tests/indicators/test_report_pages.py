"""The pages of reports: freezing, publishing, reading every revision, filling an office's form."""

import io
import zipfile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.indicators.models import OfficeForm, ReportingPeriod
from app.indicators.operations import office_forms
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports.errors import FormTooBig, FormWithMacros, NoNamedCells, NotAForm
from tests.factories import GrantFactory, ProviderFactory
from tests.indicators.report_town import PERIOD, Town, workbook

DESK = "/vi/staff/reports"
PUBLIC = f"/vi/indicators/reports/{PERIOD}"


@pytest.fixture
def town(app):
    return Town()


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


def seen_reports():
    kept = AuditEntry.action == "indicators.seen", AuditEntry.object_kind == "report"
    return db.session.scalars(select(AuditEntry.object_id).where(*kept)).all()


def text(page):
    return page.get_text(" ", strip=True)


def test_the_statistician_freezes_and_publishes_and_everybody_reads(app, staff, town, run_jobs):
    ProviderFactory()
    db.session.add(ReportingPeriod(code=PERIOD, due_on=clock.today()))
    db.session.commit()
    page = staff.page(f"{DESK}/new?period={PERIOD}")
    assert "báo cáo còn thiếu" in text(page)
    refused = staff.send(f"{DESK}/new", {"period": PERIOD}, 422)
    assert "<title>Lỗi: Chốt một kỳ" in refused.text
    staff.send(f"{DESK}/new", {"period": PERIOD, "without_missing": "y"})
    assert "6 tháng đầu năm 2026" in text(staff.page(DESK))
    run_jobs()
    report = queries.revision(PERIOD, 1)
    internal = staff.page(f"{DESK}/{report.id}?measure=N1")
    assert "Nội bộ" in text(internal)
    assert "35 người" in text(internal)
    assert seen_reports() == [str(report.id)]
    everybody = app.test_client()
    assert everybody.get(PUBLIC).status_code == 404
    staff.send(f"{DESK}/{report.id}/publish", page=f"{DESK}/{report.id}")
    assert everybody.get(PUBLIC).status_code == 404
    assert "Đang kiểm tra" in text(staff.page(f"{DESK}/{report.id}"))
    assert "Đang kiểm tra" in text(staff.page(DESK))
    run_jobs()
    assert "Đã công bố." in text(staff.page(f"{DESK}/{report.id}"))
    public = everybody.page(f"{PUBLIC}?measure=N1")
    assert "*" in [cell.get_text(strip=True) for cell in public.select("td")]
    assert "Phường Bến Thành" in text(public)
    for link in public.select('a[href*="/1/"]'):
        assert everybody.get(link["href"]).status_code == 200
    assert everybody.page("/vi/indicators/reports").select_one(f'a[href$="{PERIOD}/1"]')


def test_a_refusal_says_which_tables_would_tell_and_what_can_be_done(staff, town, run_jobs):
    operations.publish(operations.freeze(PERIOD).id, None)
    town.come_late(2, born=2000)
    second = operations.freeze(PERIOD, "thêm hai người")
    path = f"{DESK}/{second.id}"
    staff.send(f"{path}/publish", page=path)
    run_jobs()
    page = staff.page(path)
    told = page.select_one(".notice--error")
    assert "N1 · Số người, theo: Nhóm tuổi" in [li.get_text(strip=True) for li in told("li")]
    assert told.select_one('a[href$="/staff/measures"]')
    assert "Đã kiểm tra, không công bố" in text(staff.page(DESK))
    staff.send(f"{path}/publish", page=path)
    assert "Đang kiểm tra" in text(staff.page(path))


@pytest.mark.on_any_database
def test_the_page_says_which_revision_is_in_force(client, town):
    operations.publish(operations.freeze(PERIOD).id, None)
    town.come_late(1000)
    second = operations.freeze(PERIOD, "điểm danh nộp muộn")
    operations.publish(second.id, None)
    page = client.page(PUBLIC)
    assert "điểm danh nộp muộn" in text(page)
    changed = page.select_one("#changes").find_next("table")
    assert "1.040" in text(changed), "written as everywhere on the page"
    old = client.page(f"{PUBLIC}/1")
    assert "không còn hiệu lực" in text(old)
    assert client.get(f"{PUBLIC}/1/{PERIOD}-r1.csv").status_code == 200
    assert client.get(f"{PUBLIC}/1/{PERIOD}-r1-internal.csv").status_code == 404
    assert client.get(f"{PUBLIC}/3").status_code == 404


def test_only_who_works_with_figures_sees_what_is_not_published(client, town):
    report = operations.freeze(PERIOD)
    file = f"{DESK}/{report.id}/{PERIOD}-r1-internal.csv"
    for role, status in (("catalogue_editor", 403), ("statistician", 200), ("administrator", 200)):
        browser = client.application.test_client().sign_in(GrantFactory(city_role=role).account)
        assert [browser.get(path).status_code for path in (DESK, f"{DESK}/{report.id}", file)] == [
            status
        ] * 3
    assert client.get(f"{PUBLIC}/1").status_code == 404


def test_cells_of_a_form_can_be_told_before_anything_is_frozen(staff, town):
    kept = office_forms.keep("Biểu", workbook(tong="$B$1"), GrantFactory().account_id)
    path = f"/vi/staff/office-forms/{kept.id}"
    sent = {"cells-0-cell": "tong", "cells-0-measure": "N1", "cells-0-period": PERIOD}
    staff.send(path, sent, page=path)
    chosen = [each["value"] for each in staff.page(path).select("fieldset option[selected]")]
    assert chosen == ["N1", PERIOD]


def test_an_office_s_form_is_filled_from_a_report(staff, town):
    report = operations.freeze(PERIOD)
    content = workbook(
        tong="$B$1", nu="$B$2", o_an="$B$3", cu="$B$4", cong="$B$9", vung="$C$1:$C$4"
    )
    sent = {"name": "Biểu 01/TK", "file": (io.BytesIO(content), "bieu.xlsx")}
    kept = staff.send("/vi/staff/office-forms", sent, content_type="multipart/form-data")
    form = db.session.query(OfficeForm).one()
    path = f"/vi/staff/office-forms/{form.id}"
    assert kept.location == path
    choices = staff.page(path).select("#cells-0-period option")
    offered = {each["value"]: each.get_text(strip=True) for each in choices}
    assert offered[""] == "Kỳ của báo cáo"
    assert offered[PERIOD] == f"6 tháng đầu năm 2026 ({PERIOD})"
    lines = {
        "cu": ("", ""),
        "nu": ("N1", "sex=female"),
        "o_an": ("N1", "ward=26740"),
        "tong": ("N1", ""),
    }
    data = {}
    for at, (cell, (measure, of)) in enumerate(lines.items()):
        data |= {f"cells-{at}-cell": cell, f"cells-{at}-measure": measure, f"cells-{at}-of": of}
    staff.send(path, data)
    query = f"report={report.id}&part="
    assert staff.get(f"{path}/filled.xlsx?{query}public").status_code == 404, "nobody checked it"
    assert "chưa công bố" in text(staff.page(path))
    operations.publish(report.id, None)
    assert "cong, cu, vung" in text(staff.page(path))
    public = staff.get(f"{path}/filled.xlsx?{query}public")
    assert staff.get(f"{path}/filled.xlsx?{query}public").data == public.data
    sheet = load_workbook(io.BytesIO(public.data))["Biểu 1"]
    assert [sheet[f"B{row}"].value for row in (1, 2, 3, 4, 9)] == [35, 20, "*", None, "=SUM(B1:B2)"]
    internal = staff.get(f"{path}/filled.xlsx?{query}internal")
    assert load_workbook(io.BytesIO(internal.data))["Biểu 1"]["B3"].value == 3
    staff.send(f"{path}/remove", page=path)
    assert staff.get(path).status_code == 404


MERGED = '<worksheet><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'


SHARED = '<f t="shared" si="0"/>'


def archive(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"no workbook", NotAForm),
        (archive(sheet="<worksheet/>"), NotAForm),
        (archive(bomb=b"0" * 30_000_000), FormTooBig),
        (b"PK\x03\x04" + b"0" * 1_100_000, FormTooBig),
        (archive(**{"xl/vbaProject.bin": b"x"}), FormWithMacros),
        (archive(**{"xl/worksheets/sheet1.xml": MERGED}), FormTooBig),
        (archive(**{"elsewhere/sheet1.xml": MERGED.encode("utf-16")}), FormTooBig),
        (archive(**{"xl/worksheets/sheet1.xml": "<worksheet>" + "<c/>" * 100_000}), FormTooBig),
        (archive(sheet=f'<sqref="{"A1 " * 20_000}"/>'), FormTooBig),
        (archive(sheet=f"<f t='shared'>{'A1+' * 1000}1</f>" + SHARED * 1000), FormTooBig),
        (workbook(), NoNamedCells),
    ],
    ids=[
        "text",
        "zip",
        "bomb",
        "big",
        "macros",
        "merged",
        "merged elsewhere",
        "cells",
        "ranges",
        "shared formulas",
        "nameless",
    ],
)
def test_a_file_that_is_no_form_is_refused_in_words(app, content, refusal):
    with pytest.raises(refusal):
        office_forms.keep("Biểu", content, GrantFactory().account_id)
