"""Formulas are data: they come back from JSON as they were, and what is wrong is named."""

import json
from dataclasses import replace

import pytest

from app.accounts.models import Employment, PriorityGroup
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.checks import problems
from app.indicators.measures.errors import WrongFormula
from app.indicators.measures.formula import WHOM as PARTS
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.indicators.measures.reading import read as read_formula
from app.participation.dimensions import Dimension
from app.participation.filters import Filter
from app.participation.periods import parse
from app.places.layouts import WHOM

PERSONS = Count(What.PERSONS)
RATE = Formula(PERSONS, Form.PERCENT, DividedBy.POPULATION)


def limited(**limits):
    return Formula(Count(What.PERSONS, Filter(**limits)))


@pytest.mark.parametrize("start", STARTING_SET, ids=lambda start: start.code)
def test_the_starting_set_is_right_in_both_languages_and_survives_json(start):
    written = json.loads(json.dumps(start.formula.as_json()))
    assert read_formula(written) == start.formula
    for text in (start.name, start.meaning, start.source):
        assert text.vi
        assert text.en
        assert text.vi != text.en
    assert all(len(text) <= 200 for text in (start.name.vi, start.source.vi, start.source.en))


def test_codes_are_unique_and_the_set_is_whole():
    codes = [start.code for start in STARTING_SET]
    assert len(codes) == len(set(codes))
    wanted = "N1 N2 N3 N4 R1 R2 4.4a 4.4b 5.1 5.2 6.1 6.4 7.2 7.3 8.4 9.1 9.3 C1 F1 Q1 Q2"
    assert set(wanted.split()) <= set(codes)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (replace(RATE, form=Form.NUMBER), "form"),
        (Formula(PERSONS, Form.PERCENT), "divided_by"),
        (replace(RATE, divided_by=DividedBy.COUNT), "divided_by"),
        (replace(RATE, form=Form.RATIO), "form"),
        (Formula(Count(What.HOURS)), "form"),
        (replace(RATE, whom="rich"), "whom"),
        (replace(RATE, counted=limited(employment=frozenset({"employed"})).counted), "whom"),
        (Formula(Count(What.RESOURCES)), "reviewed_within"),
        (replace(RATE, by=(Dimension.MODE,)), "by"),
        (Formula(Count(What.SPACES), by=(Dimension.SEX,)), "by"),
        (replace(RATE, by=(Dimension.SEX,), undivided=(Dimension.SEX,)), "undivided"),
        (limited(ages=(30, 20)), "counted-ages"),
        (limited(ages=(-1, 20)), "counted-ages"),
        (limited(sexes=frozenset({"none"})), "counted-sexes"),
        (limited(cla=("4",)), "counted-cla"),
        (limited(fields=("x",)), "counted-fields"),
        (limited(min_weekly_minutes=0), "counted-min_weekly_minutes"),
        (Formula(Count(What.EVENTS, Filter(min_weekly_minutes=60))), "counted-min_weekly_minutes"),
        (Formula(Count(What.RETURNS, Filter(ages=(15, None)))), "counted-what"),
    ],
)
def test_what_cannot_be_computed_is_named(wrong, part):
    assert part in [name for name, _ in problems(wrong)]
    with pytest.raises(WrongFormula) as refused:
        read_formula(wrong.as_json())
    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ({}, "counted"),
        ({"counted": {"what": "people"}}, "people"),
        ({"counted": {"what": "persons", "colour": "red"}}, "colour"),
        ({"counted": {"what": "persons"}, "factor": 3}, "factor"),
        ({"counted": {"what": "persons", "ages": [15]}}, "values to unpack"),
    ],
)
def test_what_is_no_formula_is_refused(written, part):
    with pytest.raises(WrongFormula, match=part):
        read_formula(written)


def test_twelve_months_are_a_year_of_any_kind():
    fit = Periods.TWELVE_MONTHS.fit
    assert all(fit(parse(code)) for code in ("2026", "2025-2026", "12M-2026-06-30"))
    assert not any(fit(parse(code)) for code in ("2026-H1", "2Y-2026", "2026-01-01/2026-12-31"))


def test_tables_of_population_and_formulas_know_the_same_parts_of_the_people():
    assert set(WHOM) == {*PriorityGroup, *Employment} == set(PARTS)
