"""Places on a small phone without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.operations import Guest
from app.catalogue.models import Course, CourseStatus, Run, RunState
from app.core import clock
from app.core.db import db, transaction
from app.enrolment import operations
from tests.browser.conftest import fill_details, follow, tick

PHONE = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}


@pytest.fixture
def roomy_run(city):
    """A class with many free seats; its id."""
    with city.app.app_context():
        public = select(Run).join(Run.course).where(Course.status == CourseStatus.PUBLISHED)
        runs = db.session.scalars(public.order_by(Run.id.desc())).all()
        found = next(
            run.id
            for run in runs
            if run.state is RunState.OPEN
            and run.starts_on > clock.today() + timedelta(days=3)
            and (run.seats_left or 99) > 15
            and not (run.needs_approval or run.rules or run.questions or run.fee_groups)
        )
        db.session.remove()
        return found


def no_wider_than_the_phone(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_mother_enrols_with_two_children_on_one_form(visit, roomy_run):
    page = visit(**PHONE)
    page.goto(f"/vi/runs/{roomy_run}/enrol")
    fill_details(page, "Lê Thị Mẹ", "0912 345 601")
    for number, name in ((2, "Lê Gia Minh"), (3, "Lê Ngọc An")):
        follow(page, "button[value=more]")
        expect(page.locator("[name=full_name]")).to_have_value("Lê Thị Mẹ")
        page.fill(f"[name=full_name_{number}]", name)
        page.fill(f"[name=birth_{number}-year]", "2012")
        tick(page, f"sex_{number}", "not_stated")
        no_wider_than_the_phone(page)
    follow(page, "button[value=check]")
    no_wider_than_the_phone(page)
    page.click("button[value=send]")
    page.wait_for_url("**/places/*")
    text = page.locator("main").inner_text()
    for name in ("Lê Thị Mẹ", "Lê Gia Minh", "Lê Ngọc An"):
        assert name in text


def test_a_teacher_brings_a_class_changes_the_numbers_and_gives_up(visit, roomy_run):
    page = visit(**PHONE)
    page.goto(f"/vi/runs/{roomy_run}/enrol")
    follow(page, "main a[href$='/group']")
    page.fill("[name=organisation]", "Trường Lê Lợi, 5A")
    page.fill("[name=learners]", "6")
    page.fill("[name=contact_name]", "Vũ Thị Lan")
    page.fill("[name=phone]", "0912 345 602")
    no_wider_than_the_phone(page)
    page.click("main form button")
    page.wait_for_url("**/groups/*")
    booking = page.url
    page.fill("[name=adults]", "1")
    follow(page, "main form button")
    page.goto(booking)
    expect(page.locator("[name=adults]")).to_have_value("1")
    no_wider_than_the_phone(page)
    follow(page, "main a[href$='/give-up']")
    follow(page, "main form button")
    expect(page.locator("h1")).to_contain_text("đã trả lại chỗ")


@pytest.fixture
def full_run(city, roomy_run):
    """A run without a free seat beside the roomy one; its id, and the place that holds a seat."""
    with city.app.app_context():
        with transaction() as session:
            like = session.get_one(Run, roomy_run)
            names = ("course_id", "starts_on", "ends_on", "enrol_from", "enrol_until", "venue_id")
            run = Run(capacity=1, **{name: getattr(like, name) for name in names})
            session.add(run)
            session.flush()
            seated = Guest(full_name="Ngô Thị Trước", phone="+84912345650", born_in=1970)
            place = operations.enrol_guest(seated, run.id, "first")
            found = run.id, place.id
        db.session.remove()
        return found


def test_whoever_waits_takes_the_offer_moves_and_leaves(visit, city, full_run, roomy_run):
    run_id, seated_id = full_run
    page = visit(**PHONE)
    page.goto(f"/vi/runs/{run_id}/enrol")
    fill_details(page, "Đỗ Văn Chờ", "0912 345 651")
    follow(page, "button[value=check]")
    page.click("button[value=send]")
    page.wait_for_url("**/places/*")
    here = page.url
    expect(page.locator("main")).to_contain_text("vị trí số 1")
    no_wider_than_the_phone(page)
    with city.app.app_context():
        operations.withdraw(seated_id)
        db.session.remove()

    other = visit(**PHONE)  # the link in the text message, on another phone
    other.goto(here)
    other.fill("[name=phone]", "0912 345 651")
    follow(other, "main form button")
    expect(other.locator("main")).to_contain_text("20:00")
    no_wider_than_the_phone(other)
    follow(other, "main a[href$='/offer/decline']")
    no_wider_than_the_phone(other)
    follow(other, "main a[href$='/offer']")
    no_wider_than_the_phone(other)
    follow(other, "main form button")
    expect(other.locator("h1")).to_have_text("Bạn đã có chỗ học")

    follow(other, "main a[href$='/move']")
    no_wider_than_the_phone(other)
    follow(other, f"main a[href$='/move/{roomy_run}']")
    no_wider_than_the_phone(other)
    other.click("main form button")
    other.wait_for_url("**/places/*")
    assert other.url != here
    expect(other.locator("h1")).to_have_text("Bạn đã có chỗ học")

    page.goto(here)  # the first phone is led to the new place
    follow(page, f"main a[href='{other.url[other.url.index('/vi/') :]}']")
    follow(page, "main a[href$='/withdraw']")
    no_wider_than_the_phone(page)
    follow(page, "main form button[value=one]")
    expect(page.locator("main a[href$='/withdraw']")).to_have_count(0)
