"""What people do about themselves, on a phone, without scripts, in both languages."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Account, Person
from app.core import clock, jobs
from app.core.db import db
from app.enrolment.models import Enrolment
from app.home.demo.load import PASSWORD
from tests.browser import city as demo
from tests.browser.conftest import enrol, follow, tick
from tests.browser.pages import ADMINISTRATOR

PHONE = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
both_languages = pytest.mark.parametrize("lang", ["vi", "en"])
SEND = "main form button:not([type=button])"


@pytest.fixture(scope="module")
def start_program():
    """Start `python -m ...`; it ends with the tests of this file."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen([sys.executable, "-m", *arguments], **quiet))

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def post(city):
    """`post(phone, pattern)`: run what is due; what the newest text with such words says there."""

    def newest(phone: str, pattern: str = r"\b\d{6}\b") -> str:
        with city.app.app_context():
            jobs.work(once=True)
            db.session.remove()
        outbox = Path(city.app.extensions["settings"].data_dir / "outbox")
        texts = sorted(outbox.glob("sms-*"), key=lambda path: path.stat().st_mtime_ns)
        written = [path.read_text() for path in texts]
        mine = [text for text in written if text.startswith(f"+84{phone[1:]}")]
        return [found[0] for text in mine if (found := re.search(pattern, text))][-1]

    return newest


def join(page: Page, post, lang: str, phone: str, name: str, *, year: int = 1988) -> None:
    """Make an account with nothing but a phone."""
    page.goto(f"/{lang}/sign-in")
    page.fill("[name=name]", phone)
    follow(page, "button[name=how][value=code]")
    page.fill("[name=code]", post(phone))
    page.click(SEND)
    page.wait_for_url("**/sign-in/new")
    page.fill("[name=full_name]", name)
    page.fill("[name=birth-year]", str(year))
    tick(page, "outside", "y")
    tick(page, "sex", "female")
    page.click(SEND)
    page.wait_for_url(lambda url: "sign-in" not in url)


@both_languages
def test_an_account_needs_a_phone_and_nothing_else(visit, city, post, lang):
    page, phone = visit(**PHONE), f"091277700{['vi', 'en'].index(lang)}"
    join(page, post, lang, phone, "Trần Thị Chỉ Có Số")
    follow(page, "header form button")
    page.goto(f"/{lang}/sign-in")
    page.fill("[name=name]", phone)
    follow(page, "button[name=how][value=code]")
    page.fill("[name=code]", post(phone))
    page.click(SEND)
    page.wait_for_url(f"**/{lang}/me")
    page.goto(f"/{lang}/runs/{city.known['free_run']}/enrol")
    page.click(SEND)
    page.wait_for_url("**/places/*")
    page.goto(f"/{lang}/me")
    expect(page.locator("main a[href*='/places/']").first).to_be_visible()


@both_languages
def test_two_parents_act_for_the_same_child(visit, city, post, lang):
    number = ["vi", "en"].index(lang)
    mother, father = visit(**PHONE), visit(**PHONE)
    join(mother, post, lang, f"091277710{number}", "Lê Thị Mẹ")
    join(father, post, lang, f"091277720{number}", "Phạm Văn Cha")
    names = [f"Phạm Bé {word} {lang}" for word in ("Na", "Mận")]
    for years, name in zip((9, 6), names, strict=True):
        mother.goto(f"/{lang}/me/family/add")
        mother.fill("[name=full_name]", name)
        mother.fill("[name=birth-year]", str(clock.today().year - years))
        tick(mother, "sex", "female")
        tick(mother, "bond", "parent")
        follow(mother, SEND)
        expect(mother.locator("main")).to_contain_text(name)
    follow(mother.locator("main .box", has_text=names[0]), "form button")
    code = mother.locator(".panel .ref").inner_text().strip()
    father.goto(f"/{lang}/me/family/join")
    father.fill("[name=code]", code)
    father.fill("[name=born_in]", str(clock.today().year - 9))
    tick(father, "bond", "parent")
    follow(father, SEND)
    expect(father.locator("main")).to_contain_text(names[0])
    expect(father.locator("main")).not_to_contain_text(names[1])

    father.goto(f"/{lang}/runs/{city.known['free_run']}/enrol")
    father.get_by_label(names[0]).check(force=True)
    father.click(SEND)
    father.wait_for_url("**/places/*")
    mother.goto(f"/{lang}/me")
    expect(mother.locator("main")).to_contain_text(names[0])
    mother.goto(father.url)
    expect(mother.locator("main")).to_contain_text(father.url.rsplit("/", 1)[1])
    with city.app.app_context():
        assert db.session.query(Person).filter_by(full_name=names[0]).count() == 1


