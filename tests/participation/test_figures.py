"""The figures equal an independent count in plain SQL over places, marks and registers."""

import random
from collections import defaultdict
from datetime import date, time, timedelta

import pytest
from sqlalchemy import bindparam, select, text

from app.catalogue.models import ClassSession
from app.core import clock
from app.core.db import db
from app.participation.periods import parse
from app.participation.queries import NotReady, Question, count
from tests.factories import (
    AttendanceFactory,
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    RegisterFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
    TopicFactory,
    WardFactory,
)
from tests.participation.conftest import crowd, meet, persons, seat

EARLY = date(2025, 1, 2)
COUNTED = """
    FROM enrolments e
    JOIN class_sessions s ON s.run_id = e.run_id JOIN registers r ON r.session_id = s.id
    JOIN persons p ON p.id = e.person_id JOIN runs u ON u.id = e.run_id
    JOIN courses c ON c.id = u.course_id JOIN providers o ON o.id = c.provider_id
    JOIN provider_types t ON t.id = o.type_id
    LEFT JOIN attendances a ON a.session_id = s.id AND a.enrolment_id = e.id
    WHERE s.id IN :sessions AND e.state NOT IN ('void', 'waiting')
"""
HELD = """ AND (a.status = 'present'
    OR (e.seated_at <= s.ends_at AND (e.ended_at IS NULL OR e.ended_at > s.starts_at)))"""


@pytest.fixture
def city(app):
    """A small city with every oddity: queues, voids, walk-ins, late leavers, movers, unnamed."""
    dice = random.Random(20260630)
    wards = [WardFactory() for _ in range(4)]
    types = [ProviderTypeFactory(code=code) for code in ("library", "college", "museum")]
    topics = [TopicFactory(slug=slug) for slug in ("law", "health")]
    courses = [
        CourseFactory(
            provider=ProviderFactory(type=dice.choice(types), unit=wards[0]),
            topic=dice.choice(topics),
            isced_f=dice.choice(["0611", "0421", "023"]),
        )
        for _ in range(7)
    ]
    people = [_person(dice, wards) for _ in range(60)]
    db.session.add_all(people)
    db.session.flush()
    for _ in range(24):
        db.session.add_all(_run(dice, dice.choice(courses), people))
    db.session.commit()
    return people


def _person(dice, wards):
    born = date(1930, 1, 1) + timedelta(days=dice.randrange(33_000))
    known = dice.choice(("day", "year", "none"))
    person = PersonFactory.build(
        sex=dice.choice(("female", "male", "not_stated")),
        born_on=born if known == "day" else None,
        born_in=None if known == "none" else born.year,
    )
    moved = date(2025, 3, 1) + timedelta(days=dice.randrange(600))
    if dice.random() < 0.8:
        first, second = dice.choice([*wards, None]), dice.choice([*wards, None])
        stays = dice.random() < 0.5
        until = None if stays else moved - timedelta(days=1)
        ResidenceFactory.build(person=person, unit=first, valid_from=EARLY, valid_to=until)
        if not stays:
            ResidenceFactory.build(person=person, unit=second, valid_from=moved)
    return person


def _run(dice, course, people):
    mode = dice.choice(("in_person", "online", "blended"))
    run = RunFactory.build(course=course, mode=mode, capacity=None, venue=None)
    begins = date(2025, 5, 1) + timedelta(days=dice.randrange(400))
    hour = dice.choice((0, 5, 8, 18, 23))
    sessions = []
    for week in range(5):
        begin = clock.at(begins + timedelta(days=7 * week), time(hour))
        minutes = dice.choice((45, 90, 120))
        sessions.append(
            SessionFactory.build(
                run=run, starts_at=begin, ends_at=begin + timedelta(minutes=minutes)
            )
        )
    taken = [s for s in sessions if dice.random() < 0.8]
    yield run
    for session in taken:
        yield RegisterFactory.build(session=session, headcount=dice.choice((0, 0, 0, 3, 12)))
    for person in dice.sample(people, 9):
        yield from _place(dice, run, person, sessions, taken)


