"""The course editor and the city's review, page by page."""

from datetime import timedelta

import pytest

from app.catalogue import editing, operations
from app.catalogue.models import Course, CourseStatus
from app.core import clock
from app.core.access import CityRole
from app.core.db import db, transaction
from tests.client import read
from tests.factories import (
    CourseFactory,
    GrantFactory,
    RunFactory,
    StaffFactory,
)


@pytest.fixture
def member(app):
    return StaffFactory()


@pytest.fixture
def course(member) -> Course:
    return RunFactory(course=CourseFactory(provider=member.provider)).course


@pytest.fixture
def address(member, course):
    return f"/vi/provider/{member.provider.slug}/courses/{course.id}"


@pytest.fixture
def editor(client, member):
    return client.sign_in(member.account)


@pytest.fixture
def city(app):
    """A browser of a catalogue editor of the city."""
    return app.test_client().sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)


def _boxes(browser, address) -> dict[str, object]:
    """What a browser would send of this form."""
    form = browser.page(address).select_one("main form[method=post]:has(textarea)")
    sent = {
        box["name"]: box.get("value", "")
        for box in form.select("input[type=text], input[type=hidden]")
    }
    sent |= {box["name"]: box.text.strip("\n") for box in form.select("textarea")}
    sent |= {
        box["name"]: (box.select_one("[selected]") or box.option)["value"]
        for box in form.select("select")
    }
    for box in form.select("input[type=checkbox][checked]"):
        sent.setdefault(box["name"], []).append(box["value"])
    return sent


def _save(browser, address, **typed) -> None:
    browser.send(f"{address}/edit", {**_boxes(browser, f"{address}/edit"), **typed})


def _publish(browser, address) -> None:
    seen = browser.page(address).select_one("form[action$=publish] [name=seen]")["value"]
    browser.send(f"{address}/publish", {"seen": seen}, page=address)


def test_two_browsers_edit_one_course_and_nothing_typed_is_lost(app, editor, member, address):
    other = app.test_client().sign_in(StaffFactory(provider=member.provider).account)
    mine, theirs = (_boxes(browser, f"{address}/edit") for browser in (editor, other))
    other.send(f"{address}/edit", {**theirs, "title_vi": "Của đồng nghiệp"})
    typed = {**mine, "title_vi": "Của tôi", "summary_vi": "Tôi viết thêm."}
    answer = read(editor.send(f"{address}/edit", typed, status=409))
    assert answer.select_one("#title_vi")["value"] == "Của tôi"
    assert answer.select_one("#summary_vi").text.strip() == "Tôi viết thêm."
    both = {
        row.th.text.strip(): [td.text.strip() for td in row.select("td")]
        for row in answer.select("tbody tr")
    }
    assert both["Tên (Tiếng Việt)"] == ["Của đồng nghiệp", "Của tôi"]
    typed["seen"] = answer.select_one("input[name=seen]")["value"]
    editor.send(f"{address}/edit", typed)
    assert "Của tôi" in editor.page(f"{address}/changes").text


def test_nobody_outside_sees_what_is_pending(app, editor, course, address):
    public = f"/vi/courses/{course.id}-{_slug(course)}"
    outside = app.test_client()
    before = outside.get(public).get_data(as_text=True)
    _save(editor, address, title_vi="Bí mật chưa công bố", summary_vi="Bí mật.")
    pages = [
        outside.get(public).get_data(as_text=True),
        outside.get("/vi/courses?q=bi+mat").get_data(as_text=True),
        outside.get("/api/v1/courses").get_data(as_text=True),
        outside.get("/sitemap.xml").get_data(as_text=True),
        outside.get(f"/vi/providers/{course.provider.slug}").get_data(as_text=True),
    ]
    assert not [page for page in pages if "Bí mật" in page]
    assert course.title_vi in pages[0]
    assert course.title_vi in before
    for path in ("changes", "preview", "history", "edit"):
        assert outside.get(f"{address}/{path}").status_code == 302
    assert "Bí mật chưa công bố" not in editor.page(f"/vi/courses/{course.id}-{_slug(course)}").text


def _slug(course):
    return f"tin-hoc-co-ban-{course.title_vi.rpartition(' ')[2]}"


def test_the_preview_is_the_public_page_marked_as_what_it_is(editor, course, address):
    _save(editor, address, title_vi="Tên sắp tới", learn_vi="Một điều\nHai điều")
    page = editor.page(f"{address}/preview")
    assert page.h1.text == "Tên sắp tới"
    assert [item.text for item in page.select("h2 + ul li")][:2] == ["Một điều", "Hai điều"]
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert page.select_one(".notice").text
    assert "application/ld+json" not in str(page)


def test_changes_are_compared_published_and_kept_in_the_history(editor, course, member, address):
    old = course.title_vi
    _save(editor, address, title_vi="Tên mới")
    page = editor.page(f"{address}/changes")
    assert [cell.text.strip() for cell in page.select("tbody tr > *")] == [
        "Tên (Tiếng Việt)", old, "Tên mới",
    ]  # fmt: skip
    _publish(editor, address)
    assert db.session.get(Course, course.id).title_vi == "Tên mới"
    page = editor.page(f"{address}/history")
    assert member.account.display_name in page.text
    assert [cell.text.strip() for cell in page.select("tbody tr > *")][1:3] == [old, "Tên mới"]
    _save(editor, address, title_vi="Thôi")
    editor.send(f"{address}/changes/discard", page=f"{address}/changes")
    assert "Không có gì chờ công bố" in editor.page(f"{address}/changes").text


