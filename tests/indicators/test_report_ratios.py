"""No percentage and no two nested counts of a report tell about a few people.

A town of dice; then an attacker who knows the formulas and nothing of the auditor subtracts every
number from every number that holds it.
"""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from app.accounts.models import Employment, GroupsAnswer, PersonGroup, PriorityGroup
from app.catalogue.models import Mode
from app.core.db import db
from app.enrolment.models import EnrolmentState
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.formula import DividedBy, Form
from app.indicators.measures.releasing import release
from app.indicators.measures.results import Cell, Definition, Result, Scope
from app.indicators.models import Status
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports import gate
from app.indicators.reports.content import Sign
from app.participation import periods
from app.participation.dimensions import TOTAL, Dimension
from app.participation.disclosure.audit import find_leaks
from app.participation.disclosure.rounding import span
from app.places.models import Population, Sex
from tests.factories import (
    CityFactory,
    CourseFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    ResidenceFactory,
    RunFactory,
    TopicFactory,
    WardFactory,
)
from tests.indicators.report_town import Town, define
from tests.participation.conftest import meet, seat

YEAR, DAY, EARLY = "2025-2026", date(2026, 3, 9), date(2026, 1, 2)
PEOPLE = 120
BANDS = ((0, 14), (15, 24), (25, 34), (35, 44), (45, 54), (55, 59), (60, 64), (65, None))
PARTS = {
    "R1": ("N1",), "R3-60": ("R1", "N1"), "7.2": ("N1",), "4.4a": ("N1",), "F1": ("N2",), "C1": (),
}  # fmt: skip
"""Of each figure those that count the same people and others."""
FORMULAS = {each.code: each.formula for each in STARTING_SET}
MEASURES = {*PARTS, "N1", "N2"}


