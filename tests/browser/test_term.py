"""A centre's first term, from its application to certificates that anybody can check."""

import contextlib
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.contacts import Contact
from app.catalogue.models import ClassSession, Run
from app.core import clock
from app.core.db import db, transaction
from app.enrolment.certificates.models import Certificate
from tests.browser import city as demo
from tests.browser.conftest import follow, sign_in
from tests.browser.test_attendance import UNTIL_KEPT
from tests.codes import code_sent_to

SIZES = {"vi": {"width": 360, "height": 740}, "en": {"width": 1280, "height": 800}}
PEOPLE = ("Trần Thị Bông", "Lê Văn Cần", "Phạm Thị Dung")
WORDS = {
    "title": ("Tin học cho người mới", "Computers for beginners"),
    "summary": ("Làm quen với máy tính.", "Getting to know a computer."),
    "learn": ("Gõ chữ có dấu.", "Type and print a page."),
}
ACCESS = {
    "for_whom": ("Ai chưa dùng máy.", "People who never used one."),
    "bring": ("Một cuốn vở.", "A notebook."),
}


@pytest.fixture(params=SIZES)
def language(request) -> str:
    return request.param


@pytest.fixture
def someone(browser, city, language):
    """`someone()`: a page of a browser nobody has used, as wide as the language is read on."""
    with contextlib.ExitStack() as stack:

        def start() -> Page:
            context = browser.new_context(
                base_url=city.url, viewport=SIZES[language], locale=language
            )
            stack.callback(context.close)
            return context.new_page()

        yield start


def day(after: int) -> str:
    return f"{clock.today() + timedelta(days=after):%d/%m/%Y}"


def write(page: Page, words: dict[str, tuple[str, str]]) -> None:
    for name, texts in words.items():
        for tongue, text in zip(("vi", "en"), texts, strict=True):
            page.fill(f"[name={name}_{tongue}]", text)


def send(page: Page, button: str = "main form button:not([type=button])") -> None:
    """Press the last such button; the page it leads to is no wider than the window."""
    with page.expect_navigation():
        page.locator(button).last.click()
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def with_code(city, page: Page, contact: str) -> None:
    with city.app.app_context():
        page.fill("main [name=code]", code_sent_to(Contact.read(contact)))
        db.session.remove()
    send(page)


