"""What holds for every page, in both languages."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.pofile import read_po

from tests.browser.pages import MEMBER, NO_PAGES, PAGES, RESIDENT, VISITOR
from tests.guards.routes import rules

LANGUAGES = ("vi", "en")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
LOOKS = {
    "vi": ((360, "light", ALL_RULES), (1280, "dark", COLOURS)),
    "en": (),  # only the words differ, and these are looked at below
}
PROJECT = Path(__file__).resolve().parents[2]

PUBLIC = (VISITOR, RESIDENT, MEMBER)
"""Whose pages are opened in English too; those of staff are by the tests of their packages."""


def address(city, case, language: str) -> str:
    return f"/{language}{case.path.format(**city.known)}"


def test_the_list_of_pages_is_complete(city):
    wanted = {rule.endpoint for rule in rules(city.app, "GET") if "lang" in rule.arguments}
    assert wanted == ({case.endpoint for case in PAGES} | set(NO_PAGES)) - {""}


@pytest.mark.parametrize(
    ("case", "language"),
    [(case, lang) for case in PAGES for lang in LANGUAGES if lang == "vi" or case.who in PUBLIC],
    ids=str,
)
def test_a_page_can_be_used_by_everybody(city, tab, case, language):
    page = tab(case.who)
    answer = page.goto(address(city, case, language))
    assert answer.status == case.status
    assert page.evaluate("document.documentElement.lang") == language
    _check_words(page, language)
    assert _barriers(page, LOOKS[language]) == []
    _look(page, 320, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(_TOO_SMALL) == []


def _barriers(page, looks) -> list:
    """What axe finds, looking at the page in each of these ways."""
    found = []
    if looks:
        page.evaluate(AXE_SCRIPT)
    for width, scheme, rules_to_run in looks:
        _look(page, width, scheme)
        violations = page.evaluate(_AXE, rules_to_run)
        found += [(width, scheme, each["id"], _places(each)) for each in violations]
    return found


_AXE = "async (options) => (await axe.run(options)).violations"


def _look(page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


def _places(violation) -> list[str]:
    return [node["html"][:120] for node in violation["nodes"][:3]]


def _check_words(page, language: str) -> None:
    text = page.inner_text("body")
    assert not re.search(r"<built-in|\bundefined\b|%\(\w+\)s|\{\{|\{%", text)
    if language == "vi":
        assert not re.search(r"\bNone\b", text)
        assert [line for line in _own_words(page) if line in ENGLISH] == []


# Text of the interface, without what is marked as being in another language.
def _own_words(page) -> list[str]:
    return page.evaluate(
        """() => {
          const texts = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const text = walk.currentNode.textContent.trim().replace(/\\s+/g, " ");
            if (text && !walk.currentNode.parentElement.closest("[lang]:not(html), script"))
              texts.push(text);
          }
          return texts;
        }"""
    )


_TOO_SMALL = """() => [...document.querySelectorAll(
    "button, input:not([type=hidden]), select, textarea, summary, nav a, a.button")]
  .filter((each) => each.offsetParent && !each.closest(".visually-hidden, .skip"))
  .map((each) => [each.closest(".choice") || each, each])
  .filter(([box]) => { const r = box.getBoundingClientRect(); return r.height < 24; })
  .map(([, each]) => each.outerHTML.slice(0, 100))"""


def _english() -> set[str]:
    with (PROJECT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    return {
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.id != message.string
    }


ENGLISH = _english()
