"""Whoever solves the published sums as equations learns of no hidden cell that it is small."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.participation import disclosure
from app.participation.dimensions import Dimension
from app.participation.queries import Counts
from tests.participation import attack

BELOW = 5
COUNT = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20, 60])
pytestmark = pytest.mark.on_any_database


def tables(most_rows, most_columns):
    return st.integers(1, most_columns).flatmap(
        lambda width: st.lists(
            st.lists(COUNT, min_size=width, max_size=width), min_size=1, max_size=most_rows
        )
    ).filter(lambda rows: any(map(any, rows)))  # fmt: skip


def large(rows, columns, seed):
    """Many small cells and a few large ones, a fifth of them empty."""
    dice = random.Random(seed)
    return [
        [min(60, int(dice.paretovariate(0.6))) * (dice.random() < 0.8) for _ in range(columns)]
        for _ in range(rows)
    ]


def shown(released, figure="persons"):
    return {k: None if c is None else getattr(c, figure) for k, c in released.cells.items()}


def gives_away(spans, below=BELOW):
    """What may be small and has fewer values than the mark alone leaves."""
    return {
        key: (low, high)
        for key, (low, high) in spans.items()
        if low < below and round(high - low, 6) < below - 1
    }


@settings(deadline=None, max_examples=60)
@given(tables(6, 5))
def test_solving_the_sums_pins_no_hidden_cell(rows):
    released = disclosure.release(attack.table_of(attack.grid(rows)), BELOW)
    assert gives_away(attack.ranges(shown(released))) == {}


@settings(deadline=None, max_examples=25)
@given(tables(6, 5), st.sampled_from([2, 3, 10]))
def test_other_thresholds_protect_as_well(rows, below):
    released = disclosure.release(attack.table_of(attack.grid(rows)), below)
    assert gives_away(attack.ranges(shown(released)), below) == {}


@pytest.mark.parametrize(("rows", "columns"), [(30, 12), (30, 3), (12, 12), (2, 12), (30, 1)])
def test_neither_are_those_of_large_tables(rows, columns):
    released = disclosure.release(attack.table_of(attack.grid(large(rows, columns, rows))), BELOW)
    assert gives_away(attack.ranges(shown(released))) == {}


@settings(deadline=None, max_examples=40)
@given(tables(6, 5))
def test_rounding_only_hides_more(rows):
    """The same cells are hidden, so nobody learns more from the rounded table."""
    table = attack.table_of(attack.grid(rows))
    exact, public = (disclosure.release(table, BELOW, round_to=base) for base in (1, 5))
    assert {k for k, c in exact.cells.items() if c is None} == {
        k for k, c in public.cells.items() if c is None
    }
    assert gives_away(attack.ranges(shown(public), round_to=5)) == {}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(COUNT, st.integers(1, 40)), min_size=3, max_size=3),
        min_size=2,
        max_size=5,
    ).filter(lambda rows: any(n for row in rows for n, _ in row))
)
def test_what_the_people_of_a_hidden_cell_did_is_not_told_either(rows):
    """By provider and month people repeat, while attendances add up exactly."""
    cells = {
        (f"p{r}", f"2026-{c + 1:02}"): attack.counts(n, max(n, times))
        for r, row in enumerate(rows)
        for c, (n, times) in enumerate(row)
        if n
    }
    added = attack.table_of(cells)
    repeated = {
        total: attack.counts(max(1, counts.persons - counts.persons // 4), counts.named)
        for total, counts in added.cells.items()
        if None in total
    }
    table = attack.table_of(cells, (Dimension.PROVIDER, Dimension.MONTH), totals=repeated)
    released = disclosure.release(table, BELOW)
    found = attack.ranges(shown(released, "named"))
    for key in released.small:
        low, high = found[key]
        assert round(high - low, 6) >= max(BELOW - 1, low // 2)


@settings(deadline=None, max_examples=25)
@given(rows=tables(6, 5).filter(lambda rows: sum(map(sum, rows)) >= BELOW))
def test_whatever_tau_argus_finds_too_small_is_hidden_here(rows, tmp_path_factory):
    small, for_their_sake = attack.argus(rows, BELOW, tmp_path_factory.mktemp("argus"))
    released = disclosure.release(attack.table_of(attack.grid(rows)), BELOW)
    assert small == released.small
    read = attack.ranges(shown(released))
    for key in for_their_sake & read.keys():
        assert read[key][0] < read[key][1]


@pytest.mark.parametrize(("rows", "columns", "seed"), [(30, 12, 1), (30, 12, 2), (20, 6, 3)])
def test_and_in_tables_of_full_size(rows, columns, seed, tmp_path):
    people = large(rows, columns, seed)
    small, _ = attack.argus(people, BELOW, tmp_path)
    released = disclosure.release(attack.table_of(attack.grid(people)), BELOW)
    assert small == released.small
    hidden = sum(counts is None for counts in released.cells.values())
    assert hidden <= 1.35 * len(small)


def test_the_attacker_finds_what_is_there_to_find():
    """One hidden cell of a row follows from the rest; the attacker must see it."""
    cells = {("a", "x"): None, ("a", "y"): 8, ("a", None): 11, ("b", "x"): 9, ("b", "y"): 7}
    cells |= {("b", None): 16, (None, "x"): 12, (None, "y"): 15, (None, None): 27}
    assert attack.ranges(cells) == {("a", "x"): (3, 3)}
    assert gives_away(attack.ranges(cells)) == {("a", "x"): (3, 3)}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 4), min_size=4, max_size=4), st.sets(st.integers(0, 3), min_size=1))
def test_the_attacker_knows_as_much_as_trying_all_numbers_tells(numbers, hidden):
    table = attack.table_of(attack.grid([numbers[:2], numbers[2:]]))
    keys = [key for key in table.cells if None not in key]
    out = {keys[at] for at in hidden}
    cells = {k: None if k in out else c.persons for k, c in table.cells.items()}
    assert attack.ranges(cells) == attack.by_hand(cells, 8)


def test_a_group_to_which_everybody_belongs_is_not_told():
    """30 of 30 learners of a ward with a disability: that says it of every one of them."""
    cells = {
        ("w1", "disability"): attack.counts(30),
        ("w2", "disability"): attack.counts(12),
        ("w2", "poor"): attack.counts(9),
    }
    totals = {("w1", None): attack.counts(30), ("w2", None): attack.counts(40)}
    totals |= {(None, None): attack.counts(70)}
    table = attack.table_of(cells, (Dimension.WARD, Dimension.GROUP), totals=totals)
    released = disclosure.release(table, BELOW)
    assert released.cells["w1", "disability"] is None
    assert ("w1", "disability") in released.small
    by_sex = attack.table_of(attack.grid([[30, 0], [12, 28]]), (Dimension.WARD, Dimension.SEX))
    assert not disclosure.release(by_sex, BELOW).hides_something


def test_people_who_never_came_are_people_too():
    """Nobody of three came: their places are hidden as if they had."""
    table = attack.table_of(
        {
            ("a", "x"): Counts(holders=3, enrolments=3),
            ("a", "y"): attack.counts(20),
            ("b", "x"): attack.counts(30),
            ("b", "y"): attack.counts(40),
        }
    )
    released = disclosure.release(table, BELOW)
    assert released.cells["a", "x"] is None
    assert attack.ranges(shown(released, "enrolments"))["a", "x"][1] >= BELOW


def test_exact_figures_hide_nothing():
    table = attack.table_of(attack.grid([[1, 2], [3, 40]]))
    assert disclosure.exact(table).cells == table.cells