def test_what_a_language_lacks_is_named_with_the_way_to_its_box(editor, course, address):
    _save(editor, address, languages=["vi", "en"], summary_en="", title_en="")
    page = editor.page(address)
    ways = [way["href"] for way in page.select(".notice--warn a")]
    assert [way.rpartition("#")[2] for way in ways] == ["title_en", "summary_en"]
    assert editor.page(ways[0].partition("#")[0]).select_one("#title_en")
    _publish(editor, address)
    assert "Còn thiếu nội dung" in editor.page(address).text
    assert db.session.get(Course, course.id).title_en


def test_a_stale_translation_is_shown_beside_its_box(editor, course, address):
    source = course.summary_vi
    _save(editor, address, summary_vi="Đã viết lại.")
    page = editor.page(f"{address}/edit")
    (told,) = page.select(".notice--warn")
    assert source in told.text
    editor.send(f"{address}/edit", {**_boxes(editor, f"{address}/edit"), "fits": ["summary"]})
    assert editor.page(f"{address}/edit").select(".notice--warn") == []


def test_a_later_hour_is_chosen_shown_and_taken_back(editor, course, address):
    with transaction():
        course.status = CourseStatus.DRAFT
    seen = editor.page(address).select_one("form[action$=schedule] [name=seen]")["value"]
    wrong = {"seen": seen, "day": "1/1/2020", "hour": "8:00"}
    answer = read(editor.send(f"{address}/schedule", wrong, status=422, page=address))
    assert answer.select_one("#day")["value"] == "1/1/2020"
    later = f"{clock.today() + timedelta(days=2):%d/%m/%Y}"
    editor.send(f"{address}/schedule", {**wrong, "day": later}, page=address)
    assert "08:00" in editor.page(address).select_one(".notice--info").text
    editor.send(f"{address}/take-back", page=address)
    assert editor.page(address).select(".notice--info") == []


def test_the_city_sends_a_course_back_and_agrees_to_it_the_second_time(
    editor, city, member, course, address
):
    search = f"/vi/staff/course-reviews/providers?q={member.provider.name_vi}"
    city.send(
        f"/vi/staff/course-reviews/providers/{member.provider.slug}", {"needed": "1"}, page=search
    )
    _save(editor, address, title_vi="Xin thành phố xem")
    _publish(editor, address)
    review = f"/vi/staff/course-reviews/{course.id}"
    assert "Chờ thành phố xem" in editor.page(address).text
    assert city.page("/vi/staff/course-reviews").select_one("tbody a")["href"] == review
    assert "Xin thành phố xem" in city.page(f"{review}/preview").h1.text
    city.send(f"{review}/send-back", {"reason": ""}, status=422, page=review)
    city.send(f"{review}/send-back", {"reason": "Viết rõ hơn."}, page=review)
    assert city.get(review).status_code == 404
    assert "Viết rõ hơn." in editor.page(address).text
    _save(editor, address, title_vi="Viết rõ hơn rồi")
    _publish(editor, address)
    stale = city.page(review).select_one("[name=seen]")["value"]
    _save(editor, address, title_vi="Viết rõ hơn nữa")
    city.send(f"{review}/approve", {"seen": stale}, page=review)
    assert course.title_vi != "Viết rõ hơn rồi"
    seen = city.page(review).select_one("[name=seen]")["value"]
    city.send(f"{review}/approve", {"seen": seen}, page=review)
    assert db.session.get(Course, course.id).title_vi == "Viết rõ hơn nữa"
    assert editor.get("/vi/staff/course-reviews").status_code == 403


def test_the_list_marks_what_waits_and_is_narrowed_to_it(editor, course, address, at_most):
    base = address.rpartition("/")[0]
    CourseFactory(provider=course.provider)
    _save(editor, address, title_vi="Tên mới")
    _publish_later(course)
    db.session.rollback()
    with at_most(9):
        page = editor.page(base)
    marks = [row.select("td")[3].text for row in page.select("tbody tr")]
    assert [("Thay đổi chưa công bố" in mark, "Đã hẹn giờ" in mark) for mark in marks] in (
        [(False, False), (True, True)], [(True, True), (False, False)],
    )  # fmt: skip
    for state in ("pending", "scheduled"):
        assert len(editor.page(f"{base}?status={state}").select("tbody tr")) == 1
    assert len(editor.page(f"{base}?status=nonsense").select("tbody tr")) == 2
    editor.send(f"{address}/copy", page=base)
    copy = db.session.query(Course).order_by(Course.id.desc()).first()
    assert copy.title_vi == "Tên mới (bản sao)"
    editor.send(f"{base}/{copy.id}/delete", page=f"{base}/{copy.id}")
    assert db.session.query(Course).count() == 2
    editor.send(f"{address}/delete", page=address)
    assert db.session.query(Course).count() == 2


def _publish_later(course) -> None:
    desk = editing.desk(course)
    seen = operations.versions(course, desk.revision)
    operations.release(course.id, seen, None, clock.now() + timedelta(days=1))


def test_sessions_and_places_lead_to_the_runs(editor, course, address):
    for part in ("sessions", "places"):
        page = editor.page(f"{address}/edit/{part}")
        run = f"/vi/provider/{course.provider.slug}/runs/{course.runs[0].id}"
        assert page.select(f"a[href='{run}']")
