"""An installation to enrol in: a real database with the wards of the city, runs and people."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import insert, select

from app import create_app
from app.accounts.models import Person, PriorityGroup
from app.catalogue.models import Course, Run
from app.catalogue.rules import OLDEST, Rules
from app.core import clock, vi
from app.core.config import Settings
from app.core.db import db, transaction
from app.places import queries as places
from app.places.operations import ensure_city_units
from tests import postgres
from tests.factories import CourseFactory, ProviderFactory, RunFactory, VenueFactory

SEED, MANY = 20261122, 1000
ENDLESS = 10_000_000
RULES = Rules(
    age_from=10, age_to=OLDEST, priority_groups=(PriorityGroup.POOR,), groups_from=date(2026, 1, 1)
).as_json()
_ALIKE_COURSE = (
    "provider_id", "topic_id", "isced_f", "cla", "title_vi", "title_en", "summary_vi",
    "summary_en", "learn_vi", "learn_en", "status", "published_at",
)  # fmt: skip
_ALIKE = ("venue_id", "starts_on", "ends_on", "enrol_from", "enrol_until", "capacity", "rules")
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
_GIVEN = ("Hoa", "Bình", "Tâm", "An", "Hạnh", "Phúc", "Lan", "Minh", "Thảo", "Dũng")


@dataclass(frozen=True, slots=True)
class City:
    """What the benchmark enrols in, and whom; every person is used once."""

    app: Flask
    environment: dict[str, str]
    hot: int
    full: int
    many: list[int]
    wards: list[str]
    people: Iterator[int]
    strangers: Iterator[dict[str, str]]

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]


@contextmanager
def city(kind: str, people: int) -> Iterator[City]:
    """A new installation on this kind of database, with `people` who have no place yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/app.db"
        if kind == "postgresql":
            url = stack.enter_context(postgres.cluster(durable=True))
        environment = {
            "DATA_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "only a benchmark " * 3,
            "WEB_WORKERS": "2",
        }  # fmt: skip
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            flask_migrate.upgrade()
            ensure_city_units("79")
            yield _filled(app, environment, people)
            db.session.remove()
            db.engine.dispose()


def _filled(app: Flask, environment: dict[str, str], people: int) -> City:
    dice = random.Random(SEED)
    ward = places.wards()[0]
    course = CourseFactory(provider=ProviderFactory(unit=ward))
    about = {"course": course, "venue": VenueFactory(unit=ward), "rules": RULES}
    first = RunFactory(capacity=ENDLESS, **about)
    full = RunFactory(capacity=0, waiting_capacity=0, **about)
    names = Counter(each.search_key for each in places.wards())
    wards = [each.full_name_vi for each in places.wards() if names[each.search_key] == 1]
    kept = City(
        app, environment, first.id, full.id, _more_runs(first), wards,
        iter(_people(dice, people)), _strangers(dice, wards),
    )  # fmt: skip
    db.session.remove()
    return kept


def _more_runs(first: Run) -> list[int]:
    """As many runs again, each of a course of its own."""
    course = {name: getattr(first.course, name) for name in _ALIKE_COURSE}
    run = {name: getattr(first, name) for name in _ALIKE}
    with transaction() as session:
        session.execute(insert(Course), [course] * MANY)
        newest = select(Course.id).order_by(Course.id.desc()).limit(MANY)
        ids = list(session.scalars(newest))
        session.execute(insert(Run), [run | {"course_id": course_id} for course_id in ids])
        return list(session.scalars(select(Run.id).where(Run.course_id.in_(ids))))


def _people(dice: random.Random, number: int) -> list[int]:
    with transaction() as session:
        session.execute(insert(Person), [_person(dice, n) for n in range(number)])
    return list(db.session.scalars(select(Person.id).order_by(Person.id)))


def _person(dice: random.Random, number: int) -> dict[str, object]:
    name = _name(dice)
    return {
        "full_name": name, "sort_key": vi.name_sort_key(name), "name_key": vi.name_match_key(name),
        "born_in": dice.randint(1940, 2005), "phone": f"+8498{number:07}",
        "created_at": clock.now(),
    }  # fmt: skip


def _strangers(dice: random.Random, wards: list[str]) -> Iterator[dict[str, str]]:
    """The answers of people nobody knows yet, as their browsers send them."""
    for number in count():
        yield {
            "full_name": _name(dice), "phone": f"091{number:07}",
            "birth-day": "", "birth-month": "",
            "birth-year": str(dice.randint(1940, 2005)), "ward": dice.choice(wards),
            "sex": dice.choice(("female", "male")), "form_key": f"{dice.getrandbits(96):024x}",
            "step": "send",
        }  # fmt: skip


def _name(dice: random.Random) -> str:
    return " ".join((dice.choice(_SURNAMES), dice.choice(("Thị", "Văn")), dice.choice(_GIVEN)))