def _place(dice, run, person, sessions, taken):
    state = dice.choice(
        ["enrolled"] * 5 + ["completed", "withdrawn", "cancelled", "void", "waiting"]
    )
    left = dice.choice(sessions) if state in ("withdrawn", "cancelled") else None
    began = sessions[0].starts_at + timedelta(days=dice.choice((-30, -30, -30, 10)))
    enrolment = EnrolmentFactory.build(
        run=run,
        person=person,
        state=state,
        seated_at=None if state == "waiting" else began,
        ended_at=left and left.starts_at + timedelta(minutes=dice.choice((-60, 0, 30))),
    )
    yield enrolment
    if dice.random() < 0.15 and state not in ("enrolled", "waiting"):
        again = began + timedelta(days=1)
        yield EnrolmentFactory.build(run=run, person=person, state="enrolled", seated_at=again)
    for session in taken:
        if dice.random() < 0.7:
            status = dice.choice(("present", "present", "absent"))
            yield AttendanceFactory.build(session=session, enrolment=enrolment, status=status)


def sessions_in(period):
    """The sessions on local days of the period."""
    every = db.session.scalars(select(ClassSession)).all()
    return [s for s in every if period.first <= clock.local(s.starts_at).date() <= period.last]


WARD = """COALESCE((SELECT CASE WHEN h.unit_id IS NULL THEN 'outside'
    ELSE CAST(h.unit_id AS VARCHAR(10)) END FROM residences h WHERE h.person_id = e.person_id
    AND h.valid_from <= :day AND (h.valid_to IS NULL OR h.valid_to >= :day)), 'not_stated')"""
IN_SQL = {
    "ward": WARD,
    "sex": "p.sex",
    "provider": "CAST(o.id AS VARCHAR(10))",
    "provider_type": "t.code",
    "topic": "(SELECT slug FROM topics WHERE topics.id = c.topic_id)",
    "field": "substr(c.isced_f, 1, 3)",
    "mode": "u.mode",
}


def counted(period, by, what, rows=""):
    """One plain statement: `what` of the places held at the sessions of the period, by cell."""
    names = [f"d{at}" for at in range(len(by))]
    inner = ", ".join([*(f"{IN_SQL[d]} AS {n}" for d, n in zip(by, names, strict=True)), BASE])
    group = f"GROUP BY {', '.join(names)}" if names else ""
    outer = ", ".join([*names, what])
    sql = f"SELECT {outer} FROM (SELECT {inner} {COUNTED} {HELD}) x {rows} {group}"  # noqa: S608
    query = text(sql).bindparams(bindparam("sessions", expanding=True))
    values = {"sessions": [s.id for s in sessions_in(period)] or [-1]}
    if "ward" in by:
        values["day"] = period.last
    return {tuple(key): value for *key, value in db.session.execute(query, values)}


BASE = "e.person_id AS person, e.run_id AS run, s.id AS session, a.status AS status"
PRESENT = "WHERE status = 'present'"


def expected(period, by):
    """Persons, enrolments and named attendances of every cell."""
    persons_ = counted(period, by, "COUNT(DISTINCT person)", PRESENT)
    places = counted(period, by, "COUNT(DISTINCT person * 100000 + run)")
    marks = counted(period, by, "COUNT(*)", PRESENT)
    return {key: (persons_.get(key, 0), places[key], marks.get(key, 0)) for key in places}


def ours(table, by):
    """The cells of our table in which a named person has a place."""
    return {
        key: (counts.persons, counts.enrolments, counts.named)
        for key, counts in table.cells.items()
        if len(key) == len(by) and None not in key and counts.holders
    }


