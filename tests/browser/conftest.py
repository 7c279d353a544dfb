"""Chromium before the demo city. Where there is no Chromium these tests are skipped, not in CI."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from app.home.demo.load import PASSWORD
from tests.browser import city as demo
from tests.browser.city import City
from tests.browser.pages import (
    ADMINISTRATOR,
    EDITOR,
    MEMBER,
    OFFICER,
    OWNER,
    RESIDENT,
    VISITOR,
)
from tests.conftest import CHROMIUM, IN_CI, PATIENCE

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session", autouse=True)
def _chromium(request):
    if CHROMIUM is None and IN_CI:
        pytest.fail("Chromium is not installed, and CI must run these tests")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, _chromium):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory, worker_id) -> Path:
    """A folder with the demo city, which all test processes copy from."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demo-city"
    demo.load(shared)
    return shared


@pytest.fixture(scope="session")
def city(tmp_path_factory, loaded) -> Iterator[City]:
    """The demo city on a web server of this process's own."""
    with demo.serve(loaded, tmp_path_factory.mktemp("city") / "data") as served:
        yield served


@pytest.fixture(scope="session")
def states(city: City, browser: Browser, tmp_path_factory) -> dict[str, str | None]:
    """Who somebody is to the server, as cookies kept in a file."""
    folder = tmp_path_factory.mktemp("states")
    kept: dict[str, str | None] = {VISITOR: None}
    accounts = {
        EDITOR: demo.EDITOR,
        ADMINISTRATOR: demo.ADMINISTRATOR,
        MEMBER: demo.MEMBER,
        OWNER: demo.OWNER,
        OFFICER: demo.OFFICER,
    }
    for who, email in accounts.items():
        with contextlib.closing(browser.new_context(base_url=city.url)) as context:
            sign_in(context.new_page(), email)
            kept[who] = _keep(context, folder / who)
    with contextlib.closing(browser.new_context(base_url=city.url)) as context:
        city.known["code"] = enrol(context.new_page(), city.known["free_run"])
        begin_to_enrol(context.new_page(), city.known["free_run"], "Lê Văn Chưa Gửi", "0912345998")
        kept[RESIDENT] = _keep(context, folder / RESIDENT)
    return kept


def _keep(context: BrowserContext, path: Path) -> str:
    context.storage_state(path=path)
    return str(path)


def follow(where: Page | Locator, selector: str) -> None:
    """Click what leads to another page, and wait until that is all there.

    A click alone returns before: whoever reads then reads the old page, or one without a body.
    Where the address is known, `wait_for_url` after the click does as well.
    """
    page = where if isinstance(where, Page) else where.page
    with page.expect_navigation():
        where.locator(selector).first.click()


def sign_in(page: Page, email: str) -> None:
    page.goto("/vi/sign-in")
    page.fill("[name=name]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button:not([type=button])")
    page.wait_for_url(lambda url: "sign-in" not in url)


def enrol(page: Page, run_id: str, name: str = "Nguyễn Thị Thử", phone: str = "0912345999") -> str:
    """Take a place as a resident does; its code."""
    begin_to_enrol(page, run_id, name, phone)
    page.click("button[name=step][value=send]")
    page.wait_for_url("**/places/*")
    return page.url.rsplit("/", 1)[1]


def begin_to_enrol(page: Page, run_id: str, name: str, phone: str) -> None:
    page.goto(f"/vi/runs/{run_id}/enrol")
    fill_details(page, name, phone)
    follow(page, "button[name=step][value=check]")


def fill_details(page: Page, name: str, phone: str) -> None:
    page.fill("[name=full_name]", name)
    page.fill("[name=phone]", phone)
    page.fill("[name=birth-year]", "1955")
    tick(page, "outside", "y")
    tick(page, "sex", "not_stated")


def tick(page: Page, name: str, value: str) -> None:
    """As a finger does: on the words, which lie over the box."""
    box = page.locator(f"[name={name}][value='{value}']")
    page.locator(f"label[for='{box.get_attribute('id')}']").click()


class Told:
    """What pages said on the console, and asked for anywhere else than in the city."""

    _EXPECTED = (
        "error: Failed to load resource: the server responded with a status of 4",
        "verbose",
        "info: Clear-Site-Data",
    )

    def __init__(self, city: City) -> None:
        self._ours = (city.url, "data:", "blob:")
        self._lines: list[str] = []

    def listen(self, page: Page) -> Page:
        page.on("console", lambda message: self._lines.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self._lines.append(f"error: {error}"))
        page.on("request", self._note)
        return page

    def _note(self, request: Request) -> None:
        if not request.url.startswith(self._ours):
            self._lines.append(f"asked elsewhere: {request.url}")

    def news(self) -> list[str]:
        """What was said since this was asked before, without what is to be expected."""
        said, self._lines = self._lines, []
        return [line for line in said if not line.startswith(self._EXPECTED)]


@pytest.fixture
def visit(browser: Browser, city: City, states):
    """`visit(who, **options)`: a fresh page; at the end no console message was left."""
    contexts: list[BrowserContext] = []
    told = Told(city)

    def start(who: str = VISITOR, **options) -> Page:
        context = browser.new_context(base_url=city.url, storage_state=states[who], **options)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        return told.listen(context.new_page())

    yield start
    for context in contexts:
        context.close()
    assert told.news() == []


@pytest.fixture(scope="session")
def tabs(browser: Browser, city: City, states):
    """A page of each kind of visitor, which stays open, and what they all said."""
    told, pages = Told(city), {}
    for who, state in states.items():
        context = browser.new_context(
            base_url=city.url, storage_state=state, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE * 1000)
        pages[who] = told.listen(context.new_page())
    yield pages, told
    for page in pages.values():
        page.context.close()


@pytest.fixture
def tab(tabs):
    """`tab(who)`: as `visit` and quicker, for a test that only reads; others had it before."""
    pages, told = tabs
    yield pages.__getitem__
    assert told.news() == []
