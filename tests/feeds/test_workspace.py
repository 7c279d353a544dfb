"""A provider's import from the file to the catalogue, by its pages."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select, update

from app.catalogue.models import Course
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.feeds import retention, storage
from app.feeds.models import FeedChange, FeedImport, FeedLink, FeedRow, ImportState
from tests.factories import StaffFactory
from tests.feeds.rows import HEAD, course, run

IMPORTS = "/vi/provider/hoa-sen/imports"


@pytest.fixture
def editor(client, provider):
    return client.sign_in(StaffFactory(provider=provider).account)


@pytest.fixture
def upload(editor, table, run_jobs):
    """Send rows as a file and let the worker check it; the address of its page."""

    def send(rows, head=HEAD, name="khoa-hoc.csv", **fields):
        return send_bytes(table(rows, head).read_bytes(), name, **fields)

    def send_bytes(content, name, **fields):
        data = {"sheet": (io.BytesIO(content), name), "mapping": "", **fields}
        answer = editor.send(IMPORTS, data)
        run_jobs()
        return answer.headers["Location"]

    send.content = send_bytes
    return send


def state(address):
    db.session.expire_all()
    found = db.session.get_one(FeedImport, int(address.rsplit("/", 1)[1]))
    return found.state


def apply(editor, run_jobs, address, **more):
    digest = editor.page(address).select_one("input[name=digest]")["value"]
    answer = editor.send(f"{address}/apply", {"digest": digest, **more}, page=address)
    run_jobs()
    return answer


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_file_is_checked_shown_and_applied(editor, upload, run_jobs):
    address = upload([run("K1"), course("K2")])
    page = editor.page(address)
    assert "Sẵn sàng áp dụng" in page.text
    assert "Mới (3)" in page.text
    assert count(Course) == 0
    shown = editor.page(f"{address}/changes?show=new").text
    assert "Tin học cơ bản" in shown
    assert "01/12/2026" in shown
    apply(editor, run_jobs, address)
    assert state(address) is ImportState.APPLIED
    assert count(Course) == 2
    assert "Đã áp dụng" in editor.page(address).text


def test_while_the_worker_is_at_it_the_page_comes_again(editor, table, provider):
    file = io.BytesIO(table([run()]).read_bytes())
    address = editor.send(IMPORTS, {"sheet": (file, "a.csv"), "mapping": ""}).headers["Location"]
    answer = editor.get(address)
    assert answer.headers["Refresh"].startswith("2; url=/vi/provider/hoa-sen/imports/")
    assert "<progress" in answer.get_data(as_text=True)
    stored = db.session.scalars(select(FeedImport.stored)).one()
    storage.teller(stored)("comparing", 40, 100)
    page = editor.page(address)
    assert page.progress["value"] == "40"
    assert "40/100" in page.text


def test_a_wrong_row_is_put_right_on_line_and_the_file_stays(editor, upload, run_jobs):
    address = upload([run("K1"), run("K2", capacity="nhiều"), run("K3", fee="2 USD")])
    assert state(address) is ImportState.ERRORS
    stored = db.session.scalars(select(FeedImport.stored)).one()
    before = storage.path(stored).read_bytes()
    page = editor.page(f"{address}/rows/3")
    cells = {box["name"]: box["value"] for box in page.select("main input[name]:not([type])")}
    assert cells["capacity"] == "nhiều"
    kept = editor.send(
        f"{address}/rows/3", {**cells, "capacity": "rất nhiều", "title_vi": "Tin học 2"}, 422
    ).get_data(as_text=True)
    assert 'value="rất nhiều"' in kept
    assert 'value="Tin học 2"' in kept
    answer = editor.send(f"{address}/rows/3", {**cells, "capacity": "30"})
    assert answer.headers["Location"].endswith("/rows/4")
    answer = editor.send(f"{address}/rows/4", {"leave_out": "1"})
    assert answer.headers["Location"] == address
    run_jobs()
    assert state(address) is ImportState.READY
    assert storage.path(stored).read_bytes() == before
    apply(editor, run_jobs, address)
    assert sorted(db.session.scalars(select(Course.external_id))) == ["K1", "K2"]


def test_errors_can_be_downloaded_and_good_rows_go_alone(editor, upload, run_jobs):
    address = upload([run("K1"), run("K2", capacity="=1+1")])
    told = editor.get(f"{address}/errors.csv").get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(told.removeprefix("\ufeff")))
    assert (row["line"], row["code"], row["value"]) == ("3", "not_a_number", "'=1+1")
    apply(editor, run_jobs, address, good_rows="1")
    assert list(db.session.scalars(select(Course.external_id))) == ["K1"]


def test_without_good_rows_nothing_wrong_is_applied(editor, upload):
    address = upload([run("K1"), run("K2", capacity="?")])
    digest = editor.page(address).select_one("input[name=digest]")["value"]
    answer = editor.send(f"{address}/apply", {"digest": digest}, 422, page=address)
    assert "đã sang bước khác" in answer.get_data(as_text=True)


def test_apply_equals_what_was_shown_or_asks_to_look_again(editor, upload, run_jobs):
    apply(editor, run_jobs, upload([run("K1")]))
    address = upload([run("K1", title_vi="Tên mới")])
    db.session.execute(update(Course).values(title_vi="Tên tự sửa", version=7))
    db.session.commit()
    apply(editor, run_jobs, address)
    assert state(address) is ImportState.READY
    assert "Hãy xem lần nữa" in editor.page(address).text
    assert db.session.scalars(select(Course.title_vi)).one() == "Tên tự sửa"
    assert "Tên tự sửa" in editor.page(f"{address}/changes?show=changed").text
    apply(editor, run_jobs, address)
    assert db.session.scalars(select(Course.title_vi)).one() == "Tên mới"


def test_a_newer_file_supersedes_the_one_before(editor, upload, run_jobs):
    first = upload([run("K1")])
    second = upload([run("K1"), run("K2")])
    assert state(first) is ImportState.SUPERSEDED
    apply(editor, run_jobs, second)
    third = upload([run("K1"), run("K2"), run("K3")])
    apply(editor, run_jobs, third)
    assert (state(second), state(third)) == (ImportState.SUPERSEDED, ImportState.APPLIED)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_can_be_filled_in_and_sent(editor, upload, language):
    sheet = editor.get(f"/{language}/provider/hoa-sen/imports/template.csv").data
    book = editor.get(f"/{language}/provider/hoa-sen/imports/template.xlsx").data
    heads = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(book)).active[1]]
    assert heads[0] == {"vi": "Mã khóa học", "en": "Course key"}[language]
    for content, name in ((sheet, "a.csv"), (book, "a.xlsx")):
        address = upload.content(content, name)
        assert state(address) is ImportState.READY, editor.page(address).text


def test_what_no_table_is_told_with_the_way_out(editor, upload):
    address = upload.content(b"<html><table><tr><td>a</table>", "lop.xls")
    assert state(address) is ImportState.ERRORS
    assert "trang web" in editor.page(address).text
    editor.send(f"{address}/discard", page=address)
    assert state(address) is ImportState.SUPERSEDED


def test_an_old_font_is_recognised_shown_and_converted(editor, upload, run_jobs):
    words = ["Tin hoïc vaên phoøng", "Tieáng Anh giao tieáp", "Söùc khoûe ngöôøi cao tuoåi"]
    rows = [course(f"K{n}", title_vi=title) for n, title in enumerate(words)]
    address = upload(rows)
    page = editor.page(address).text
    assert "VNI" in page
    assert "Tin học văn phòng" in page
    editor.send(f"{address}/convert", page=address)
    run_jobs()
    assert state(address) is ImportState.READY
    apply(editor, run_jobs, address)
    assert set(db.session.scalars(select(Course.title_vi))) == {
        "Tin học văn phòng",
        "Tiếng Anh giao tiếp",
        "Sức khỏe người cao tuổi",
    }


def test_a_file_in_windows_1258_shows_how_its_letters_were_read(editor, upload, table):
    marks = {"ọ": "o\u0323", "ế": "ê\u0301"}
    title = "".join(marks.get(letter, letter) for letter in "Học tiếng Anh")
    content = table([course(title_vi=title)], encoding="cp1258").read_bytes()
    page = editor.page(upload.content(content, "a.csv")).text
    assert "cp1258" in page
    assert "Hãy xem các chữ" in page


def test_two_who_apply_at_once_apply_once(editor, upload, at_once, run_jobs, provider):
    from app.feeds.operations import uploads  # noqa: PLC0415

    address = upload([run("K1")])
    found = db.session.scalars(select(FeedImport)).one()
    key, digest = found.id, found.digest
    answers = at_once([lambda: uploads.want(key, digest)] * 4)
    assert sorted(map(str, answers)) == ["None", "not_now", "not_now", "not_now"]
    run_jobs()
    assert (state(address), count(Course)) == (ImportState.APPLIED, 1)


def test_files_are_deleted_in_time_and_links_never(editor, upload, run_jobs):
    address = upload([run("K1"), run("K2", capacity="?")])
    apply(editor, run_jobs, address, good_rows="1")
    stored = db.session.scalars(select(FeedImport.stored)).one()
    retention.forget_old()
    assert storage.path(stored).exists()
    db.session.execute(update(FeedImport).values(created_at=clock.now() - timedelta(days=31)))
    db.session.commit()
    retention.forget_old()
    assert not storage.path(stored).exists()
    assert (count(FeedChange), count(FeedRow)) == (0, 0)
    assert count(FeedLink) == 2
    editor.page(address)


def test_teachers_and_others_have_no_imports(client, provider, upload, editor):
    address = upload([run()])
    teacher = StaffFactory(provider=provider, role=ProviderRole.TEACHER).account
    assert client.sign_in(teacher).get(address).status_code == 403
    other = StaffFactory(role=ProviderRole.OWNER)
    client.sign_in(other.account)
    assert client.get(address).status_code == 404
    elsewhere = address.replace("hoa-sen", other.provider.slug)
    assert client.get(elsewhere).status_code == 404
