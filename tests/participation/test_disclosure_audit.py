"""Nothing is told by all that was ever published together, and what would be is found."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.participation import disclosure, periods
from app.participation.disclosure import audit
from app.participation.disclosure.audit import (
    ATTENDANCES,
    ENROLMENTS,
    FINISHED,
    HOURS,
    PERSONS,
    PublishedTable,
    find_leaks,
)  # fmt: skip
from app.participation.disclosure.linkage import limit
from app.participation.disclosure.rounding import is_known, nearest, span, tells_apart
from tests.participation import attack
from tests.participation.test_disclosure_attack import large, tables

BELOW = 5
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
TO_FEBRUARY = (JANUARY[0], FEBRUARY[1])
QUARTER = (JANUARY[0], MARCH[1])
ALL = ()
pytestmark = pytest.mark.on_any_database


def of(days, cells, figure=PERSONS, by=(), name="", **more):
    name = name or f"{figure} {days[0]:%m}-{days[1]:%m} {'x'.join(by)}"
    return PublishedTable(name, figure, *days, cells=cells, by=by, **more)


def line(numbers, total):
    return {(f"v{at}",): number for at, number in enumerate(numbers)} | {(None,): total}


def spans(leaks):
    return [(leak.least, leak.greatest) for leak in leaks]


def test_a_cell_hidden_alone_in_its_row_is_found():
    [leak] = find_leaks([of(JANUARY, line([None, 8, 30], 41), by=("sex",))], BELOW)
    assert (leak.least, leak.greatest) == (3, 3)
    assert "sex=v0" in leak.cell


def test_two_hidden_cells_whose_sum_is_told_are_found():
    assert spans(find_leaks([of(JANUARY, line([None, None, 30], 34), by=("sex",))], BELOW)) == [
        (1, 3), (1, 3),
    ]  # fmt: skip
    assert not find_leaks([of(JANUARY, line([None, None, 30], 39), by=("sex",))], BELOW)


def test_a_total_of_totals_is_seen_through():
    """Each row and each column hides two or none; the grand total gives the last one away."""
    cells = {
        ("a", "x"): None, ("a", "y"): None, ("a", None): None,
        ("b", "x"): 20, ("b", "y"): 30, ("b", None): 50,
        (None, "x"): None, (None, "y"): None, (None, None): 53,
    }  # fmt: skip
    leaks = find_leaks([of(JANUARY, cells, by=("ward", "sex"))], BELOW)
    assert (3, 3) in spans(leaks)
    assert len(leaks) == 3  # the row's total, and both cells it is made of


def test_january_and_the_year_to_date_give_february_away():
    before = [of(JANUARY, {ALL: 40}, ATTENDANCES), of(FEBRUARY, {ALL: None}, ATTENDANCES)]
    assert not find_leaks(before, BELOW)
    [leak] = find_leaks([*before, of(TO_FEBRUARY, {ALL: 42}, ATTENDANCES)], BELOW)
    assert (leak.least, leak.greatest) == (2, 2)


def test_february_need_not_even_be_published():
    tables = [of(JANUARY, {ALL: 40}, ATTENDANCES), of(TO_FEBRUARY, {ALL: 42}, ATTENDANCES)]
    assert spans(find_leaks(tables, BELOW)) == [(2, 2)]


def test_months_and_quarters_are_taken_apart():
    tables = [
        of(QUARTER, {ALL: 93}, ATTENDANCES), of(JANUARY, {ALL: 40}, ATTENDANCES),
        of(FEBRUARY, {ALL: None}, ATTENDANCES), of(MARCH, {ALL: 50}, ATTENDANCES),
    ]  # fmt: skip
    assert spans(find_leaks(tables, BELOW)) == [(3, 3)]


def test_attendances_tell_of_the_persons_behind_them():
    """Three attendances are of three persons at most, though persons do not add up."""
    persons = [of(FEBRUARY, line([None, None], None), by=("sex",))]
    attended = [of(JANUARY, {ALL: 30}, ATTENDANCES), of(TO_FEBRUARY, {ALL: 33}, ATTENDANCES)]
    assert not find_leaks(persons, BELOW)
    found = {leak.figure for leak in find_leaks([*persons, *attended], BELOW)}
    assert found == {PERSONS, ATTENDANCES}


def test_persons_do_not_add_up_over_time():
    """Those of February may have come in January too."""
    tables = [of(JANUARY, {ALL: 40}), of(FEBRUARY, {ALL: None}), of(TO_FEBRUARY, {ALL: 50})]
    assert not find_leaks(tables, BELOW)
    assert not find_leaks([of(JANUARY, line([None, 8, 30], 38), by=("provider",))], BELOW)


def test_who_came_only_later_is_a_number_of_people_too():
    tables = [of(JANUARY, {ALL: 40}), of(TO_FEBRUARY, {ALL: 42})]
    assert spans(find_leaks(tables, BELOW)) == [(2, 2)]
    rounded = [replace(table, round_to=5, cells={ALL: 40}) for table in tables]
    assert not find_leaks(rounded, BELOW)


def test_the_places_of_a_month_are_not_those_of_another():
    tables = [of(JANUARY, {ALL: 40}, ENROLMENTS), of(FEBRUARY, {ALL: None}, ENROLMENTS)]
    assert not find_leaks([*tables, of(TO_FEBRUARY, {ALL: 47}, ENROLMENTS)], BELOW)


def test_overlapping_places_are_subtracted():
    """Old and new map: the old ward is the two new ones and a hamlet."""
    new = of(JANUARY, {("n1",): 30, ("n2",): 17}, by=("ward",), complete=False, name="new")
    old = of(
        JANUARY, {("o1",): 49}, by=("ward",), complete=False, name="old",
        units={"o1": frozenset({"n1", "n2", "hamlet"})},
    )  # fmt: skip
    [leak] = find_leaks([new, old], BELOW)
    assert (leak.least, leak.greatest) == (2, 2)
    assert "hamlet" in leak.cell


def test_a_part_and_its_whole_tell_the_rest():
    """Only the women are published: the difference is everybody else."""
    tables = [
        of(JANUARY, {ALL: 30}),
        of(JANUARY, {ALL: 28}, only={"sex": frozenset({"female"})}, name="women"),
    ]
    assert spans(find_leaks(tables, BELOW)) == [(2, 2)]


def test_one_breakdown_tells_what_another_hides():
    """The total is hidden by sex and shown by age."""
    by_sex = of(JANUARY, line([None, 40], None), by=("sex",))
    assert not find_leaks([by_sex], BELOW)
    by_age = of(JANUARY, {("a",): 20, ("b",): 22, (None,): 42}, by=("age_band",))
    assert (2, 2) in spans(find_leaks([by_sex, by_age], BELOW))


def test_a_revision_that_hides_other_cells_tells_both():
    """Neither revision tells; together they show each other's complementary cell."""
    first = of(JANUARY, line([None, None, 20, 9], 40), by=("sex",), name="revision 1")
    second = of(JANUARY, line([None, 8, 20, None], 40), by=("sex",), name="revision 2")
    assert not find_leaks([first], BELOW)
    assert not find_leaks([second], BELOW)
    leaks = find_leaks([first, second], BELOW)
    assert spans(leaks) == [(3, 3)] * len(leaks)
    assert leaks


