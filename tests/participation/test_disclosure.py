"""What is hidden cannot be worked out from what is shown."""

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.participation import disclosure
from app.participation.dimensions import Dimension
from app.participation.disclosure import hidden
from app.participation.disclosure.rounding import nearest, span
from app.participation.queries import Counts
from tests.participation import attack

BELOW = 5
COUNT = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20, 60])


def one_way(counts):
    return {(f"v{at}",): count for at, count in enumerate(counts)} | {(None,): sum(counts)}


def two_way(rows):
    """A table of people who are each in one cell, with all its totals."""
    cells = {(f"r{r}", f"c{c}"): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    cells |= {(f"r{r}", None): sum(row) for r, row in enumerate(rows)}
    cells |= {(None, f"c{c}"): sum(column) for c, column in enumerate(zip(*rows, strict=True))}
    return cells | {(None, None): sum(map(sum, rows))}


tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(COUNT, min_size=width, max_size=width), min_size=1, max_size=5)
)


def lines(cells):
    """Every sum the reader knows of: the cells that make up each total, with the total itself."""
    for total in [key for key in cells if None in key]:
        for place in [at for at, value in enumerate(total) if value is None]:
            yield (
                total,
                [
                    key
                    for key in cells
                    if key[place] is not None
                    and all(
                        a == b
                        for at, (a, b) in enumerate(zip(key, total, strict=True))
                        if at != place
                    )
                ],
            )


def worked_out(cells, out):
    """The hidden cells whose value follows from the sums: Gauss over exact fractions."""
    unknown = sorted(out, key=str)
    rows = [
        [Fraction((key in parts) - (key == total)) for key in unknown]
        for total, parts in lines(cells)
    ]
    solved = 0
    for at in range(len(unknown)):
        pivot = next((i for i in range(solved, len(rows)) if rows[i][at]), None)
        if pivot is None:
            continue
        rows[solved], rows[pivot] = rows[pivot], rows[solved]
        rows[solved] = [x / rows[solved][at] for x in rows[solved]]
        for i, row in enumerate(rows):
            if i != solved and row[at]:
                rows[i] = [a - row[at] * b for a, b in zip(row, rows[solved], strict=True)]
        solved += 1
    return [unknown[row.index(1)] for row in rows if sum(map(bool, row)) == 1]


@settings(deadline=None, max_examples=400)
@given(tables)
def test_no_hidden_cell_of_two_dimensions_follows_from_the_totals(rows):
    cells = two_way(rows)
    assert worked_out(cells, hidden(cells, BELOW)) == []


@settings(deadline=None, max_examples=400)
@given(st.lists(COUNT, min_size=1, max_size=8))
def test_no_hidden_cell_of_one_dimension_follows_from_the_total(counts):
    cells = one_way(counts)
    assert worked_out(cells, hidden(cells, BELOW)) == []


@settings(deadline=None, max_examples=400)
@given(tables)
def test_small_counts_are_hidden_and_zeros_are_shown(rows):
    cells = two_way(rows)
    out = hidden(cells, BELOW)
    assert {key for key, count in cells.items() if 0 < count < BELOW} <= out
    assert not {key for key, count in cells.items() if count == 0} & out


@settings(deadline=None, max_examples=400)
@given(tables)
def test_what_a_line_hides_together_is_not_small_either(rows):
    cells = two_way(rows)
    out = hidden(cells, BELOW)
    for total, parts in lines(cells):
        gone = [cells[key] for key in parts if key in out]
        if gone and total not in out:
            assert len(gone) > 1
            assert sum(gone) >= BELOW


@settings(deadline=None, max_examples=400)
@given(tables)
def test_a_table_of_large_counts_is_shown_whole(rows):
    cells = two_way([[count * BELOW for count in row] for row in rows])
    assert hidden(cells, BELOW) == frozenset()


@settings(deadline=None, max_examples=400)
@given(tables, st.sampled_from([2, 5, 10]))
def test_the_same_table_is_always_hidden_the_same_way(rows, below):
    cells = two_way(rows)
    turned = dict(reversed(cells.items()))
    assert hidden(cells, below) == hidden(turned, below)


def test_one_small_cell_takes_the_next_smallest_with_it():
    assert hidden(one_way([3, 8, 30]), BELOW) == {("v0",), ("v1",)}


