"""Loading the demo city: one transaction, the same for everybody who loads it on the same day."""

import random
from collections.abc import Callable, Sequence
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.accounts.passwords import hash_password
from app.catalogue.models import Audience, ClassSession, Run, SessionStatus, Topic
from app.catalogue.vocabulary import ensure_vocabulary as ensure_topics
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.archive import restart_numbers
from app.core.db import db, end_reading, transaction
from app.enrolment.models import Channel, EnrolmentState
from app.home.demo import desk, texts
from app.home.demo.attendance import Crowd, enrolment, fill
from app.home.demo.distance import add_units
from app.home.demo.editing import add_edits
from app.home.demo.family import settle
from app.home.demo.finished import finish_classes
from app.home.demo.imports import send_files
from app.home.demo.joining import receive_applications
from app.home.demo.owners import add_owners
from app.home.demo.paper import enter_sheets
from app.home.demo.people import TINY_WARD, Human, populate
from app.home.demo.planning import plan_term
from app.home.demo.rows import Rows
from app.home.demo.rules import set_rules
from app.home.demo.searching import add_searches
from app.home.demo.standing_in import name_substitute
from app.home.demo.teaching import (
    Offer,
    Plan,
    Spot,
    Vocabulary,
    add_courses,
    add_providers,
    add_resources,
    add_run,
)
from app.indicators.operations.definitions import ensure_measures
from app.places import queries as places
from app.places.operations import ensure_city_units
from app.providers.models import Provider, ProviderType, StaffMember
from app.providers.vocabulary import ensure_vocabulary as ensure_types

SEED = 20260701
COURSES, RUNS, PEOPLE = 400, 900, 3000
PLANTED = 9  # of the runs: one full, one tiny, three of one learner, one today, three of a family
PASSWORD = "hoc-suot-doi-2026"  # noqa: S105 - printed at the start of every demo
FULL_SEATS, QUEUE = 12, 5
Progress = Callable[[str], None]

ACCOUNTS: tuple[tuple[str, str, CityRole | ProviderRole | None], ...] = (
    ("admin@demo.example", "Quản trị thành phố", CityRole.ADMINISTRATOR),
    ("admin2@demo.example", "Quản trị thứ hai", CityRole.ADMINISTRATOR),
    ("thongke@demo.example", "Cán bộ thống kê", CityRole.STATISTICIAN),
    ("giamdoc@demo.example", "Giám đốc Bến Thành", ProviderRole.OWNER),
    ("giaovu@demo.example", "Giáo vụ Bến Thành", ProviderRole.EDITOR),
    ("giaovien@demo.example", "Giáo viên Bến Thành", ProviderRole.TEACHER),
    ("daythay@demo.example", "Người dạy thay Bến Thành", ProviderRole.SUBSTITUTE),
    ("phuong@demo.example", "Cán bộ phường", None),
)
"""Whoever has no role at the city or a provider is an officer of the first provider's ward."""


def is_loaded() -> bool:
    """Whether this installation already has providers; nothing is ever loaded twice."""
    return db.session.scalar(select(Provider.id).limit(1)) is not None


def ensure_vocabularies(city_code: str) -> None:
    """Wards, kinds of providers, subjects, audiences and figures, which everything refers to."""
    ensure_city_units(city_code)
    ensure_types()
    ensure_topics()
    ensure_measures()


def load(city_code: str, say: Progress) -> None:
    """Fill an empty installation."""
    ensure_vocabularies(city_code)
    password = hash_password(PASSWORD)
    dice = random.Random(SEED)
    end_reading()
    with transaction() as session:
        rows = Rows(session)
        offers = _fill(session, rows, dice, say)
        set_rules(rows, random.Random(SEED), offers)
        _family(rows, dice, offers, password)
        _accounts(rows, password)
        reporting = [row["id"] for row in rows.of(Provider)[1 : desk.BEGUN]]
        add_owners(rows, reporting, password)
        rows.send()
        add_searches(session, random.Random(SEED), [ward.code for ward in places.wards()])
        restart_numbers(session)
    desk.open_desk(desk.officer())
    add_edits(reporting[0])
    enter_sheets()
    add_units()
    plan_term()
    name_substitute()
    finish_classes()
    send_files()
    receive_applications()