@both_languages
def test_a_place_without_account_is_claimed_later(visit, city, post, lang):
    phone = f"091277730{['vi', 'en'].index(lang)}"
    guest, page = visit(**PHONE), visit(**PHONE)
    code = enrol(guest, city.known["free_run"], "Võ Thị Vãng Lai", phone)
    join(page, post, lang, phone, "Võ Thị Lai", year=1955)
    page.goto(f"/{lang}/places/{code}")
    expect(page.locator("main")).not_to_contain_text("Vãng Lai")
    page.goto(f"/{lang}/my-place/claim")
    page.fill("[name=code]", code.lower())
    page.fill("[name=phone]", phone)
    page.fill("[name=born_in]", "1955")
    tick(page, "whose", "mine")
    follow(page, SEND)
    page.goto(f"/{lang}/me")
    expect(page.locator(f"main a[href*='{code}']").first).to_be_visible()
    with city.app.app_context():
        account = db.session.query(Account).filter_by(phone=f"+84{phone[1:]}").one()
        enrolment = db.session.query(Enrolment).filter_by(code=code).one()
        assert enrolment.person_id == account.person_id


@both_languages
def test_a_second_factor_guards_the_account(visit, post, lang):
    phone = f"091277740{['vi', 'en'].index(lang)}"
    page = visit(**PHONE)
    join(page, post, lang, phone, "Đỗ Thị Hai Lớp")
    page.goto(f"/{lang}/me/second-factor/new")
    secret = pyotp.TOTP(page.locator("main .ref").inner_text().replace(" ", ""))
    page.fill("[name=code]", secret.now())
    follow(page, SEND)
    codes = page.locator("main code").all_inner_texts()
    assert len(set(codes)) == 10
    follow(page, "header form button")
    page.goto(f"/{lang}/sign-in")
    page.fill("[name=name]", phone)
    follow(page, "button[name=how][value=code]")
    page.fill("[name=code]", post(phone))
    page.click(SEND)
    page.wait_for_url(lambda url: "/sign-in/second-factor" in url)
    page.goto(f"/{lang}/me/profile")
    assert "/sign-in/second-factor" in page.url
    page.goto(f"/{lang}/sign-in/second-factor?with=recovery")
    page.fill("[name=code]", codes[3].lower())
    follow(page, SEND)
    page.goto(f"/{lang}/me/profile")
    expect(page.locator("[name=full_name]")).to_have_value("Đỗ Thị Hai Lớp")


@both_languages
def test_people_take_their_data_along_and_have_them_deleted(visit, city, post, lang):
    phone = f"091277750{['vi', 'en'].index(lang)}"
    page = visit(**PHONE)
    join(page, post, lang, phone, f"Hồ Thị Xóa {lang}")
    page.goto(f"/{lang}/me/data")
    expect(page.locator("main")).to_contain_text(f"Hồ Thị Xóa {lang}")
    with page.expect_download() as saved:
        page.locator("main a[href$='copy.json']").click()
    kept = json.loads(saved.value.path().read_text("utf-8"))
    assert f"Hồ Thị Xóa {lang}" in json.dumps(kept, ensure_ascii=False)
    follow(page, "main a[href$='/me/data/delete']")
    follow(page, "main form button.danger, main form .button--danger, " + SEND)
    expect(page.locator(".error-summary")).to_be_visible()
    tick(page, "agree", "y")
    page.click(SEND)
    page.wait_for_url("**/goodbye")
    page.goto(f"/{lang}/me")
    assert "/sign-in" in page.url
    with city.app.app_context():
        assert db.session.query(Account).filter_by(phone=f"+84{phone[1:]}").count() == 0
        assert db.session.query(Person).filter_by(full_name=f"Hồ Thị Xóa {lang}").count() == 0