def test_people_in_several_cells_are_hidden_as_carefully():
    """Persons at two providers: the total is below the sum, and still nothing is left alone."""
    cells = {("a",): 4, ("b",): 20, ("c",): 30, (None,): 41}
    assert hidden(cells, BELOW) == {("a",), ("b",)}


def test_a_hidden_cell_between_two_circles_is_found():
    """Rows and columns that each hide two cells may still betray one that joins them."""
    rows = [
        [1, 2, 0, 0, 50],
        [2, 1, 3, 0, 50],
        [0, 0, 0, 2, 3],
        [0, 0, 2, 3, 2],
        [50, 50, 50, 50, 90],
    ]
    cells = two_way(rows)
    assert worked_out(cells, hidden(cells, BELOW)) == []


def test_rows_and_columns_hide_enough_of_the_grand_total_each():
    """Two hidden totals of one person each, told by the grand total, would be 1 and 1."""
    cells = two_way([[0, 1], [1, 0], [1, 4]])
    out = hidden(cells, BELOW)
    rows = [cells[key] for key in out if key[0] and not key[1]]
    assert not rows or (None, None) in out or sum(rows) >= BELOW


def test_totals_are_kept_when_cells_are_enough():
    cells = two_way([[1, 30, 30], [30, 30, 30], [30, 30, 30]])
    assert not {key for key in hidden(cells, BELOW) if None in key}


def test_a_cube_of_all_small_shapes():
    for a, b, c, d in product((0, 1, 4, 5, 9), repeat=4):
        cells = two_way([[a, b], [c, d]])
        assert worked_out(cells, hidden(cells, BELOW)) == []


def test_public_figures_are_rounded_each_from_its_exact_value():
    table = attack.table_of(attack.grid([[11, 12], [13, 31]]))
    public = disclosure.release(table, BELOW, round_to=5)
    assert [public.cells[f"r{r}", f"c{c}"].persons for r in (0, 1) for c in (0, 1)] == [
        10, 10, 15, 30,
    ]  # fmt: skip
    assert public.total.persons == 65  # 67, and not the sum of what is rounded
    assert public == disclosure.release(table, BELOW, round_to=5)


@given(st.integers(0, 10**7), st.integers(1, 20))
def test_a_rounded_figure_stands_for_the_values_near_it(value, base):
    shown = nearest(value, base)
    low, high = span(shown, base)
    assert shown % base == 0
    assert low <= value <= high
    assert high - low < base + base // 2
    assert (shown == 0) == (value == 0)
    assert {nearest(low, base), nearest(high, base)} == {shown}


def test_a_percentage_of_a_small_base_is_not_shown():
    assert disclosure.percentage(3, 15) is None
    assert disclosure.percentage(5, 20) == 25.0


def test_a_public_share_tells_no_more_than_the_rounded_figures():
    """7 of 23 are 30.4 per cent, and no other two numbers near them are."""
    counts = Counts(persons=23, holders=23, enrolments=23, named=7, unnamed=16, minutes=600)
    table = attack.table_of({("a",): counts, ("b",): attack.counts(40)}, (Dimension.WARD,))
    shown = disclosure.release(table, BELOW, round_to=5).cells["a",]
    assert (shown.named, shown.attendances) == (5, 25)
    assert shown.identified == 0.2
    few = Counts(persons=5, holders=5, enrolments=5, named=7, unnamed=6, minutes=600)
    table = attack.table_of({("a",): few, ("b",): attack.counts(40)}, (Dimension.WARD,))
    assert disclosure.release(table, BELOW, round_to=5).cells["a",].identified is None


@pytest.mark.parametrize("seed", [11, 20])
def test_no_total_of_an_age_is_hidden_where_only_few_learn_in_each_ward(seed):
    """Several small circles protect a cell as well as one large one that costs a total."""
    dice = random.Random(seed)
    wards = 20 + seed
    rows = [[dice.choice((0, 0, 1, 1, 2, 3, 4, 9)) for _ in range(6)] for _ in range(wards)]
    released = disclosure.release(attack.table_of(attack.grid(rows)), 5)
    hidden_ages = [key for key, counts in released.cells.items() if not counts and not key[0]]
    assert hidden_ages == []
