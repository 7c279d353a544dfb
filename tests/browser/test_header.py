"""The header leaves a cheap phone to the page."""

import pytest

from tests.browser.pages import ADMINISTRATOR, EDITOR, MEMBER, OWNER, VISITOR

HIGHEST = 96


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("who", [VISITOR, MEMBER, EDITOR, OWNER, ADMINISTRATOR])
def test_two_rows_are_enough_for_everybody(tab, who, lang):
    page = tab(who)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/{lang}/courses")
    header = page.locator("header").bounding_box()
    assert header is not None
    assert header["height"] <= HIGHEST
