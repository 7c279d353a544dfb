"""Every figure of the starting set, against small cities that were counted by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Employment, GroupsAnswer, PersonGroup, PriorityGroup, ResidenceKind
from app.catalogue.models import Mode
from app.core import clock, config
from app.core.db import db
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.feedback.models import FeedbackAnswer, FeedbackRound
from app.enrolment.models import EnrolmentState, FeeStatus
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.engine import Scope, compute, definition, in_force
from app.indicators.measures.errors import NoSuchBreakdown
from app.indicators.measures.releasing import release
from app.indicators.measures.results import Attendance, CountedResidents, Rules
from app.indicators.models import MeasureVersion, ReportingPeriod, Return, ReturnState
from app.indicators.operations.definitions import Text, ensure_measures, revise
from app.indicators.reports import parameters
from app.participation import operations, periods, store
from app.participation.dimensions import NOT_STATED, Dimension
from app.places.models import AdminUnit, Population, Sex, UnitKind
from tests.factories import (
    CityFactory,
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    ResidenceFactory,
    ResourceFactory,
    RunFactory,
    VenueFactory,
    WardFactory,
)
from tests.participation.conftest import crowd, meet, seat

pytestmark = pytest.mark.on_any_database

DAY, EARLY = date(2026, 3, 2), date(2026, 1, 2)


@pytest.fixture
def ask(app):
    """`ask("R1", "2026", "sex")`; the first call in a test writes facts and files."""
    ensure_measures()
    written = []

    def figure(code, period="2026", *by, version=None, **more):
        db.session.rollback()
        if not written:
            written.append(operations.rebuild())
            store.refresh(store.folder(config.current()))
        by = tuple(map(Dimension, by))
        return compute(definition(code, version), periods.parse(period), by=by, **more)

    return figure


@pytest.fixture
def city(app):
    return CityFactory()


@pytest.fixture
def ward(city):
    return WardFactory(parent=city)


def people(unit, bands, sex=None, year=2026, **more):
    """A table of the population: `{(15, None): 100}`."""
    values = {"source": "Statistics office", "vintage": "2026-07"} | more
    db.session.add_all(
        Population(
            unit_id=unit.id, year=year, sex=sex, age_from=low, age_to=high, persons=n, **values
        )
        for (low, high), n in bands.items()
    )
    db.session.commit()


def resident(unit, born_on=date(1990, 1, 1), kind=ResidenceKind.NOT_STATED, **values):
    person = PersonFactory(born_on=born_on, **values)
    ResidenceFactory(person=person, unit=unit, valid_from=EARLY, kind=kind)
    return person


def attend(*learners, cla="2.2.1", day=DAY, hours=2, headcount=0, run=None, **course):
    run = run or RunFactory(capacity=None, course=CourseFactory(cla=cla, **course))
    places = [seat(run, EARLY, each) for each in learners]
    meet(run, day, present=places, headcount=headcount, hours=hours)
    return run


def values(result):
    return {key: cell.value for key, cell in result.cells.items()}


def test_counts_and_the_identified_share_beside_them(ask):
    run = crowd(7)
    meet(run, date(2026, 3, 9), headcount=3)
    assert [ask(code).total.value for code in ("N1", "N2", "N3", "N4")] == [7, 7, 10, 20]
    assert ask("N1").total.identified_share == 0.7
    assert ask("N1", "2026", "sex").cells["female",].identified_share == 0.7
    assert ask("Q1").total.value == 70
    assert ask("9.1").total.value == 2
    assert ask("9.1", "2026-03-08/2026-03-10").total.value == 1
    assert ask("9.1b").total.value == 10


def test_the_rate_has_residents_of_the_ages_in_organised_learning_on_the_last_day(ask, city, ward):
    people(city, {(0, 14): 50, (15, 24): 100, (25, 64): 200, (65, None): 80})
    attend(
        resident(ward, date(2011, 12, 31)),  # 15 on the last day
        resident(ward, date(2012, 1, 1)),  # 14
        resident(ward, date(2001, 12, 31)),  # 25
        resident(ward, date(1961, 1, 1)),  # 65, no longer of 25 to 64
        resident(None),  # outside the city
        PersonFactory(),  # no address
    )
    attend(resident(ward), cla="3.1.2")  # a guided visit
    born_in = resident(ward, None, born_in=2011)  # 1 July: 15
    attend(born_in, cla="1", headcount=40)
    assert ask("N1").total.value == 8
    r1 = ask("R1")
    assert (r1.total.numerator, r1.total.denominator) == (4, 380)
    assert r1.total.value == pytest.approx(400 / 380)
    assert "4.3.1" in r1.definition.meaning.en
    assert "lower bound" in r1.definition.meaning.en
    assert ask("R2").total.numerator == 1
    assert ask("R3-15-24").total.numerator == 2
    assert (ask("R3-65").total.numerator, ask("R3-65").total.denominator) == (1, 80)
    assert r1.total.identified_share == 7 / 47


def test_breakdowns_of_a_rate_have_divisors_of_their_own(ask, city, ward):
    people(city, {(15, None): 300})
    people(city, {(15, None): 160}, Sex.FEMALE)
    people(city, {(15, None): 140}, Sex.MALE)
    attend(
        resident(ward),
        resident(ward, sex=Sex.MALE),
        resident(ward, sex=Sex.MALE),
        resident(ward, sex=Sex.NOT_STATED),
    )
    result = ask("R1", "2026", "sex")
    assert values(result) == {
        ("female",): 100 / 160,
        ("male",): 200 / 140,
        (NOT_STATED,): None,
        (None,): 400 / 300,
    }
    assert result.cells[NOT_STATED,].numerator == 1
    parity = ask("4.4c-sex").total
    assert parity.value == pytest.approx((1 / 160) / (2 / 140))
    with pytest.raises(NoSuchBreakdown):
        ask("R1", "2026", "provider")


def test_wards_without_a_table_have_counts_and_a_reason(ask, city, ward):
    other = WardFactory(parent=city)
    people(ward, {(15, None): 200})
    attend(resident(ward), resident(other), resident(other))
    result = ask("R1", "2026", "ward")
    cells = result.cells
    assert cells[str(ward.id),].value == 0.5
    assert (cells[str(other.id),].numerator, cells[str(other.id),].value) == (2, None)
    assert "wards have no rate" in result.missing.en
    assert "city's population" in result.missing.en
    assert ask("R1", scope=Scope(unit_id=ward.id)).total.value == 0.5
    everybody = ask("N1", scope=Scope(unit_id=other.id)).total
    assert everybody.value == 2


def test_no_population_no_rate(ask, ward):
    attend(resident(ward))
    result = ask("R1")
    assert (result.total.numerator, result.total.value) == (1, None)
    assert result.missing.vi.startswith("Chưa có bảng dân số")
    assert result.denominator_source is None


def test_a_mover_counts_where_they_live_on_the_last_day_and_once_at_two_places(ask, city, ward):
    other = WardFactory(parent=city)
    mover = PersonFactory()
    ResidenceFactory(person=mover, unit=ward, valid_from=EARLY, valid_to=date(2026, 6, 1))
    ResidenceFactory(person=mover, unit=other, valid_from=date(2026, 6, 2))
    attend(mover)
    attend(mover)
    assert values(ask("N1", "2026", "ward")) == {(str(other.id),): 1, (None,): 1}
    assert values(ask("N1", "2026-01-01/2026-05-31", "ward")) == {(str(ward.id),): 1, (None,): 1}
    assert ask("N2").total.value == 2


def test_a_rate_is_for_twelve_months_and_none_is_made_up_for_less(ask, city, ward):
    people(city, {(15, None): 100})
    attend(resident(ward))
    half = ask("R1", "2026-H1")
    assert (half.total.numerator, half.total.value) == (1, None)
    assert "twelve months" in half.missing.en
    assert ask("R1", "12M-2026-06-30").total.value == 1
    assert ask("R1", "2025-2026").total.value == 1


def test_who_is_a_resident_is_the_citys_rule_and_is_said(ask, city, ward):
    people(city, {(15, None): 100})
    attend(
        resident(ward, kind=ResidenceKind.PERMANENT),
        resident(ward, kind=ResidenceKind.TEMPORARY),
        resident(ward),
    )
    assert ask("R1").total.numerator == 3
    strict = ask("R1", rules=Rules(CountedResidents.PERMANENT))
    assert strict.total.numerator == 1
    assert "permanent residence only" in strict.notes[0].en
    assert ask("N1").notes == ()


def test_an_attendance_may_be_one_course(ask):
    run = crowd(3)
    places = [seat(run, EARLY), seat(run, EARLY)]
    meet(run, date(2026, 3, 9), present=places, headcount=4)
    meet(run, date(2026, 3, 16), present=places[:1], headcount=9)
    assert ask("N3").total.value == 3 + 2 + 1 + 4 + 9
    by_course = ask("N3", rules=Rules(attendance=Attendance.COURSE))
    assert by_course.total.value == 5 + 9
    assert "one person at one course" in by_course.notes[0].en.lower()


def belong(person, *groups):
    db.session.add_all(
        PersonGroup(person_id=person.id, group=group, valid_from=EARLY) for group in groups
    )
    person.groups_answer = GroupsAnswer.GIVEN
    db.session.commit()
    return person


def test_groups_are_shares_of_those_who_answered_and_overlap(ask, city, ward):
    people(city, {(0, None): 40}, whom="poor")
    attend(
        belong(resident(ward), PriorityGroup.POOR, PriorityGroup.DISABILITY),
        belong(resident(ward), PriorityGroup.POOR),
        belong(resident(ward)),
        belong(resident(ward)),
        resident(ward),
    )
    share = ask("4.4a", "2026", "group")
    assert (share.total.numerator, share.total.denominator, share.total.value) == (2, 4, 50)
    assert share.cells["poor",].value == 50
    assert share.cells["disability",].value == 25
    reach = ask("4.4b", "2026", "group")
    assert reach.cells["poor",].value == 5
    assert reach.cells["disability",].value is None
    assert reach.total.value is None
    assert "each group" in reach.missing.en


def test_communes_are_compared_with_wards(ask, city, ward):
    commune = WardFactory(parent=city, kind=UnitKind.COMMUNE)
    attend(resident(ward), resident(ward), resident(commune))
    assert "wards have no rate" in ask("4.4c-area").missing.en
    people(commune, {(15, None): 50})
    for other in db.session.scalars(select(AdminUnit).where(AdminUnit.kind == UnitKind.WARD)).all():
        people(other, {(15, None): 100 if other.id == ward.id else 0})
    assert ask("4.4c-area").total.value == pytest.approx((1 / 50) / (2 / 100))


def test_minorities_are_compared_with_those_who_said_that_they_are_none(ask, city, ward):
    people(city, {(15, None): 300})
    minority = PriorityGroup.ETHNIC_MINORITY
    attend(
        belong(resident(ward), minority),
        belong(resident(ward)),
        belong(resident(ward), PriorityGroup.POOR),
        resident(ward),
    )
    assert ask("4.4c-ethnic").total.value is None
    people(city, {(15, None): 100}, whom=minority.value)
    assert ask("4.4c-ethnic").total.value == pytest.approx((1 / 100) / (2 / 200))


def test_the_provider_of_most_hours_is_that_of_whoever_is_counted(ask, ward):
    """Of those who are not poor one learned at the first provider and three at the second."""
    poor = [belong(resident(ward), PriorityGroup.POOR) for _ in range(3)]
    attend(*poor, belong(resident(ward)))
    attend(*(belong(resident(ward)) for _ in range(3)))
    assert ask("N4").total.largest_share == pytest.approx(4 / 7)
    hours = definition("N4")
    others = replace(hours.formula.counted, none_of=frozenset({PriorityGroup.POOR.value}))
    only = replace(hours, formula=replace(hours.formula, counted=others))
    assert compute(only, periods.parse("2026")).total.largest_share == pytest.approx(3 / 4)


def test_spaces_and_regular_learners(ask, city, ward):
    people(city, {(0, 14): 50_000, (15, None): 150_000})
    library = ProviderTypeFactory(code="library")
    course = CourseFactory(provider=ProviderFactory(type=library, unit=ward))
    regular, rare, child = resident(ward), resident(ward), resident(ward, date(2013, 1, 1))
    run = RunFactory(capacity=None, course=course, venue=VenueFactory(unit=ward))
    places = [seat(run, EARLY, each) for each in (regular, rare, child)]
    weeks = [date(2026, 1, 5) + timedelta(days=7 * n) for n in range(21)]
    for day in weeks:
        meet(run, day, present=[places[0], places[2]], hours=5)
    meet(run, date(2026, 6, 7), present=places[1:2])
    attend(
        rare, hours=23, day=date(2026, 6, 8), run=RunFactory(capacity=None, venue=VenueFactory())
    )
    spaces = ask("5.1", "2026", "venue_ward")
    assert spaces.total.value == 1
    assert spaces.cells[(str(ward.id),)].numerator == 1
    assert spaces.cells[(str(ward.id),)].value is None, "no table of the ward's residents"
    people(ward, {(0, None): 20_000})
    assert ask("5.1", "2026", "venue_ward").cells[(str(ward.id),)].value == 5
    five = ask("5.2").total  # 105 hours in 52 weeks and a day; two hours a week are 104.3
    assert (five.numerator, five.denominator) == (1, 150_000)


def test_work_is_divided_by_the_citys_table_of_it(ask, city, ward):
    people(city, {(0, None): 500}, whom="employed")
    worker = resident(ward, employment=Employment.EMPLOYED)
    own_boss = resident(ward, employment=Employment.SELF_EMPLOYED)
    jobless = resident(ward, employment=Employment.UNEMPLOYED)
    attend(worker, own_boss, jobless, job_related=True)
    attend(resident(ward, employment=Employment.EMPLOYED), job_related=False)
    six = ask("6.1")
    assert (six.total.numerator, six.total.denominator, six.total.value) == (2, 500, 0.4)
    unemployed = ask("6.4")
    assert (unemployed.total.numerator, unemployed.total.value) == (1, None)
    assert "of this group" in unemployed.missing.en


def test_modes_do_not_divide_the_divisor(ask):
    both, one = PersonFactory(), PersonFactory()
    attend(both, run=RunFactory(mode=Mode.ONLINE))
    attend(both, one, run=RunFactory(mode=Mode.IN_PERSON, capacity=None))
    assert ask("7.2").total.value == 50
    by_mode = ask("7.2", "2026", "mode")
    assert by_mode.cells["online",].value == 50


def test_a_share_of_nobody_is_zero_where_there_is_somebody_to_divide_by(ask):
    attend(PersonFactory(sex=Sex.FEMALE), run=RunFactory(mode=Mode.ONLINE))
    attend(PersonFactory(sex=Sex.MALE), run=RunFactory(mode=Mode.IN_PERSON), headcount=3)
    result = ask("7.2", "2026", "sex")
    assert result.missing is None, "whom nobody named is divided by nothing"
    by_sex = result.cells
    assert (by_sex["female",].value, by_sex["male",].value) == (100, 0)
    assert (by_sex["male",].numerator, by_sex["male",].denominator) == (0, 1)


def test_resources_count_while_their_review_is_fresh(ask):
    ResourceFactory(reviewed_on=date(2024, 12, 31))
    ResourceFactory(reviewed_on=date(2024, 12, 30))
    ResourceFactory(reviewed_on=date(2027, 1, 1))
    ResourceFactory(reviewed_on=None)
    assert ask("7.3").total.value == 1


def test_what_is_not_known_is_never_a_zero(ask):
    result = ask("8.4")
    assert result.total is None
    assert result.missing.en.startswith("No data here")
    assert ask("Q2").total is None


def test_satisfaction_is_of_all_answers_about_runs_that_ended_and_of_ten_or_more(ask):
    run = RunFactory(starts_on=DAY, ends_on=date(2026, 6, 30), enrol_until=DAY, enrol_from=EARLY)
    closed = FeedbackRound(run_id=run.id, until=date(2026, 7, 21), closed_at=clock.now())
    db.session.add(closed)
    scales = (5, 5, 5, 4, 4, 4, 3, 2, 1)
    db.session.add_all(
        FeedbackAnswer(run_id=run.id, usefulness=1, satisfaction=each) for each in scales
    )
    db.session.commit()
    assert ask("8.4", "2026-H1").total is None
    db.session.add(FeedbackAnswer(run_id=run.id, usefulness=1, satisfaction=5))
    db.session.commit()
    assert ask("8.4", "2026-H1").total.value == 70
    assert ask("8.4", "2026-H2").total is None
    closed.closed_at = None
    db.session.commit()
    assert ask("8.4", "2026-H1").total is None


def test_a_certificate_counts_when_it_was_first_issued_and_while_it_is_valid(ask):
    places = [EnrolmentFactory(state=EnrolmentState.COMPLETED) for _ in range(3)]
    for at, place in enumerate(places, start=1):
        db.session.add(
            Certificate(
                code=f"C{at}", provider_id=place.run.course.provider_id, year=2026, serial=at,
                enrolment_id=place.id, languages=Languages.VI, full_name="A", content={},
                earned_on=date(2026, 5, at), revoked_at=clock.now() if at == 3 else None,
            )
        )  # fmt: skip
    db.session.commit()
    assert ask("9.3", "2026-H1").total.value == 2
    assert ask("9.3", "2026-H2").total.value == 0


def test_completion_is_of_those_who_came_to_runs_that_ended(ask):
    run = RunFactory(
        capacity=None, starts_on=DAY, ends_on=date(2026, 6, 30), enrol_until=DAY, enrol_from=EARLY
    )
    states = (EnrolmentState.COMPLETED, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)
    came = [seat(run, EARLY, state=state) for state in states]
    never = seat(run, EARLY, state=EnrolmentState.NOT_COMPLETED)
    meet(run, DAY, present=came, absent=[never])
    assert values(ask("C1", "2026-H1", "mode")) == {
        ("in_person",): pytest.approx(200 / 3),
        (None,): pytest.approx(200 / 3),
    }
    assert ask("C1", "2026-H2").total.value is None


def test_free_places_are_those_that_cost_nothing_or_less(ask):
    free, dear = RunFactory(capacity=None, fee=0), RunFactory(capacity=None, fee=100_000)
    meet(free, DAY, present=[seat(free, EARLY)])
    paid = seat(dear, EARLY, fee=100_000, fee_status=FeeStatus.PAID)
    reduced = seat(dear, EARLY, fee=50_000, fee_group="poor", fee_status=FeeStatus.PAID)
    waived = seat(dear, EARLY, fee=100_000, fee_status=FeeStatus.WAIVED)
    meet(dear, DAY, present=[paid, reduced, waived])
    f1 = ask("F1").total
    assert (f1.numerator, f1.denominator, f1.value) == (3, 4, 75)


def test_reporting_is_complete_when_every_provider_has_filed(ask):
    filed, nil, _silent = (ProviderFactory() for _ in range(3))
    period = ReportingPeriod(code="2026-H1", due_on=date(2026, 7, 15))
    db.session.add(period)
    db.session.flush()
    db.session.add_all(
        Return(period_id=period.id, provider_id=provider.id, state=state)
        for provider, state in ((filed, ReturnState.CERTIFIED), (nil, ReturnState.NIL))
    )
    db.session.commit()
    assert ask("Q2", "2026-H1").total.value == pytest.approx(200 / 3)


def test_a_provider_has_counts_and_no_rate(ask, city, ward):
    people(city, {(15, None): 100})
    run = attend(resident(ward))
    attend(resident(ward))
    mine = Scope(provider_id=run.course.provider_id)
    assert ask("N1", scope=mine).total.value == 1
    rate = ask("R1", scope=mine)
    assert (rate.total.numerator, rate.total.value) == (1, None)
    assert "provider" in rate.missing.en


def test_an_old_version_goes_on_giving_the_old_figure(ask):
    crowd(4, born_on=date(2015, 1, 1))
    crowd(6, born_on=date(1990, 1, 1))
    now = definition("N1") if ask("N1").total.value == 10 else None
    grown = replace(now.formula.counted, where=replace(now.formula.counted.where, ages=(18, None)))
    text = Text(now.name, now.meaning, now.source, replace(now.formula, counted=grown))
    revise("N1", text, "Chỉ tính người lớn", None, based_on=1)
    assert ask("N1").total.value == 6
    assert ask("N1").definition.version == 2
    assert ask("N1", version=1).total.value == 10


def test_the_starting_set_comes_once_and_never_over_what_a_city_edited(app):
    assert ensure_measures() == len(STARTING_SET)
    now = definition("N1")
    text = Text(replace(now.name, en="People"), now.meaning, now.source, now.formula)
    revise("N1", text, "shorter", None, based_on=1)
    assert ensure_measures() == 0
    assert definition("N1").name.en == "People"
    assert {row.status for row in db.session.scalars(select(MeasureVersion))} == {"unverified"}
    assert [each.code for each in in_force()] == [start.code for start in STARTING_SET]
    assert [each.formula for each in in_force()] == [start.formula for start in STARTING_SET]


def test_released_figures_hide_round_and_say_no_percentage_of_few(ask, city, ward):
    people(city, {(15, None): 1000})
    attend(*(resident(ward) for _ in range(12)), *(resident(ward, sex=Sex.MALE) for _ in range(3)))
    shown = release(ask("N1", "2026", "sex"), public=True)
    assert shown.cells["male",] is None
    assert shown.cells["female",] is None
    assert shown.total.value == 15
    inside = release(ask("N1"), public=False)
    assert inside.total.value == 15
    assert release(ask("7.2"), public=True).total.value is None
    rate = release(ask("R1"), public=True).total
    assert (rate.numerator, rate.value, rate.people) == (15, 1.5, 0)


def test_a_released_rate_of_somebody_is_not_zero(ask, city, ward):
    people(city, {(15, None): 14_000_000})
    attend(*(resident(ward) for _ in range(5)))
    rate = release(ask("R1"), public=True).total
    assert (rate.numerator, rate.value) == (5, 0.000036)


def test_published_figures_are_multiples_of_what_the_city_set(app, ask, city, monkeypatch):
    crowd(13)
    settings = replace(app.extensions["settings"], round_to=10)
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert release(ask("N1"), public=True).total.value == 10
    assert release(ask("N1"), public=True, round_to=1).total.value == 13
    assert parameters.current()[parameters.ROUND_TO] == "10"


def test_the_command_prints_every_figure_the_same_way_twice(ask, app):
    crowd(7)
    crowd(2, sex=Sex.MALE)
    ask("N1")
    runner = app.test_cli_runner()
    first, second = (
        runner.invoke(args=["indicators", "compute", "--period", "2026", "--format", "csv"])
        for _ in range(2)
    )
    assert first.exit_code == 0, first.output
    assert first.output == second.output
    lines = first.output.splitlines()
    assert len(lines) == 1 + len(STARTING_SET)
    assert lines[1].startswith("N1,1,unverified,2026,9,9,,number,1,")
    args = ["indicators", "compute", "--period", "2026", "--measure", "N1", "--by", "sex"]
    hidden = runner.invoke(args=args).output
    assert "hidden" in hidden
    assert "hidden" not in runner.invoke(args=[*args, "--exact"]).output
    wrong = runner.invoke(args=["indicators", "compute", "--period", "2026", "--measure", "X"])
    assert "no figure with this code" in wrong.output
