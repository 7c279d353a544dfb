"""Two providers that must not see one another, and what the database holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pytest
from sqlalchemy import select

from app.accounts.models import PriorityGroup
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import Base, db
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.models import Reservation
from app.indicators.models import ReportingPeriod
from app.providers.models import Provider
from tests.client import Client
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    ProviderFactory,
    ResourceFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
)

PERIOD = "2025-H2"
CANARY_NAME, CANARY_PHONE = "Lý Bí Mật", "+84913555777"
NOISE = {
    "attempts",
    "audit_entries",
    "audit_links",
    "begun_days",
    "begun_periods",
    "login_sessions",
}
"""Tables that also change when something was only tried or read."""
State = dict[str, list[str]]


@pytest.fixture
def state(app) -> Callable[[], State]:
    """Every row of every table that a refused request must leave alone."""

    def read() -> State:
        db.session.rollback()
        tables = [table for table in Base.metadata.sorted_tables if table.name not in NOISE]
        rows = {t.name: sorted(map(str, db.session.execute(select(t)))) for t in tables}
        db.session.rollback()
        return rows

    return read


@dataclass(frozen=True)
class Side:
    """A provider with one of each thing; its staff sign in when they are first needed."""

    provider: Provider
    slug: str
    ids: Mapping[str, int | str]
    new_browser: Callable[[], Client]

    @cached_property
    def owner(self) -> Client:
        return self._signed_in(ProviderRole.OWNER)

    @cached_property
    def teacher(self) -> Client:
        return self._signed_in(ProviderRole.TEACHER)

    def _signed_in(self, role: ProviderRole) -> Client:
        member = StaffFactory(provider=self.provider, role=role)
        return self.new_browser().sign_in(member.account)


@pytest.fixture
def make_side(app) -> Callable[[str], Side]:
    db.session.add(ReportingPeriod(code=PERIOD, due_on=clock.today()))
    db.session.commit()

    def make(name: str) -> Side:
        provider = ProviderFactory(slug=name)
        run = RunFactory(course=CourseFactory(provider=provider))
        SiteFactory(provider=provider, venue=run.venue)
        person = PersonFactory(full_name=CANARY_NAME, phone=CANARY_PHONE)
        place = EnrolmentFactory(run=run, person=person)
        kept = Reservation(run_id=run.id, group=PriorityGroup.POOR, places=1, used=0)
        certificate = Certificate(
            code=place.code, provider_id=provider.id, year=2026, serial=9, enrolment_id=place.id,
            languages=Languages.BOTH, full_name=CANARY_NAME, content=Content.of(run).as_json(),
            earned_on=clock.today(),
        )  # fmt: skip
        db.session.add_all([kept, certificate])
        db.session.commit()
        ids = {
            "code": place.code,
            "reservation_id": kept.id,
            "course_id": run.course_id,
            "run_id": run.id,
            "session_id": SessionFactory(run=run).id,
            "resource_id": ResourceFactory(provider=provider).id,
            "member_id": StaffFactory(provider=provider, role=ProviderRole.TEACHER).id,
        }
        return Side(provider, name, ids, app.test_client)

    return make


@pytest.fixture
def ours(make_side) -> Side:
    return make_side("ben-nay")


@pytest.fixture
def theirs(make_side) -> Side:
    return make_side("ben-kia")