def test_a_correction_of_a_few_people_is_not_told():
    first = of(JANUARY, {ALL: 47}, name="revision 1")
    assert spans(find_leaks([first, of(JANUARY, {ALL: 50}, name="revision 2")], BELOW)) == [(3, 3)]
    assert not find_leaks([first, of(JANUARY, {ALL: 52}, name="revision 2")], BELOW)
    assert not find_leaks([first, of(JANUARY, {ALL: 47}, name="revision 2")], BELOW)
    rounded = [of(JANUARY, {ALL: n}, name=f"revision {n}", round_to=5, least=5) for n in (45, 50)]
    assert not find_leaks(rounded, BELOW)


def test_what_contradicts_itself_is_still_looked_through():
    """Somebody moved: the wards of the two months do not add up to those of both."""
    wards = {"by": ("ward",), "figure": ATTENDANCES}
    tables = [
        of(JANUARY, {("a",): 30, ("b",): 20, (None,): 50}, **wards),
        of(FEBRUARY, {("a",): 30, ("b",): None, (None,): 32}, **wards),
        of(TO_FEBRUARY, {("a",): 59, ("b",): 23, (None,): 82}, **wards),
    ]
    assert find_leaks(tables, BELOW)


def test_people_in_several_groups_add_up_to_nothing():
    assert not find_leaks([of(JANUARY, line([None, 30, 12], 43), by=("group",))], BELOW)
    with_wards = {("w", "g"): None, ("v", "g"): 8, (None, "g"): 11, (None, None): 40}
    assert spans(find_leaks([of(JANUARY, with_wards, by=("ward", "group"))], BELOW)) == [(3, 3)]