def apply(city, page: Page, language: str, contact: str, name: str) -> None:
    page.goto(f"/{language}/providers/apply")
    page.fill("main [name=name]", contact)
    send(page)
    with_code(city, page, contact)
    page.locator("[name=type_id]").select_option(index=1)
    page.fill("[name=name_vi]", name)
    page.fill("[name=ward]", "Bến Nghé")
    page.fill("[name=address]", "12 Nguyễn Văn Cừ")
    page.fill("[name=contact_name]", "Chị Lan")
    licence = {"name": "giay-phep.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    page.set_input_files("[name=files]", files=[licence])
    send(page)
    assert page.locator("main form").count() == 0, "it can only be read now"


def approve(page: Page, language: str, name: str) -> None:
    sign_in(page, demo.ADMINISTRATOR)
    page.goto(f"/{language}/staff/applications")
    follow(page, f"main a:has-text('{name}')")
    send(page, "main button[value=approve]")


def write_course(page: Page, workspace: str) -> str:
    """The first course in both languages; its address in the workspace."""
    page.goto(f"{workspace}/courses/new")
    page.locator("label[for=languages-1]").click()
    write(page, WORDS)
    page.locator("[name=topic_id]").select_option(index=1)
    send(page)
    write(page, ACCESS)
    send(page)
    return page.url


def plan(page: Page, course: str) -> None:
    """Eight evenings, twice a week."""
    page.goto(f"{course}/runs/new")
    boxes = {"first_day": day(8), "begins": "18:30", "ends": "20:30", "meetings": "8",
             "enrol_from": day(0), "enrol_until": day(7), "capacity": "15"}  # fmt: skip
    for name, text in boxes.items():
        page.fill(f"[name={name}]", text)
    for weekday in (1, 3):
        page.locator(f"label[for=weekdays-{weekday}]").click()
    page.locator("[name=venue_id]").select_option(index=1)
    send(page, "main button[value=check]")
    assert page.locator("main tbody input[name^=day_]").evaluate_all(
        "all => all.filter(box => box.value).length"
    ) == 8  # fmt: skip
    send(page, "main button[value=save]")


def take_place(page: Page, language: str, run_id: int, name: str, number: int) -> None:
    page.goto(f"/{language}/runs/{run_id}/enrol")
    page.fill("[name=full_name]", name)
    page.fill("[name=phone]", f"09123457{number:02}")
    page.fill("[name=birth-year]", "1955")
    for box in ("outside", "sex"):
        chosen = page.locator(f"[name={box}]").last
        page.locator(f"label[for='{chosen.get_attribute('id')}']").click()
    send(page, "button[value=check]")
    send(page, "button[value=send]")
    assert "/places/" in page.url


def hold(city, run_id: int) -> int:
    """Weeks go by: the class was held, this morning for the last time; that session."""
    with city.app.app_context():
        with transaction() as session:
            run = session.get_one(Run, run_id)
            for each in run.sessions[1:]:
                session.delete(each)
            held: ClassSession = run.sessions[0]
            held.starts_at = clock.now() - timedelta(hours=3)
            held.ends_at = clock.now() - timedelta(hours=1)
            run.starts_on = run.ends_on = clock.local(held.starts_at).date()
            run.enrol_from = run.enrol_until = run.starts_on
            found = held.id
        db.session.remove()
    return found


def mark_without_network(page: Page, path: str) -> None:
    """Everybody came but the last; the network comes back after the form was sent."""
    page.goto(path)
    page.evaluate(UNTIL_KEPT, path)
    page.context.set_offline(True)
    page.locator("[data-everyone]").click()
    absent = page.locator(".mark input[value=absent]").last
    page.locator(f"label[for='{absent.get_attribute('id')}']").click()
    page.locator("form#marks button").last.click()
    expect(page.locator("[data-kept-marks]")).to_be_visible()
    with page.expect_navigation():
        page.context.set_offline(False)
    expect(page.locator(".mark input[value=absent]:checked")).to_have_count(1)


def certify(page: Page, workspace: str, run_id: int) -> None:
    page.goto(f"{workspace}/runs/{run_id}/results")
    assert page.locator("main tbody input:checked").count() == 2, "by the rule"
    send(page)
    page.goto(f"{workspace}/runs/{run_id}/certificates")
    send(page)
    paper = page.request.get(f"{workspace}/runs/{run_id}/certificates.pdf?part=1")
    assert paper.body().startswith(b"%PDF-")


def certificate_codes(city, run_id: int) -> list[str]:
    with city.app.app_context():
        mine = select(Certificate.code).join(Certificate.enrolment)
        codes = list(db.session.scalars(mine.where(Certificate.enrolment.has(run_id=run_id))))
        db.session.remove()
    return codes


def newest_run(city, title: str) -> int:
    with city.app.app_context():
        mine = select(Run.id).where(Run.course.has(title_vi=title)).order_by(Run.id.desc())
        found = db.session.scalars(mine).first()
        db.session.remove()
    assert found is not None
    return found


def test_a_centre_runs_its_first_term(city, someone, language):
    contact, name = f"centre-{language}@example.org", f"Trung tâm Bình An {language}"
    owner = someone()
    apply(city, owner, language, contact, name)
    approve(someone(), language, name)

    owner.goto(f"/{language}/sign-in")
    owner.fill("main [name=name]", contact)
    send(owner, "main button[value=code]")
    with_code(city, owner, contact)
    workspace = f"/{language}/provider/trung-tam-binh-an-{language}"
    course = write_course(owner, workspace)
    plan(owner, course)
    send(owner, "main form[action$='/publish'] button")
    run_id = newest_run(city, WORDS["title"][0])

    for number, person in enumerate(PEOPLE, start=10 * list(SIZES).index(language)):
        take_place(someone(), language, run_id, person, number)
    meeting = hold(city, run_id)
    mark_without_network(owner, f"{workspace}/sessions/{meeting}/attendance")
    certify(owner, workspace, run_id)

    codes = certificate_codes(city, run_id)
    assert len(codes) == 2
    stranger = someone()
    for code in codes:
        stranger.goto(f"/x/{code}")
        told = stranger.locator("main").inner_text()
        assert WORDS["title"][list(SIZES).index(language)] in told
        assert not any(person in told for person in PEOPLE), "of a name the first letters"
