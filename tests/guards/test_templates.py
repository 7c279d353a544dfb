import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.on_any_database

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
SAFE_FILTER: dict[str, str] = {}  # template: why its text cannot come from anybody
MARKUP = {
    "app/core/web.py": "wraps escaped text in its language",
    "app/indicators/views/dashboard.py": "keeps what a template has set",
    "app/search/highlight.py": "wraps escaped text in marks",
}


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_every_template_compiles(app):
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)


def test_text_is_escaped_everywhere(app):
    assert app.jinja_env.autoescape is not False
    found = [
        name(path)
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text("utf-8"))
    ]
    assert set(found) == set(SAFE_FILTER)


def test_html_is_made_by_templates_and_hardly_anywhere_else():
    made = [
        name(path)
        for path in sorted((PROJECT / "app").rglob("*.py"))
        if re.search(r"\bMarkup\(|render_template_string", path.read_text("utf-8"))
    ]
    assert set(made) == set(MARKUP)


@pytest.mark.parametrize(
    "forbidden",
    [
        r"<style",
        r"\sstyle=",
        r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)",
        r"\son[a-z]+=",
        r"javascript:",
    ],
)
def test_nothing_in_a_page_needs_a_weaker_policy(forbidden):
    found = [name(path) for path in TEMPLATES if re.search(forbidden, path.read_text("utf-8"))]
    assert found == []


def test_no_page_asks_another_site():
    """Links lead elsewhere; styles, scripts, pictures and frames never come from there."""
    foreign = re.compile(
        r"<(?:link|script|img|iframe|source|video|audio)[^>]*(?:src|href)=\"(?:https?:)?//"
    )
    assert [name(path) for path in TEMPLATES if foreign.search(path.read_text("utf-8"))] == []


def test_every_changing_form_carries_a_token():
    for path in TEMPLATES:
        for form in re.findall(
            r"<form[^>]*method=\"post\".*?</form>",
            path.read_text("utf-8"),
            re.DOTALL | re.IGNORECASE,
        ):
            assert "csrf_token" in form, name(path)