def test_hours_of_few_people_must_be_half_unknown():
    cells = {"by": ("sex",), "figure": HOURS, "small": {("v0",)}}
    assert find_leaks([of(JANUARY, line([None, None, 30], 40_000), **cells)], BELOW) == []
    assert find_leaks([of(JANUARY, line([None, 50, 30], 4_000), **cells)], BELOW)


def test_months_of_a_table_are_the_months_of_others():
    year = of(
        TO_FEBRUARY, {("2026-01",): 40, ("2026-02",): None, (None,): None}, ATTENDANCES,
        by=("month",), name="months",
    )  # fmt: skip
    assert not find_leaks([year], BELOW)
    assert spans(find_leaks([year, of(TO_FEBRUARY, {ALL: 42}, ATTENDANCES)], BELOW)) == [(2, 2)]


@settings(deadline=None, max_examples=40)
@given(tables(5, 4), st.sampled_from([1, 5]))
def test_what_is_released_passes(rows, round_to):
    released = disclosure.release(attack.table_of(attack.grid(rows)), BELOW, round_to=round_to)
    assert find_leaks(audit.published(released, "year"), BELOW) == []


def test_a_count_is_not_taken_for_large_because_it_can_be():
    """The first answer that fits has five people there; there can be two, and never more."""
    cells = {(row, column): None for row in "ab" for column in "xy"}
    totals = {("a", None): 11, ("b", None): 5, (None, "x"): 10, (None, "y"): 6, (None, None): 16}
    told = spans(find_leaks([of(JANUARY, cells | totals, by=("ward", "sex"))], BELOW))
    assert sorted(told) == [(1, 4), (1, 4), (2, 5)]


@settings(deadline=None, max_examples=40)
@given(tables(4, 4), st.randoms(use_true_random=False))
def test_the_auditor_finds_all_that_the_attacker_finds(rows, dice):
    """Cells hidden at random, as a bad release would: both see the same leaks."""
    table = attack.table_of(attack.grid(rows))
    cells = {k: None if dice.random() < 0.4 else c.persons for k, c in table.cells.items()}
    told = {
        (round(low), round(high))
        for low, high in attack.ranges(cells).values()
        if low < BELOW and round(high - low) < BELOW - 1
    }
    found = find_leaks([of(JANUARY, cells, by=("ward", "sex"))], BELOW)
    assert {span for span in spans(found) if span[0] > 0} == told


def test_the_same_tables_give_the_same_answer():
    cells = {k: None if n == 3 else n for k, n in line([3, 8, 3, 9, 30, 3], 56).items()}
    tables = [of(JANUARY, cells, by=("sex",))]
    assert find_leaks(tables, BELOW) == find_leaks(tables, BELOW)


def test_a_full_table_is_audited_at_once():
    released = disclosure.release(attack.table_of(attack.grid(large(30, 12, 1))), BELOW, round_to=5)
    began = time.perf_counter()
    assert find_leaks(audit.published(released, "year"), BELOW) == []
    assert time.perf_counter() - began < 20  # about one second on a quiet machine