class City:
    """People of all kinds in four wards, at two providers, most of them like one another."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.city = CityFactory()
        self.wards = [WardFactory(parent=self.city) for _ in range(4)]
        self.populate()
        runs = [self.run(kind, mode, fee) for kind, mode, fee in self.kinds()]
        people = [self.person() for _ in range(PEOPLE)]
        for run in runs:
            joined = [self.seat(run, each) for each in people if self.dice.random() < run.part]
            run.seats_taken = len(joined)
            meet(run, DAY, present=joined, headcount=self.dice.choice((0, 2, 7)))
        define(*MEASURES)
        Town.count()

    def kinds(self):
        return (("library", Mode.IN_PERSON, 0), ("company", Mode.ONLINE, 90_000),
                ("library", Mode.IN_PERSON, 90_000))  # fmt: skip

    def run(self, kind, mode, fee):
        course = CourseFactory(
            provider=ProviderFactory(type=ProviderTypeFactory(code=kind)), topic=TopicFactory(),
            cla=self.dice.choice(("2.2.1", "3.1")), job_related=fee > 0,
        )  # fmt: skip
        run = RunFactory(
            course=course, capacity=None, mode=mode, fee=fee,
            starts_on=DAY, ends_on=date(2026, 5, 2), enrol_from=EARLY, enrol_until=DAY,
        )  # fmt: skip
        run.part = 0.9 if fee == 0 else 0.5
        return run

    def seat(self, run, person):
        likely = EnrolmentState.COMPLETED
        state = likely if self.dice.random() < 0.93 else EnrolmentState.NOT_COMPLETED
        return seat(run, EARLY, person, state=state, fee=run.fee)

    def person(self):
        ward = self.dice.choices(self.wards, (60, 30, 15, 4))[0]
        born = self.dice.choice((1950, 1963, 1968, 1985, 1985, 1996, 2004, 2014))
        person = PersonFactory.build(
            sex=self.dice.choices(("female", "male", "not_stated"), (20, 16, 1))[0],
            born_on=date(born, 5, 4),
            employment=self.dice.choice((*Employment, Employment.EMPLOYED)),
        )
        home = ResidenceFactory.build(person=person, unit=ward, valid_from=EARLY)
        has_answered, is_disabled = self.dice.random() < 0.9, self.dice.random() < 0.3
        if has_answered:
            person.groups_answer = GroupsAnswer.GIVEN
        db.session.add(home)
        db.session.flush()
        if has_answered and is_disabled:
            group = PersonGroup(
                person_id=person.id, group=PriorityGroup.DISABILITY, valid_from=EARLY
            )
            db.session.add(group)
        return person

    def populate(self):
        for unit, (sex, size) in product(
            (self.city, *self.wards), ((None, 400), (Sex.FEMALE, 210), (Sex.MALE, 190))
        ):
            for low, high in BANDS:
                row = Population(year=2025, sex=sex, age_from=low, age_to=high, persons=size)
                row.unit_id, row.source, row.vintage = unit.id, "Niên giám", ""
                db.session.add(row)
        db.session.commit()


def told(tables, below, round_to):
    """What an attacker reads who subtracts: the figure, its cell, and between what the rest is."""
    seen = {
        (table.measure, table.by, cell.key): cell
        for table in tables
        for cell in table.cells
        if cell.sign is Sign.SHOWN and cell.numerator is not None
    }
    for (measure, by, key), cell in seen.items():
        if FORMULAS[measure].form is Form.RATIO:
            continue
        wider = [seen.get((code, by, key)) for code in PARTS.get(measure, ())]
        wholes = [each.numerator for each in wider if each]
        pairs = [(cell.numerator, whole) for whole in wholes]
        if FORMULAS[measure].divided_by is DividedBy.COUNT:
            pairs += [(cell.denominator, whole) for whole in wholes]
            pairs.append((cell.numerator, cell.denominator))
        for part, whole in pairs:
            low, high = span(int(part or 0), round_to, below)
            least, most = span(int(whole or 0), round_to, below)
            if low and 0 < least - high < below and (most - low) - (least - high) < below - 1:
                yield measure, key


def without_care(frozen, below):
    """What an office would publish that hid small numbers alone: exact, and nothing else hidden."""
    tables = []
    for table in frozen.internal:
        few = [replace(cell, sign=Sign.HIDDEN, value=None, numerator=None, denominator=None)
               if 0 < (cell.people or 0) < below else cell for cell in table.cells]  # fmt: skip
        tables.append(replace(table, cells=tuple(few)))
    return replace(frozen, public=tuple(tables))


@pytest.mark.on_any_database
def test_no_two_numbers_of_a_report_tell_of_a_few(app, monkeypatch):
    """The report is made for each setting; one that was made without care is told apart."""
    City(2)
    given = app.extensions["settings"]
    for below, round_to in ((10, 5), (5, 1)):
        setting = replace(given, small_cell_below=below, round_to=round_to)
        monkeypatch.setitem(app.extensions, "settings", setting)
        frozen = queries.frozen(operations.freeze(YEAR, "thử"))
        assert list(told(frozen.public, below, round_to)) == []
        db.session.rollback()
        shown = {t.measure for t in frozen.public for c in t.cells if c.sign is Sign.SHOWN}
        assert {"N1", "N2", "R1", "7.2"} <= shown, "something must be left to read"
    careless = without_care(frozen, 5)
    found = set(told(careless.public, 5, 1))
    assert {measure for measure, _ in found} >= {"R1", "7.2", "C1"}
    leaks = [str(leak) for leak in find_leaks(list(gate.tables_of("report", careless)), 5)]
    for _measure, key in found:
        wanted = [f"={code}" for code in key if code != TOTAL]
        assert any(
            all(code in leak for code in wanted) and ("not in=" in leak or "= rest" in leak)
            for leak in leaks
        ), key


def result_of(code, **cell):
    start = next(each for each in STARTING_SET if each.code == code)
    measure = Definition(
        code, 1, start.name, start.meaning, start.source, Status.UNVERIFIED, start.formula
    )
    whole = Cell(**{"value": 1.0, "denominator": None} | cell)
    return Result(measure, periods.parse(YEAR), (), Scope(), {(): whole}, None)


def shown_to_all(result, round_to):
    return release(result, public=True, below=5, round_to=round_to).total


def test_three_places_of_people_who_completed_others_are_not_told():
    """Twenty people had 40 places and completed 37: nobody is left, three places are."""
    places = result_of("C1", numerator=37, denominator=40, people=20, base_people=20)
    assert shown_to_all(places, 1) is None
    assert shown_to_all(places, 5).value == 87.5, "35 of 40 may be 31 of 42"
    assert release(places, public=False, below=5).total is not None, "for one office's own eyes"


def test_nobody_reads_that_everybody_belongs_to_a_group():
    of_all = result_of("4.4a", numerator=25, denominator=25, people=25, base_people=25)
    assert shown_to_all(of_all, 5) is None
    some = result_of("4.4a", numerator=20, denominator=25, people=20, base_people=25)
    assert shown_to_all(some, 5).value == 80


def test_a_ratio_is_made_of_rounded_counts_even_where_others_are_exact():
    ratio = result_of("4.4c-sex", numerator=1.2, people=8, rates=((12, 1000), (8, 1000)))
    assert shown_to_all(ratio, 1).value == shown_to_all(ratio, 5).value == 1


def test_the_identified_share_is_one_of_rounded_attendances():
    """48 of 50 are 96 per cent, and no other two numbers that are rounded alike are."""
    came = {"identified_share": 0.96, "attendances": (48, 50)}
    assert shown_to_all(result_of("N1", numerator=30, people=30, **came), 5).identified_share == 1
    assert shown_to_all(result_of("N1", numerator=30, people=30), 5).identified_share is None


def hours_of(**shares):
    """Hours of wards, with the part that the provider with the most of them gave."""
    cells = {
        (key,): Cell(hours, None, hours, people=40, largest_share=share)
        for key, (hours, share) in shares.items()
    }
    whole = sum(cell.numerator for cell in cells.values())
    total = {(None,): Cell(whole, None, whole, people=40 * len(cells), largest_share=0.5)}
    return replace(
        result_of("N4", numerator=0, people=0), by=(Dimension.WARD,), cells=cells | total
    )


def test_hours_that_are_nearly_all_one_providers_are_hidden_from_others():
    result = hours_of(mixed=(300, 0.4), theirs=(200, 0.86), limit=(100, 0.85), large=(900, 0.5))
    public = release(result, public=True, below=5, round_to=5, most=85)
    assert public.cells["theirs",] is None
    assert public.total.value == 1500
    assert list(public.cells.values()).count(None) == 2, "or the others would tell it"
    assert public.of_few == frozenset()
    assert release(result, public=True, below=5, round_to=5, most=100).cells["theirs",].value == 200
    assert release(result, public=False, below=5).cells["theirs",].value == 200


@pytest.mark.on_any_database
def test_a_report_hides_a_providers_hours_and_not_its_learners(app):
    wards = Town()
    other = RunFactory(
        course=CourseFactory(provider=ProviderFactory(type=ProviderTypeFactory(code="company"))),
        capacity=None,
    )
    meet(other, DAY, present=[seat(other, EARLY, wards.person(wards.large, "male", 1980))
                              for _ in range(30)])  # fmt: skip
    define("N4")
    Town.count()
    frozen = queries.frozen(operations.freeze("2026-H1"))
    by_type = {
        table.measure: {cell.key[0]: cell.sign for cell in table.cells}
        for table in frozen.public
        if table.by == (Dimension.PROVIDER_TYPE,)
    }
    assert set(by_type["N1"].values()) == {Sign.SHOWN}
    assert by_type["N4"] == dict.fromkeys(by_type["N4"], Sign.HIDDEN) | {TOTAL: Sign.SHOWN}
    assert frozen.stated.parameters["one_provider_most"] == "85"
