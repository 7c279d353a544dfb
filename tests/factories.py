"""One call gives a valid, ordinary thing; a test names only what is odd."""

from datetime import date, time, timedelta

import factory
from argon2 import PasswordHasher
from factory.alchemy import SQLAlchemyModelFactory

from app.accounts.models import Account, Person, Residence, RoleGrant
from app.catalogue.models import Audience, ClassSession, Course, CourseStatus, Run, Topic
from app.core import clock, vi
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.core.keys import random_code
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, EnrolmentState, Register
from app.places.models import AdminUnit, Sex, UnitKind, UnitLevel, Venue
from app.providers.models import Provider, ProviderType, Site, StaffMember
from app.resources.models import Licence, Resource
from tests.client import PASSWORD

_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class ModelFactory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "flush"

    @classmethod
    def create(cls, **given):
        """With all that it needs in one commit."""
        made = super().create(**given)
        db.session.commit()
        return made


class UnitFactory(ModelFactory):
    class Meta:
        model = AdminUnit

    code = factory.Sequence(lambda n: f"{27000 + n:05}")
    level = UnitLevel.COMMUNE
    kind = UnitKind.WARD
    name_vi = factory.Sequence(lambda n: f"Bình An {n}")
    name_en = factory.LazyAttribute(lambda unit: vi.fold(unit.name_vi).title())
    full_name_vi = factory.LazyAttribute(lambda unit: f"Phường {unit.name_vi}")
    full_name_en = factory.LazyAttribute(lambda unit: f"{unit.name_en} Ward")
    search_key = factory.LazyAttribute(lambda unit: vi.fold(unit.full_name_vi))
    sort_key = factory.LazyAttribute(lambda unit: vi.sort_key(unit.name_vi))
    valid_from = date(2025, 7, 1)


class CityFactory(UnitFactory):
    code = "79"
    level = UnitLevel.PROVINCE
    kind = UnitKind.CITY
    name_vi = "Hồ Chí Minh"
    full_name_vi = "Thành phố Hồ Chí Minh"
    full_name_en = "Ho Chi Minh City"

    class Meta:
        sqlalchemy_get_or_create = ("code", "level", "valid_from")


class WardFactory(UnitFactory):
    parent = factory.SubFactory(CityFactory)


class VenueFactory(ModelFactory):
    class Meta:
        model = Venue

    name_vi = factory.Sequence(lambda n: f"Nhà văn hóa khu phố {n}")
    name_en = factory.Sequence(lambda n: f"Neighbourhood house {n}")
    address = "12 Nguyễn Huệ"
    unit = factory.SubFactory(WardFactory)
    step_free = True


class ProviderTypeFactory(ModelFactory):
    class Meta:
        model = ProviderType
        sqlalchemy_get_or_create = ("code",)

    code = "community-learning-centre"
    name_vi = "Trung tâm học tập cộng đồng"
    name_en = "Community learning centre"
    valid_from = date(2000, 1, 1)


class ProviderFactory(ModelFactory):
    class Meta:
        model = Provider

    slug = factory.Sequence(lambda n: f"trung-tam-{n}")
    name_vi = factory.Sequence(lambda n: f"Trung tâm học tập cộng đồng số {n}")
    name_en = factory.Sequence(lambda n: f"Community learning centre no. {n}")
    type = factory.SubFactory(ProviderTypeFactory)
    unit = factory.SubFactory(WardFactory)
    phone = "+842838000000"


class SiteFactory(ModelFactory):
    class Meta:
        model = Site

    provider = factory.SubFactory(ProviderFactory)
    venue = factory.SubFactory(VenueFactory)


class TopicFactory(ModelFactory):
    class Meta:
        model = Topic
        sqlalchemy_get_or_create = ("slug",)

    slug = "digital-skills"
    name_vi = "Kỹ năng số"
    name_en = "Digital skills"
    isced_f = "061"


class AudienceFactory(ModelFactory):
    class Meta:
        model = Audience
        sqlalchemy_get_or_create = ("slug",)

    slug = "older-people"
    name_vi = "Người cao tuổi"
    name_en = "Older people"
    is_priority = True