BREAKDOWNS = [
    (), ("sex",), ("ward",), ("provider",), ("provider_type",), ("topic",), ("field",), ("mode",),
    ("ward", "sex"), ("sex", "provider_type"), ("provider", "ward"), ("topic", "mode"),
    ("field", "sex"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["2025-H2", "2026", "12M-2026-03-31", "2025-09-10/2025-10-20"])
def test_figures_equal_an_independent_count_in_plain_sql(city, ask, name):
    period = parse(name)
    found = 0
    for by in BREAKDOWNS:
        table = ask(name, *by)
        wanted = expected(period, by)
        assert ours(table, by) == wanted, by
        found += len(wanted)
        total = table.total
        assert (total.persons, total.enrolments, total.named) == expected(period, ()).get(
            (), (0, 0, 0)
        )
    assert found > 50


def test_totals_of_two_breakdowns_equal_the_tables_of_one(city, ask):
    both, wards, sexes = (ask("2026", *by) for by in (("ward", "sex"), ("ward",), ("sex",)))
    assert {key[:1]: c for key, c in both.cells.items() if key[1] is None} == wards.cells
    assert {key[1:]: c for key, c in both.cells.items() if key[0] is None} == sexes.cells


def test_hours_and_unnamed_people_equal_an_independent_count(city, ask):
    period = parse("2025-2026")
    lasts = {s.id: (s.ends_at - s.starts_at).total_seconds() / 60 for s in sessions_in(period)}
    heads = dict(db.session.execute(text("SELECT session_id, headcount FROM registers")).all())
    marks = {session: marks_at(session, period) for session in lasts}
    total = ask("2025-2026").total
    assert total.unnamed == sum(heads.get(session, 0) for session in lasts) > 0
    assert total.minutes == sum(lasts[s] * (marks[s] + heads.get(s, 0)) for s in lasts)
    assert total.hours == total.minutes / 60
    assert total.attendances == total.named + total.unnamed
    assert 0 < total.identified < 1
    assert total.persons < total.enrolments < total.attendances


def marks_at(session, period):
    return counted(period, (), "COUNT(*)", f"{PRESENT} AND session = {session}").get((), 0)


def test_months_are_those_of_the_sessions(city, ask):
    table = ask("2025-2026", "month")
    months = {key[0] for key in table.cells if key[0]}
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
        assert table.cells[(month,)] == ask(f"{first}/{last}").total
    assert sum(table.cells[(month,)].persons for month in months) > table.total.persons


def test_bands_hold_everybody_by_their_age_on_the_last_day(city, ask):
    day = date(2026, 6, 30)
    period = parse("2026-H1")
    people = {p.id: p.born_on or (p.born_in and date(p.born_in, 7, 1)) for p in city}
    bands = defaultdict(int)
    present = counted(period, ("person",), "COUNT(*)", PRESENT)
    for (person,) in present:
        bands[band(people[person], day)] += 1
    found = persons(ask("2026-H1", "age_band"))
    assert {key[0]: n for key, n in found.items() if key[0] and n} == dict(bands)


def band(born, day):
    if born is None:
        return "not_stated"
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    lows = [0, 15, 25, 35, 45, 55, 60, 65]
    low = max(low for low in lows if low <= max(age, 0))
    return "65+" if low == 65 else f"{low}-{[*lows, 0][lows.index(low) + 1] - 1}"


IN_SQL["person"] = "e.person_id"


def test_one_person_at_three_providers_counts_once(ask):
    person = PersonFactory()
    for provider in [ProviderFactory(slug=f"p{n}") for n in range(3)]:
        run = RunFactory(course=CourseFactory(provider=provider))
        meet(run, date(2026, 3, 2), present=[seat(run, EARLY, person)])
    table = ask("2026", "provider")
    assert sorted(persons(table).values()) == [1, 1, 1, 1]
    assert (table.total.persons, table.total.enrolments, table.total.attendances) == (1, 3, 3)


def test_two_half_years_do_not_add_up_to_the_year(ask):
    run = RunFactory(capacity=None)
    both, first_only = seat(run, EARLY), seat(run, EARLY)
    meet(run, date(2026, 6, 30), present=[both, first_only])
    meet(run, date(2026, 7, 1), present=[both])
    halves = ask("2026-H1").total.persons, ask("2026-H2").total.persons
    assert halves == (2, 1)
    assert ask("2026").total.persons == 2


def test_a_place_that_was_never_used_is_an_enrolment_and_no_person(ask):
    run = RunFactory()
    meet(run, date(2026, 3, 2), absent=[seat(run, EARLY)])
    total = ask("2026").total
    assert (total.persons, total.holders, total.enrolments, total.attendances) == (0, 1, 1, 0)
    assert total.identified is None


def test_two_places_of_one_person_on_one_run_are_one_enrolment(ask):
    run, person = RunFactory(), PersonFactory()
    meeting = meet(run, date(2026, 3, 2))
    left = seat(run, EARLY, person, state="withdrawn", ended_at=meeting.ends_at)
    meet(run, date(2026, 3, 9), present=[seat(run, date(2026, 3, 4), person)])
    assert left.person_id == person.id
    assert ask("2026").total.enrolments == 1


def test_age_is_that_of_the_reference_date(ask):
    run = RunFactory()
    meet(
        run, date(2026, 3, 2), present=[seat(run, EARLY, PersonFactory(born_on=date(1966, 6, 30)))]
    )
    assert persons(ask("12M-2026-06-29", "age_band")) == {("55-59",): 1, (None,): 1}
    assert persons(ask("12M-2026-06-30", "age_band")) == {("60-64",): 1, (None,): 1}


def test_somebody_born_on_29_february_is_older_from_1_march(ask):
    run = RunFactory()
    meet(
        run, date(2026, 1, 9), present=[seat(run, EARLY, PersonFactory(born_on=date(1966, 2, 28)))]
    )
    leap = RunFactory()
    person = PersonFactory(born_on=date(1964, 2, 29))
    meet(leap, date(2029, 1, 9), present=[seat(leap, EARLY, person)])
    assert persons(ask("12M-2026-02-28", "age_band"))[("60-64",)] == 1
    assert persons(ask("12M-2029-02-28", "age_band")) == {("60-64",): 1, (None,): 1}
    assert persons(ask("12M-2029-03-01", "age_band")) == {("65+",): 1, (None,): 1}


def test_only_the_year_known_is_taken_as_1_july(ask):
    run = RunFactory()
    person = PersonFactory(born_on=None, born_in=1966)
    meet(run, date(2026, 3, 2), present=[seat(run, EARLY, person)])
    assert ("55-59",) in ask("12M-2026-06-30", "age_band").cells
    assert ("60-64",) in ask("12M-2026-07-01", "age_band").cells


def test_residence_is_that_of_the_reference_date(ask):
    person, old, new = PersonFactory(), WardFactory(), WardFactory()
    ResidenceFactory(person=person, unit=old, valid_from=EARLY, valid_to=date(2026, 4, 30))
    ResidenceFactory(
        person=person, unit=new, valid_from=date(2026, 5, 1), valid_to=date(2026, 9, 1)
    )
    run = RunFactory()
    meet(run, date(2026, 3, 2), present=[seat(run, EARLY, person)])
    assert persons(ask("12M-2026-04-30", "ward")) == {(str(old.id),): 1, (None,): 1}
    assert persons(ask("2026-H1", "ward")) == {(str(new.id),): 1, (None,): 1}
    assert persons(ask("2026", "ward")) == {("not_stated",): 1, (None,): 1}


def test_outside_the_city_is_another_value_than_not_stated(ask):
    away = PersonFactory()
    ResidenceFactory(person=away, unit=None, valid_from=EARLY)
    run = RunFactory()
    meet(run, date(2026, 3, 2), present=[seat(run, EARLY, away), seat(run, EARLY)], headcount=5)
    table = ask("2026", "ward")
    assert persons(table) == {("outside",): 1, ("not_stated",): 1, (None,): 2}
    assert table.cells[("not_stated",)].attendances == 6


def test_unnamed_people_are_not_stated_by_person_and_known_by_what_they_attended(ask):
    meet(RunFactory(mode="online"), date(2026, 3, 2), headcount=7)
    assert ask("2026", "sex", "mode").cells[("not_stated", "online")].attendances == 7
    assert ask("2026", "age_band").cells[("not_stated",)].persons == 0


def test_one_provider_can_be_counted_alone(ask):
    mine = CourseFactory()
    crowd(2, run=RunFactory(course=mine, capacity=None))
    crowd(3)
    assert ask("2026", provider_id=mine.provider_id).total.persons == 2
    assert ask("2026", "sex", provider_id=mine.provider_id).total.persons == 2


def test_an_empty_period_has_nobody(ask):
    crowd(3)
    assert ask("2024").total.persons == 0
    assert ask("2024", "ward", "sex").cells == {}


def test_nothing_is_counted_before_the_first_files(tmp_path):
    with pytest.raises(NotReady):
        count(tmp_path, Question(parse("2026")))