def test_six_months_and_the_year_to_date_are_audited_together():
    months = [large(4, 2, seed) for seed in range(24, 30)]
    year = [[sum(month[r][c] for month in months) for c in range(2)] for r in range(4)]
    spans_of_days = [(f"2026-{at:02}-01", f"2026-{at:02}-28") for at in range(1, 7)]
    found = []
    for rows, (first, last) in zip(
        [*months, year], [*spans_of_days, ("2026-01-01", "2026-06-28")], strict=True
    ):
        period = periods.between(date.fromisoformat(first), date.fromisoformat(last))
        table = attack.table_of(attack.grid(rows), period=period)
        released = disclosure.release(table, BELOW, round_to=5)
        found += audit.published(released, f"{first}/{last}")
    assert find_leaks(found, BELOW) == []
    exact = [replace(table, round_to=1, least=1) for table in found]
    assert find_leaks(exact, BELOW) != []


def test_part_of_a_total_that_does_not_add_up_tells_who_is_elsewhere():
    """Two came to something else only; rounded figures do not say so."""
    topics = of(JANUARY, {("law",): 48, ("health",): 20, (None,): 50}, by=("topic",))
    assert spans(find_leaks([topics], BELOW)) == [(2, 2)]
    rounded = {("law",): 50, ("health",): 20, (None,): 50}
    assert not find_leaks([replace(topics, cells=rounded, round_to=5, least=5)], BELOW)


def test_a_count_under_several_limits_is_part_of_one_under_fewer():
    """Of 30 grown people 28 learned in classes, and these live here: nobody published all three."""
    grown, here = {"age_band": frozenset({"15-24", "25+"})}, {"ward": frozenset({"a", "b"})}
    classes = {limit("cla", "1"): frozenset({"yes"})}
    ages = of(JANUARY, {("0-14",): 9, ("15-24",): 10, ("25+",): 20, (None,): 39}, by=("age_band",))
    rate = of(JANUARY, {ALL: 28}, only=grown | here | classes, name="rate")
    assert spans(find_leaks([ages, rate], BELOW)) == [(2, 2)]
    assert not find_leaks([ages, replace(rate, cells={ALL: 24})], BELOW)
    everybody = of(JANUARY, {ALL: 31})
    assert spans(find_leaks([everybody, rate], BELOW)) == [(3, 3)]


def test_completed_places_are_some_of_the_finished_ones():
    completed = {limit("what", "completions"): frozenset({"yes"})}
    tables = [of(JANUARY, {ALL: 40}, FINISHED), of(JANUARY, {ALL: 38}, FINISHED, only=completed)]
    assert spans(find_leaks(tables, BELOW)) == [(2, 2)]


def test_a_run_ends_once_so_finished_places_add_up_over_time():
    tables = [of(JANUARY, {ALL: 40}, FINISHED), of(FEBRUARY, {ALL: None}, FINISHED)]
    assert not find_leaks(tables, BELOW)
    assert spans(find_leaks([*tables, of(TO_FEBRUARY, {ALL: 43}, FINISHED)], BELOW)) == [(3, 3)]


def test_a_share_of_a_small_base_may_hide_nobody():
    """Four shares are hidden for their bases: they need not sum up to four people."""
    shares = of(
        JANUARY, line([None, None, None, None], 0), by=("sex",), may_hide_nobody=True,
        small={("v0",)},
    )  # fmt: skip
    assert not [leak for leak in find_leaks([shares], BELOW) if leak.least]
    eight = replace(shares, cells=line([None, None, None, None], 8))
    assert not find_leaks([eight], BELOW)


@given(st.integers(2, 10_000), st.integers(1, 10_000), st.integers(2, 40), st.data())
def test_two_figures_rounded_to_the_limit_never_tell_what_they_differ_by(whole, part, below, data):
    base = data.draw(st.integers(below, 60))
    part = min(part, whole)
    least, most = span(nearest(whole, base), base, below)
    low, high = span(nearest(part, base), base, below)
    assert not is_known(least - high, most - low, below)
    assert not tells_apart(whole, part, below, base)
    assert tells_apart(whole, part, below, 1) == (0 < whole - part < below <= part)