class CourseFactory(ModelFactory):
    class Meta:
        model = Course

    provider = factory.SubFactory(ProviderFactory)
    topic = factory.SubFactory(TopicFactory)
    isced_f = "0611"
    cla = "2.2.1"
    title_vi = factory.Sequence(lambda n: f"Tin học cơ bản {n}")
    title_en = factory.Sequence(lambda n: f"Basic computing {n}")
    summary_vi = "Học dùng máy tính từ đầu, từng bước một."
    summary_en = "Learn to use a computer from the start, step by step."
    learn_vi = "Bật máy và gõ chữ\nTìm thông tin"
    learn_en = "Start the computer and type\nFind information"
    status = CourseStatus.PUBLISHED
    published_at = factory.LazyFunction(clock.now)


class RunFactory(ModelFactory):
    class Meta:
        model = Run

    course = factory.SubFactory(CourseFactory)
    enrol_from = factory.LazyFunction(lambda: clock.today() - timedelta(days=7))
    enrol_until = factory.LazyFunction(lambda: clock.today() + timedelta(days=7))
    starts_on = factory.LazyAttribute(lambda run: run.enrol_until + timedelta(days=3))
    ends_on = factory.LazyAttribute(lambda run: run.starts_on + timedelta(days=28))
    venue = factory.SubFactory(VenueFactory)
    capacity = 2


class SessionFactory(ModelFactory):
    """A meeting on the run's first day, 18:30 to 20:30 on the city's clock."""

    class Meta:
        model = ClassSession

    run = factory.SubFactory(RunFactory)
    starts_at = factory.LazyAttribute(lambda session: clock.at(session.run.starts_on, time(18, 30)))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=2))


class PersonFactory(ModelFactory):
    class Meta:
        model = Person

    full_name = factory.Sequence(lambda n: f"Nguyễn Thị Hoa {n}")
    sort_key = factory.LazyAttribute(lambda person: vi.name_sort_key(person.full_name))
    sex = Sex.FEMALE
    born_on = date(1960, 5, 4)
    born_in = factory.LazyAttribute(lambda person: person.born_on.year if person.born_on else None)
    phone = factory.Sequence(lambda n: f"+8491{n:07}")


class ResidenceFactory(ModelFactory):
    class Meta:
        model = Residence

    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(WardFactory)
    valid_from = date(2026, 1, 1)


class AccountFactory(ModelFactory):
    class Meta:
        model = Account

    display_name = "Lê Văn Tâm"
    email = factory.Sequence(lambda n: f"tam{n}@example.org")
    password_hash = _HASH


class StaffFactory(ModelFactory):
    """A membership; `StaffFactory(role=...).account` can sign in."""

    class Meta:
        model = StaffMember

    provider = factory.SubFactory(ProviderFactory)
    account = factory.SubFactory(AccountFactory)
    role = ProviderRole.EDITOR


class GrantFactory(ModelFactory):
    """A city role; `GrantFactory().account` can sign in."""

    class Meta:
        model = RoleGrant

    account = factory.SubFactory(AccountFactory)
    city_role = CityRole.ADMINISTRATOR


class EnrolmentFactory(ModelFactory):
    """A row as it stands; counters of the run are not moved (use operations for that)."""

    class Meta:
        model = Enrolment

    code = factory.LazyFunction(random_code)
    person = factory.SubFactory(PersonFactory)
    run = factory.SubFactory(RunFactory)
    state = EnrolmentState.ENROLLED
    seated_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=60))


class AttendanceFactory(ModelFactory):
    class Meta:
        model = Attendance

    enrolment = factory.SubFactory(EnrolmentFactory)
    session = factory.SubFactory(SessionFactory)
    status = AttendanceStatus.PRESENT


class RegisterFactory(ModelFactory):
    class Meta:
        model = Register

    session = factory.SubFactory(SessionFactory)
    headcount = 0


class ResourceFactory(ModelFactory):
    class Meta:
        model = Resource

    provider = factory.SubFactory(ProviderFactory)
    topic = factory.SubFactory(TopicFactory)
    title_vi = factory.Sequence(lambda n: f"Sổ tay an toàn trên mạng {n}")
    title_en = factory.Sequence(lambda n: f"Online safety handbook {n}")
    summary_vi = "Nhận ra tin nhắn lừa đảo."
    url = "https://example.org/so-tay"
    licence = Licence.CC_BY
    status = CourseStatus.PUBLISHED
