"""A class of thirty on a phone, with the network cut in the middle and a second phone."""

import contextlib

from playwright.sync_api import expect

from tests.browser import city as demo
from tests.browser.conftest import follow, sign_in
from tests.browser.pages import EDITOR

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
KEPT = "async path => Boolean(await caches.match(path, {cacheName: 'class-lists'}))"
UNTIL_KEPT = """async path => {
  for (let wait = 0; wait < 100; wait++) {
    if (await caches.match(path, {cacheName: 'class-lists'})) return;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error('the list was not kept');
}"""
MARKS = "() => Object.keys(localStorage).filter(name => name.startsWith('marks:')).length"


class Phone:
    """A page that counts how often it is tapped."""

    def __init__(self, context, path):
        self.context, self.path, self.taps = context, path, 0
        self.page = context.new_page()

    def open(self):
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(self.path)
        return self

    def tap(self, selector):
        self.page.locator(selector).first.tap()
        self.taps += 1

    def mark(self, name, status):
        self.tap(f"input[name={name}][value={status}] + label")

    def marks(self):
        """What stands beside each name."""
        script = "all => Object.fromEntries(all.map(each => [each.name, each.value]))"
        return self.page.locator(".mark :checked").evaluate_all(script)


def _session_without_attendance(page, city):
    """Another than the one that other tests write."""
    page.goto(f"/vi/provider/{city.known['slug']}/runs/{city.known['run_id']}/registers")
    links = page.locator("main tr:has-text('Chưa điểm danh') a[href$=attendance]")
    paths = [link.get_attribute("href") for link in links.all()]
    return next(path for path in paths if f"/{city.known['session_id']}/" not in path)


def test_attendance_outlives_the_network_the_tab_and_a_second_phone(browser, city, states):
    with contextlib.ExitStack() as stack:
        mine = browser.new_context(base_url=city.url, **PHONE)
        other = browser.new_context(base_url=city.url, storage_state=states[EDITOR], **PHONE)
        stack.callback(mine.close)
        stack.callback(other.close)
        first = mine.new_page()
        sign_in(first, demo.EDITOR)
        path = _session_without_attendance(first, city)
        phone = Phone(mine, path).open()
        phone.page.evaluate(UNTIL_KEPT, path)
        names = [each.get_attribute("name") for each in
                 phone.page.locator(".mark input[value=present]").all()]  # fmt: skip
        assert len(names) == 30
        rows = phone.page.locator(".mark").evaluate_all("all => all.map(row => row.offsetHeight)")
        assert min(rows) >= 44

        phone.tap("[data-everyone]")
        first.goto(path.split("/sessions/")[0] + "/today")
        left = first.locator("[data-left-marks] a")
        assert left.get_attribute("href") == path
        mine.set_offline(True)
        wanted = dict(zip(names, ["absent", "late", "excused"] * 10, strict=True))
        for name, status in wanted.items():
            phone.mark(name, status)
        phone.tap("form#marks button")
        assert phone.taps <= 32
        waiting = phone.page.locator("[data-kept-marks]")
        expect(waiting).to_contain_text("Không có mạng")

        phone.open()  # the tab was closed, and there still is no network
        assert phone.marks() == wanted

        second = Phone(other, path).open()
        second.mark(names[0], "present")
        with second.page.expect_navigation():
            second.tap("form#marks button")
        assert second.marks()[names[0]] == "present"
        assert second.marks()[names[1]] == "absent"  # nobody has marked them there

        with phone.page.expect_navigation():
            mine.set_offline(False)
        expect(phone.page.locator(".notice--ok")).to_contain_text("Có người khác cũng đã lưu")
        assert phone.marks() == wanted | {names[0]: "present"}
        assert phone.page.evaluate(MARKS) == 0
        assert not phone.page.evaluate(KEPT, path)

        phone.page.evaluate(
            "([path, name]) => { localStorage[`marks:somebody-else:${path}`] ="
            " JSON.stringify({since: Date.now(), marks: {[name]: ['late', Date.now()]}}); }",
            [path.replace("attendance", "marks"), names[0].removeprefix("mark-")],
        )
        phone.page.reload()
        assert phone.marks()[names[0]] == "present"
        follow(phone.page, "form[action$='/sign-out'] button")
        assert not phone.page.evaluate("caches.has('class-lists')")
