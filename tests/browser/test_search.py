"""What the search box remembers and where a reader is: in the browser, and nowhere else."""

import re

from playwright.sync_api import expect

HERE = {"latitude": 10.771234567, "longitude": 106.698765432}
PHONE = {"viewport": {"width": 360, "height": 740}}
LINES = "[role=listbox]:visible [role=option]"


def test_own_words_are_offered_again_and_stay_in_the_browser(visit, city):
    page = visit(**PHONE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    page.goto("/vi/courses")
    page.focus("[name=q]")
    page.wait_for_load_state("networkidle")  # what keeps words comes when it is needed
    page.fill("[name=q]", "Đàn tranh")
    page.press("[name=q]", "Enter")
    page.wait_for_url(re.compile("q="))
    page.goto("/vi/")
    assert page.evaluate("localStorage.searched") == '["Đàn tranh"]'
    assert [
        cookie["value"] for cookie in page.context.cookies() if "tranh" in cookie["value"]
    ] == []
    sent.clear()
    page.focus("[name=q]")
    expect(page.locator(LINES)).to_have_count(3)
    expect(page.locator(LINES).first).to_contain_text("Đàn tranh")
    page.locator(LINES).first.click()
    page.wait_for_url(re.compile("/vi/courses.*q="))
    assert [line for line in sent if "tranh" in line and "/courses?" not in line] == []

    page.fill("[name=q]", "")
    page.locator(LINES).nth(1).click()
    assert page.evaluate("localStorage.searched") == "[]"
    page.fill("[name=q]", "thêu")
    with page.expect_navigation():
        page.press("[name=q]", "Enter")
    page.fill("[name=q]", "")
    page.locator(LINES).last.click()
    page.fill("[name=q]", "gốm")
    with page.expect_navigation():
        page.press("[name=q]", "Enter")
    assert page.evaluate("localStorage.searched") == "false"


def test_a_position_leaves_the_browser_to_a_kilometre_and_only_when_asked_for(visit):
    page = visit(geolocation=HERE, permissions=["geolocation"], **PHONE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    page.goto("/vi/courses?q=ti%E1%BA%BFng+anh")
    assert not any("10.77" in line for line in sent)
    with page.expect_navigation():
        page.click("[data-position]")
    assert page.locator("[name=near]").input_value() == "10.77, 106.70"
    expect(page.locator("h1")).to_contain_text("gần bạn")
    expect(page.locator(".card-by").first).to_contain_text("km")
    assert not any("10.771" in line or "106.698" in line for line in sent)


def test_who_does_not_tell_where_they_are_is_asked_for_a_ward(visit):
    page = visit(**PHONE)
    page.goto("/vi/courses")
    page.click("[data-position]")
    expect(page.locator("[data-position]")).to_contain_text("hãy gõ tên phường")
    expect(page.locator("[name=near]")).to_be_focused()


def test_an_old_name_leads_to_the_place_of_today(visit):
    page = visit(**PHONE)
    page.goto("/vi/courses")
    for typed, line, heading in (
        ("phường bến ngh", "trước là Phường Bến Nghé", "Học tại"),
        ("quận 5", "Quận 5", "Quận 5"),
    ):
        page.goto("/vi/courses")
        page.fill("[name=q]", typed)
        page.locator(LINES).filter(has_text="Địa điểm").filter(has_text=line).click()
        expect(page.locator("h1")).to_contain_text(heading)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
