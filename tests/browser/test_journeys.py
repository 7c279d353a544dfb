"""What people come for, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fill_details, follow, tick
from tests.browser.pages import EDITOR, RESIDENT

scripts = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
PHONE = {"viewport": {"width": 360, "height": 740}}


@scripts
def test_a_resident_finds_a_class_takes_a_place_and_gives_it_up(visit, script):
    page = visit(java_script_enabled=script, **PHONE)
    page.goto("/vi/")
    page.fill("[name=q]", "may tinh")
    page.press("[name=q]", "Enter")
    expect(page.locator("h1")).to_contain_text("kết quả")
    page.goto(page.url + "&open=1&kind=course")
    follow(page, "main .cards a")
    follow(page, "main a[href*='/enrol']")

    follow(page, "button[value=check]")
    expect(page).to_have_title(re.compile("^Lỗi: "))
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    for link in summary.locator("a").all():
        field = page.locator(link.get_attribute("href"))
        expect(field).to_be_attached()
    told = [link.inner_text() for link in summary.locator("a").all()]
    assert len(told) >= 4
    for words in told:
        expect(page.locator("main form").get_by_text(words, exact=True)).to_have_count(1)

    fill_details(page, "Trần Văn Thử", "0912 345 678" if script else "0912 345 679")
    follow(page, "button[value=check]")
    expect(page.locator("main")).to_contain_text("Trần Văn Thử")
    if script:  # else the browser asks whether to send the wrong form again
        page.go_back()
        expect(page.locator("[name=full_name]")).to_have_value("Trần Văn Thử")
        page.go_forward()
    follow(page, ".change a")
    page.fill("[name=full_name]", "Trần Văn Thử Lại")
    follow(page, "button[value=check]")
    page.click("button[value=send]")
    page.wait_for_url("**/places/*")
    place = page.url
    expect(page.locator("main")).to_contain_text(place.rsplit("/", 1)[1])
    page.go_back()
    follow(page, f"main a[href='{place[place.index('/vi/') :]}']")
    page.reload()
    follow(page, "main a[href$='/withdraw']")
    follow(page, "main form button")
    expect(page.locator("main a[href$='/withdraw']")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Đã hủy đăng ký")


@scripts
def test_the_same_form_sent_twice_makes_one_place(visit, city, script):
    page = visit(java_script_enabled=script, **PHONE)
    page.goto(f"/vi/runs/{city.known['free_run']}/enrol")
    fill_details(page, "Lê Thị Hai Lần", "0912 345 670" if script else "0912 345 671")
    follow(page, "button[value=check]")
    kept = page.content()
    page.click("button[value=send]")
    page.wait_for_url("**/places/*")
    first = page.url
    page.goto(f"/vi/runs/{city.known['free_run']}/enrol")
    page.evaluate("html => { document.documentElement.innerHTML = html }", kept)
    page.click("button[value=send]")
    page.wait_for_url("**/places/*")
    assert page.url == first


def test_the_slip_prints_on_one_page(visit, city):
    page = visit(RESIDENT)
    page.goto(f"/vi/places/{city.known['code']}/slip")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


@scripts
def test_a_teacher_marks_who_was_there(visit, city, script):
    page = visit(EDITOR, java_script_enabled=script, **PHONE)
    where = f"/provider/{city.known['slug']}/sessions/{city.known['session_id']}/attendance"
    page.goto(f"/vi{where}")
    boxes = page.locator(".mark [value=present]")
    names = boxes.count()
    assert names > 3
    everyone = page.locator("[name=everyone]")
    if script:
        everyone.click()
    else:
        follow(page, "[name=everyone]")
    expect(page.locator(".mark [value=present]:checked")).to_have_count(names)
    first = boxes.first.get_attribute("name")
    tick(page, first, "absent")
    page.fill("[name=headcount][inputmode]", "3")
    for _ in range(2):  # the network was slow, so it is sent twice
        follow(page, "form#marks button")
        page.goto(f"/vi{where}")
        assert page.locator(".mark [value=present]:checked").count() == names - 1
        assert page.input_value("[name=headcount][inputmode]") == "3"
        assert page.locator(f"[name={first}][value=absent]").is_checked()


@scripts
def test_the_language_link_keeps_path_and_query(visit, script):
    page = visit(java_script_enabled=script)
    page.goto("/vi/courses?q=may+tinh&when=evening&when=weekend&page=1")
    follow(page, "header a[hreflang=en]")
    assert page.url.endswith("/en/courses?q=may+tinh&when=evening&when=weekend&page=1")
    assert page.locator("html").get_attribute("lang") == "en"
    follow(page, "header a[hreflang=vi]")
    assert page.url.endswith("/vi/courses?q=may+tinh&when=evening&when=weekend&page=1")


def test_suggestions_come_while_a_syllable_is_being_composed(visit):
    page = visit(**PHONE)
    page.goto("/vi/")
    box = page.locator("[name=q]")
    box.click()
    keyboard = page.context.new_cdp_session(page)
    for typed in ("t", "ti", "tin"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
        page.wait_for_timeout(50)
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    assert box.input_value() == "tin"
    assert box.get_attribute("aria-expanded") == "true"
    expect(page.locator("[role=option]").first).to_contain_text("in", ignore_case=True)
    keyboard.send("Input.insertText", {"text": "tin"})
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]").first).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/vi/courses\?.*q=tin"))


def test_a_suggestion_is_chosen_with_the_keyboard(visit):
    page = visit()
    page.goto("/vi/courses")
    page.fill("[name=near]", "")
    with page.expect_response(re.compile("q=ben.thanh$")):  # the last answer
        page.locator("[name=near]").press_sequentially("ben thanh", delay=20)
    options = page.locator("[role=listbox]:visible [role=option]")
    expect(options.first).to_contain_text("Bến Thành")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Bến Thành")
    page.keyboard.press("Enter")
    expect(page.locator("[name=near]")).to_have_value(re.compile("^(26743|Phường Bến Thành)$"))


def test_focus_is_moved_to_the_errors(visit):
    page = visit()
    page.goto("/vi/sign-in")
    follow(page, "main form button:not([type=button])")
    expect(page.locator(".error-summary")).to_be_focused()


def test_keyboard_focus_is_visible_and_the_skip_link_works(visit):
    page = visit()
    page.goto("/vi/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            """() => { const s = getComputedStyle(document.activeElement);
            return s.outlineStyle !== "none" || s.boxShadow !== "none"
              || getComputedStyle(document.activeElement, "::after").outlineStyle !== "none"; }"""
        )
        assert ring, page.evaluate("document.activeElement.outerHTML").split(">")[0]
