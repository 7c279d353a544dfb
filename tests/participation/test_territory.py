"""Figures on the maps of different days have one total, and nothing is guessed."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.participation.territory import Atlas, Change, Line, Territory, Unit, spread

BEGAN, ENDED, REFORM, NOW = date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 1)


def before(unit_id, parent=None):
    return Unit(unit_id, BEGAN, ENDED, parent)


def after(unit_id, parent=None):
    return Unit(unit_id, REFORM, None, parent)


def whole(old, new, on=REFORM):
    return Change(old, new, is_whole=True, on=on)


def part(old, new, share=None):
    return Change(old, new, is_whole=False, on=REFORM, share=share)


def test_a_unit_moves_whole_through_a_chain_of_changes():
    chain = [
        Unit(1, date(2020, 1, 1), date(2024, 12, 31)),
        before(2),
        after(3),
    ]
    atlas = Atlas(chain, [whole(1, 2, BEGAN), whole(2, 3)])
    assert [atlas.line(each, NOW) for each in (1, 2, 3)] == [Line(3)] * 3
    assert atlas.line(3, date(2024, 6, 1)) == Line(1)
    assert atlas.breaks(3) == ()


def test_a_split_unit_keeps_a_line_of_its_own_and_marks_its_parts():
    atlas = Atlas([before(1), before(2), after(3), after(4)], [part(1, 3), part(1, 4), whole(2, 3)])
    assert atlas.line(1, NOW) == Line(1, is_separable=False)
    assert atlas.line(2, NOW) == Line(3)
    assert atlas.split() == {1: (3, 4)}
    assert atlas.breaks(3) == atlas.breaks(4) == (REFORM,)


def test_whoever_became_part_of_a_split_unit_is_named_by_the_unit_that_was_split():
    early = Unit(1, date(2020, 1, 1), date(2024, 12, 31))
    atlas = Atlas(
        [early, before(2), after(3), after(4)], [whole(1, 2, BEGAN), part(2, 3), part(2, 4)]
    )
    assert atlas.line(1, NOW) == atlas.line(2, NOW) == Line(2, is_separable=False)


def test_three_merged_units_are_one_today_and_cannot_be_told_apart_looking_back():
    atlas = Atlas([before(1), before(2), before(3), after(4)], [whole(old, 4) for old in (1, 2, 3)])
    assert {atlas.line(old, NOW) for old in (1, 2, 3)} == {Line(4)}
    assert atlas.line(4, ENDED) == Line(4, is_separable=False)
    assert atlas.breaks(4) == ()


def test_a_code_that_came_back_is_another_unit():
    """The code is not even known here: 27073 of old went into unit 3, 27073 of today is unit 4."""
    atlas = Atlas([before(1), before(2), after(3), after(4)], [whole(1, 3), whole(2, 4)])
    assert atlas.line(1, NOW) == Line(3)
    assert atlas.line(4, ENDED) == Line(2)


def test_a_unit_that_ended_without_a_successor_or_is_not_known_is_marked():
    atlas = Atlas([before(1)], [])
    assert atlas.line(1, NOW) == Line(1, is_separable=False)
    assert atlas.line(99, NOW) == Line(99, is_separable=False)


def test_changes_that_lead_in_a_circle_end():
    atlas = Atlas([before(1), before(2)], [whole(1, 2), whole(2, 1)])
    assert atlas.line(1, NOW) == Line(1, is_separable=False)
    assert atlas.breaks(1) == ()


def test_the_territory_before_the_merger_holds_what_descends_from_one_province():
    old_city, old_province, district = before(10), before(20), before(11, 10)
    new_city = after(30)
    old = [before(1, 11), before(2, 11), before(3, 20)]
    new = [after(4, 30), after(5, 30), after(6, 30)]
    atlas = Atlas(
        [old_city, old_province, district, new_city, *old, *new],
        [whole(1, 4), part(2, 4), part(2, 5), part(3, 5), part(3, 6)],
    )
    assert atlas.former(10) == Territory(frozenset({1, 2, 4, 10, 11}), frozenset({5}))
    assert atlas.former(20) == Territory(frozenset({3, 6, 20}), frozenset({5}))
    assert atlas.provinces_of([4, 5]) == {10, 20}


def test_shares_are_used_only_when_every_part_has_one():
    units = [before(1), after(2), after(3)]
    untold = Atlas(units, [part(1, 2, share=0.25), part(1, 3)])
    told = Atlas(units, [part(1, 2, share=0.25), part(1, 3, share=0.75)])
    assert spread({1: 100, 2: 10}, untold) == {1: 100, 2: 10}
    assert spread({1: 100, 2: 10}, told) == {2: 35, 3: 75}


@st.composite
def histories(draw):
    """Up to eight old units that go, whole or in part, into up to five new ones."""
    old = range(1, draw(st.integers(1, 8)) + 1)
    new = range(101, draw(st.integers(1, 5)) + 101)
    changes = [
        change
        for each in old
        for targets in [draw(st.sets(st.sampled_from(new), max_size=3))]
        for target in sorted(targets)
        for change in [whole(each, target) if len(targets) == 1 else part(each, target)]
    ]
    return Atlas([*map(before, old), *map(after, new)], changes), [*old, *new]


@pytest.mark.on_any_database
@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_totals_are_equal_on_all_maps_and_every_split_unit_is_marked(history, dice):
    atlas, units = history
    people = Counter({unit: dice.randrange(1000) for unit in units})
    for day in (ENDED, REFORM, NOW):
        on_map: Counter[Line] = Counter()
        for unit, number in people.items():
            on_map[atlas.line(unit, day)] += number
        assert on_map.total() == people.total()
    for unit in atlas.split():
        assert not atlas.line(unit, NOW).is_separable
