"""Rules for pages that nobody has written yet."""

import re
from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from tests.guards.routes import filled, rules

pytestmark = pytest.mark.on_any_database

LISTED = Path(__file__).with_name("addresses.txt")
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
CONTRACT = [
    "/vi/",
    "/vi/courses",
    "/vi/courses/1-tin-hoc",
    "/vi/resources",
    "/vi/resources/1-so-tay",
    "/vi/providers/trung-tam-1",
    "/vi/wards/26734",
    "/vi/runs/1/enrol",
    "/vi/places/ABCDE12345",
    "/vi/me",
    "/vi/provider/",
    "/vi/staff/",
    "/vi/commune/",
    "/vi/indicators",
    "/vi/help",
    "/",
    "/healthz",
    "/readyz",
    "/x/ABCDE12345",
]
NO_LANGUAGE = ("", "healthz", "metrics", "readyz", "static", "x", "api", "calendar")
NOT_BUILT_YET = [
    "/vi/open-data",
    "/api/v1/courses",
    "/api/v1/openapi.json",
]


def test_every_view_says_who_may_reach_it(app):
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "access")]
    assert set(silent) <= {"static"}


def test_every_change_without_a_token_is_refused(app, client):
    taken = [
        (method, rule.rule)
        for method in CHANGING
        for rule in rules(app, method)
        if client.open(filled(rule), method=method).status_code != 400
    ]
    by_mail_programs = [("POST", "/<any(vi, en):lang>/saved-searches/<token>")]
    assert taken == by_mail_programs


def test_changes_come_by_post_only(app):
    others = [rule.rule for method in CHANGING[1:] for rule in rules(app, method)]
    assert others == []


def test_addresses_are_kebab_case_and_typed(app):
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", fixed), rule.rule
        for name, converter in rule._converters.items():
            whole_number = type(converter).__name__ in ("Id", "AnyConverter", "PathConverter")
            assert whole_number or not name.endswith("id"), f"{rule.rule}: <id:{name}>"


def test_whole_numbers_in_addresses_are_bounded(app):
    unbounded = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if type(converter).__name__ == "IntegerConverter" and converter.max is None
    ]
    assert unbounded == []


def test_every_page_exists_in_both_languages(app):
    alone = [
        rule.rule
        for rule in rules(app, "GET")
        if "lang" not in rule.arguments
        and rule.rule.split("/")[1] not in NO_LANGUAGE
        and not re.fullmatch(r"/[a-z-]+\.(txt|xml|json)", rule.rule)
    ]
    assert alone == []


def _exists(app, address: str) -> bool:
    try:
        app.url_map.bind("localhost").match(address)
    except (RequestRedirect, MethodNotAllowed):
        return True
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("address", CONTRACT)
def test_the_contract_is_kept(app, address):
    assert _exists(app, address)
    if address.startswith("/vi/"):
        assert _exists(app, address.replace("/vi/", "/en/", 1))


@pytest.mark.parametrize("address", NOT_BUILT_YET)
def test_what_is_built_is_moved_to_the_contract(app, address):
    assert not _exists(app, address), "move it to CONTRACT"


def test_no_address_disappears_unnoticed(app):
    """A removed address breaks bookmarks and city scripts: take it off the list on purpose."""
    present = {rule.rule for rule in app.url_map.iter_rules()}
    listed = set(LISTED.read_text("utf-8").splitlines())
    assert listed - present == set(), "removed: take it off tests/guards/addresses.txt on purpose"
    assert present - listed == set(), "new: add it to tests/guards/addresses.txt"