@both_languages
def test_a_request_is_answered_in_time(visit, post, lang):
    phone = f"091277760{['vi', 'en'].index(lang)}"
    page, desk = visit(**PHONE), visit(ADMINISTRATOR, **PHONE)
    join(page, post, lang, phone, "Ngô Thị Hỏi")
    page.goto(f"/{lang}/me/data/requests/new")
    tick(page, "kind", "correct")
    page.fill("[name=wish]", "Tên đệm của tôi sai")
    follow(page, SEND)
    page.goto(f"/{lang}/me/data")
    link = page.locator("main a[href*='/me/data/requests/']", has_text=re.compile(r"^\w{6,}$"))
    code = link.first.inner_text().strip()

    desk.goto(f"/{lang}/staff/requests")
    follow(desk.locator("main"), f"a:has-text('{code}')")
    expect(desk.locator("main")).to_contain_text("Tên đệm của tôi sai")
    follow(desk, "form[action$='/answer'] button")
    assert post(phone, code) == code
    tick(desk, "outcome", "done")
    desk.fill("[name=reply]", "Đã sửa")
    follow(desk, "form[action$='/close'] button")
    page.goto(f"/{lang}/me/data/requests/{code}")
    expect(page.locator("main")).to_contain_text("Đã sửa")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory, loaded, start_program):
    """The city with an identity provider beside it that knows one person."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = json.dumps({"sub": "thuy", "name": "Trần Thị Thủy", "birthdate": "1990-05-06"})
    start_program("oidc_provider_mock", "--port", str(port), "--user-claims", user)
    _wait_for(port)
    issuer = {
        "OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "OIDC_CLIENT_ID": "phohoc",
        "OIDC_CLIENT_SECRET": "known to both",
    }
    with demo.serve(loaded, tmp_path_factory.mktemp("elsewhere") / "data", **issuer) as served:
        yield served


@both_languages
def test_a_sign_in_elsewhere_opens_the_account(browser, elsewhere, lang):
    with contextlib.closing(browser.new_context(base_url=elsewhere.url, **PHONE)) as context:
        context.route("https://**", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"/{lang}/sign-in")
        page.fill("[name=name]", demo.MEMBER)
        page.fill("[name=password]", PASSWORD)
        follow(page, SEND)
        page.goto(f"/{lang}/me/identity")
        add = page.locator("main form[action*='provider'] button")
        if add.count():  # the other language has not added it yet
            follow(page, "main form[action*='provider'] button")
            page.fill("[name=sub]", "thuy")
            page.click("button:not([name=action])")
            page.wait_for_url("**/me/identity")
        follow(page, "header form button")
        page.goto(f"/{lang}/sign-in")
        follow(page, "main form[action*='provider'] button")
        page.fill("[name=sub]", "thuy")
        page.click("button:not([name=action])")
        page.wait_for_url(f"**/{lang}/me")
        expect(page.locator("main")).to_contain_text("Phạm Gia Bảo")


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)


def test_a_look_through_somebodys_eyes_changes_nothing(visit, city):
    page = visit(ADMINISTRATOR, **PHONE)
    with city.app.app_context():
        account = db.session.query(Account).filter_by(email=demo.MEMBER).one()
        person_before = (account.person.full_name, account.person.language)
        number = account.id
    page.goto(f"/vi/staff/accounts/{number}/view")
    page.fill("[name=reason]", "Người học gọi: không thấy lớp của con")
    follow(page, SEND)
    page.goto("/vi/me")
    expect(page.locator("main")).to_contain_text("Phạm Gia Bảo")
    page.goto("/vi/me/profile")
    page.fill("[name=full_name]", "Người Khác")
    follow(page, "main form:has([name=full_name]) button:not([type=button])")
    with city.app.app_context():
        person = db.session.query(Account).filter_by(email=demo.MEMBER).one().person
        assert (person.full_name, person.language) == person_before
    page.goto("/vi/me")
    follow(page, "form[action$='/staff/viewing/stop'] button")
    page.goto("/vi/staff/")
    expect(page.locator("h1")).to_be_visible()
