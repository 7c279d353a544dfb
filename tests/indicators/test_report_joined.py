"""What one measure of a report hides, no other one tells."""

from datetime import date

import pytest

from app.core.db import db
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.releasing import release
from app.indicators.measures.results import Cell, Definition, Result, Scope
from app.indicators.models import Status
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports.content import Part, Sign
from app.indicators.reports.gate import limits_of
from app.participation import periods
from app.participation.dimensions import Dimension
from app.participation.disclosure.audit import PublishedTable, find_leaks
from app.places.models import Population, Sex
from tests.factories import WardFactory
from tests.indicators.report_town import Town, define
from tests.participation.conftest import meet, seat

YEAR = periods.parse("2025-2026")
FORMULAS = {each.code: each.formula for each in STARTING_SET}


@pytest.fixture
def young(app):
    """A town in whose youngest band the sex of two people is not known."""
    town = Town()
    joined = [
        seat(town.run, date(2026, 1, 2), town.person(town.large, sex, 2005))
        for sex, number in (("female", 10), ("male", 8), ("not_stated", 2))
        for _ in range(number)
    ]
    town.run.seats_taken += len(joined)
    meet(town.run, date(2026, 3, 9), present=joined)
    for sex, persons in ((None, 2000), (Sex.FEMALE, 1000), (Sex.MALE, 1000)):
        for low, high in ((0, 14), (15, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, None)):
            row = Population(year=2025, sex=sex, age_from=low, age_to=high, persons=persons)
            row.unit_id, row.source, row.vintage = town.city.id, "Niên giám", ""
            db.session.add(row)
    define("R1", "R3-15-24", "4.4c-sex")
    town.count()
    return town


def signs(frozen, measure, *by):
    wanted = tuple(map(Dimension, by))
    table = next(t for t in frozen.tables(Part.PUBLIC) if (t.measure, t.by) == (measure, wanted))
    return {cell.key: cell.sign for cell in table.cells}


def test_the_same_people_are_hidden_under_every_name(young):
    frozen = queries.frozen(operations.freeze(YEAR.code))
    of_all = signs(frozen, "R1", "sex", "age_band")
    of_young = signs(frozen, "R3-15-24", "sex")
    hidden = [sex for sex in ("female", "male") if of_all[sex, "15-24"] is Sign.HIDDEN]
    assert hidden, "somebody has to be hidden beside the two"
    assert [sex for sex in ("female", "male") if of_young[sex,] is Sign.HIDDEN] == hidden


def test_nothing_is_compared_with_a_hidden_count(young):
    frozen = queries.frozen(operations.freeze(YEAR.code))
    counts, compared = signs(frozen, "R1", "sex", "age_band"), signs(frozen, "4.4c-sex", "age_band")
    assert compared["15-24",] is Sign.HIDDEN
    for (age,), sign in compared.items():
        hidden = Sign.HIDDEN in {counts["female", age], counts["male", age]}
        assert not (hidden and sign is Sign.SHOWN), age


def test_two_rates_are_compared_by_their_counts_as_shown():
    rates = ((12, 1000), (8, 1000))
    cell = Cell(1.2, 0.8, 1.5, 8, rates=rates)
    start = next(each for each in STARTING_SET if each.code == "4.4c-sex")
    measure = Definition(
        start.code, 1, start.name, start.meaning, start.source, Status.UNVERIFIED, start.formula
    )
    result = Result(measure, YEAR, (), Scope(), {(): cell}, None)
    assert release(result, public=False, below=5).total.value == 1.5
    assert release(result, public=True, below=5, round_to=5).total.value == 1, "10 and 10"


def test_the_auditor_knows_which_rates_count_the_same_people():
    """Those of 60 to 64 are what the rates of 60 and over and of 65 and over differ by."""
    tables = [
        PublishedTable(
            code, "persons", YEAR.first, YEAR.last, {(): shown},
            only=limits_of(FORMULAS[code].counted, None),
        )
        for code, shown in (("R3-60", 23), ("R3-65", 20))
    ]  # fmt: skip
    assert [(leak.least, leak.greatest) for leak in find_leaks(tables, 5)] == [(3, 3)]


def test_a_ward_whose_ages_public_boards_hide_is_hidden_in_reports_too(app):
    """Six people of six ages: whoever knew that they are six would know that each is fewer."""
    town = Town()
    scattered, alike = (WardFactory(parent=town.city, code=code) for code in ("26743", "26746"))
    joined = [
        seat(town.run, date(2026, 1, 2), town.person(ward, "male", born))
        for ward, years in (
            (scattered, (1955, 1965, 1975, 1985, 1995, 2005)),
            (alike, (1980,) * 5),
        )
        for born in years
    ]
    town.run.seats_taken += len(joined)
    meet(town.run, date(2026, 3, 9), present=joined)
    town.count()
    frozen = queries.frozen(operations.freeze("2026-H1"))
    for measure in ("N1", "N3"):
        assert signs(frozen, measure, "ward")["26743",] is Sign.HIDDEN
    assert all(Dimension.WARD not in t.by or len(t.by) == 1 for t in frozen.public)


def test_a_former_unit_that_a_complete_table_does_not_list_has_nobody():
    """A board counts by the units of today, a report by those recorded: there are no others."""
    days = {"figure": "persons", "first": YEAR.first, "last": YEAR.last}
    rounded = {"round_to": 5, "least": 5}
    ages = {("1", age): None for age in ("15-24", "25-34", "35-44", "45-54")}
    of_today = {"units": {"1": frozenset({"1", "1@2025-01-01"}), "2": frozenset({"2"})}}
    tables = [
        PublishedTable("all", cells={(): 45}, **days, **rounded),
        PublishedTable(
            "board", by=("ward",), cells={("1",): None, ("2",): None}, **days, **rounded, **of_today
        ),
        PublishedTable(
            "ages", by=("ward", "age_band"), cells=ages, small=ages.keys(), **days, **of_today
        ),
    ]
    assert find_leaks(tables, 5) == []
    report = PublishedTable(
        "report", by=("ward",), cells={("1",): 5, ("2",): 40}, **days, **rounded
    )
    told = find_leaks([*tables, report], 5)
    assert {leak.greatest for leak in told}
    assert all(leak.greatest < 5 for leak in told)
