import re

import pytest

from app.core.db import db
from app.core.keys import keyed_hash, random_code, read_code
from app.core.paging import LAST_PAGE, page_of
from app.places.models import AdminUnit
from tests.factories import UnitFactory


def test_a_code_can_be_read_out_and_typed_back():
    codes = {random_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code) for code in codes)
    for code in codes:
        assert read_code(f" {code[:5].lower()}-{code[5:]} ") == code


def test_letters_that_look_alike_are_forgiven():
    assert read_code("oil u") == "011V"


def test_a_keyed_hash_depends_on_the_key(app, tmp_path):
    first = keyed_hash("Nguyễn Thị Hoa")
    assert first == keyed_hash("Nguyễn Thị Hoa")
    assert first != keyed_hash("Nguyễn Thị Hoà")
    assert len(first) == 64


@pytest.mark.parametrize(
    ("asked", "number", "names"),
    [(1, 1, [0, 1]), (2, 2, [2]), (3, 3, []), (0, 1, [0, 1]), (-5, 1, [0, 1])],
)
def test_a_list_is_cut_into_numbered_pages(app, at_most, asked, number, names):
    made = [UnitFactory() for _ in range(3)]
    codes = [unit.code for unit in made]
    query = db.select(AdminUnit).order_by(AdminUnit.id)
    with at_most(2 + len(made)):
        page = page_of(query, asked, lambda n: f"?page={n}", per_page=2)
        found = [unit.code for unit in page.items]
    assert (page.number, page.total, page.pages) == (number, 3, 2)
    assert found == [codes[n] for n in names]


def test_no_page_is_so_far_that_counting_to_it_hurts(app):
    page = page_of(db.select(AdminUnit), 10**9, str)
    assert page.number == LAST_PAGE