def _fill(session: Session, rows: Rows, dice: random.Random, say: Progress) -> list[Offer]:
    """Providers, courses, people and classes; what is taught."""
    units = {unit.code: Spot(unit.id, unit.latitude, unit.longitude) for unit in places.wards()}
    types = {kind.code: kind.id for kind in session.scalars(select(ProviderType))}
    ids = Vocabulary(
        {topic.slug: topic.id for topic in session.scalars(select(Topic))},
        {audience.slug: audience.id for audience in session.scalars(select(Audience))},
    )
    entries = texts.providers()
    teachers = add_providers(rows, entries, types, units)
    offers = add_courses(rows, dice, texts.courses(), teachers, ids, COURSES)
    add_resources(rows, dice, texts.resources(), teachers, ids)
    say(f"{len(teachers)} providers, {len(offers)} courses")
    with_provider_first = dict.fromkeys([entry["ward"] for entry in entries] + list(units))
    humans = populate(
        rows, dice, {code: units[code].id for code in with_provider_first}, texts.names(), PEOPLE
    )
    say(f"{len(humans)} people")
    _hold_runs(rows, dice, offers, humans, say)
    return offers


def _hold_runs(
    rows: Rows, dice: random.Random, offers: list[Offer], humans: list[Human], say: Progress
) -> None:
    crowd = Crowd(humans)
    for number in range(RUNS - PLANTED):
        offer = offers[number % len(offers)]
        _run(rows, dice, offer, crowd, when=number // len(offers))
    _full_run(rows, dice, offers, crowd)
    _tiny_cell(rows, dice, offers, humans)
    _three_providers(rows, dice, offers, humans)
    _class_today(rows, dice, offers, crowd)
    _cancel_one(rows)
    say(f"{RUNS} runs")


def _run(rows: Rows, dice: random.Random, offer: Offer, crowd: Crowd, *, when: int) -> None:
    """The first run of a course mostly lies ahead, the later ones lie in the past year."""
    today = clock.today()
    ahead = when == 0 and dice.random() < 0.72
    start = today + timedelta(days=dice.randint(3, 55) if ahead else -dice.randint(4, 360))
    is_visit = offer.text.cla.startswith("3")
    capacity = None if is_visit else dice.choice((15, 20, 20, 25, 30))
    wanted = min(dice.randint(2, 6) if is_visit else dice.randint(6, 16), capacity or 99)
    if ahead:
        wanted = min(wanted, (capacity or 99) - 1) if dice.random() < 0.8 else 0
    plan = add_run(rows, dice, offer, start, capacity=capacity)
    if plan.opened <= clock.today():
        _held(rows, dice, plan, crowd.choose(dice, plan, wanted))


def _held(rows: Rows, dice: random.Random, plan: Plan, people: Sequence[Human]) -> None:
    seated = fill(rows, dice, plan, people)
    rows.change(Run, plan.id, seats_taken=seated)


def _full_run(rows: Rows, dice: random.Random, offers: list[Offer], crowd: Crowd) -> None:
    """A popular class ahead without a free place, and people who wait for one."""
    offer = next(offer for offer in offers if "older-people" in offer.text.audiences)
    plan = add_run(rows, dice, offer, clock.today() + timedelta(days=12), capacity=FULL_SEATS)
    people = crowd.choose(dice, plan, FULL_SEATS + QUEUE)
    seated = fill(rows, dice, plan, people[:FULL_SEATS])
    for place, human in enumerate(people[FULL_SEATS:]):
        joined = clock.now() - timedelta(hours=20 - place)
        enrolment(
            rows,
            dice,
            plan,
            human,
            state=EnrolmentState.WAITING,
            channel=Channel.WEB,
            joined_at=joined,
            seated_at=None,
            ended_at=None,
        )
    rows.change(Run, plan.id, seats_taken=seated, waiting=len(people) - seated)


def _three_providers(
    rows: Rows, dice: random.Random, offers: list[Offer], humans: list[Human]
) -> None:
    """One woman learns at three providers: one person, three enrolments."""
    learner = next(human for human in humans if 30 <= human.age <= 40 and human.ward != TINY_WARD)
    providers: dict[int, Offer] = {}
    for offer in offers:
        if "everyone" in offer.text.audiences:
            providers.setdefault(offer.teacher.id, offer)
    for at, offer in enumerate(list(providers.values())[:3]):
        start = clock.today() - timedelta(days=150 + at * 7)
        _held(rows, dice, add_run(rows, dice, offer, start, capacity=20), [learner])


def _tiny_cell(rows: Rows, dice: random.Random, offers: list[Offer], humans: list[Human]) -> None:
    """Only two people of Côn Đảo took part: too few to be shown."""
    offer = next(offer for offer in offers if offer.teacher.ward == TINY_WARD)
    plan = add_run(rows, dice, offer, clock.today() - timedelta(days=120), capacity=20)
    _held(rows, dice, plan, [human for human in humans if human.ward == TINY_WARD])


def _class_today(rows: Rows, dice: random.Random, offers: list[Offer], crowd: Crowd) -> None:
    """The demo teacher has a class every day of this week, one of them today."""
    centre = rows.of(Provider)[0]["id"]
    taught = [offer for offer in offers if offer.teacher.id == centre]
    offer = max(taught, key=lambda offer: offer.text.sessions)
    start = clock.today() - timedelta(days=2)
    every_day = (tuple(range(7)), time(8, 30))
    plan = add_run(rows, dice, offer, start, capacity=30, rhythm=every_day)
    _held(rows, dice, plan, crowd.choose(dice, plan, 30))


def _family(rows: Rows, dice: random.Random, offers: list[Offer], password_hash: str) -> None:
    """A mother who has learned and will, her son and the grandmother she helps."""
    ward, unit_id = offers[0].teacher.ward, rows.of(Provider)[0]["unit_id"]
    family = settle(rows, ward, unit_id, password_hash)
    for human, audience, days in (
        (family.mother, "everyone", -90),
        (family.older_child, "children", 9),
        (family.grandmother, "older-people", 14),
    ):
        offer = next(offer for offer in offers if audience in offer.text.audiences)
        start = clock.today() + timedelta(days=days)
        _held(rows, dice, add_run(rows, dice, offer, start, capacity=20), [human])


def _cancel_one(rows: Rows) -> None:
    """One meeting ahead does not take place."""
    ahead = next(
        row for row in rows.of(ClassSession) if row["starts_at"] > clock.now() + timedelta(days=5)
    )
    rows.change(ClassSession, ahead["id"], status=SessionStatus.CANCELLED)


def _accounts(rows: Rows, password_hash: str) -> None:
    """The accounts whose names and password `make demo` prints."""
    first = rows.of(Provider)[0]["id"]
    for email, name, role in ACCOUNTS:
        number = rows.add(
            Account,
            display_name=name,
            email=email,
            phone=None,
            password_hash=password_hash,
            person_id=None,
            is_active=True,
        )
        if isinstance(role, CityRole):
            rows.add(RoleGrant, account_id=number, city_role=role, commune_id=None)
        elif role is None:
            unit_id = rows.of(Provider)[0]["unit_id"]
            rows.add(RoleGrant, account_id=number, city_role=None, commune_id=unit_id)
        else:
            rows.add(StaffMember, provider_id=first, account_id=number, role=role)
