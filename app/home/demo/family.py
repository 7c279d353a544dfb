"""One invented family with an account: a mother, her two children and their grandmother."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.models import (
    Account,
    Assurance,
    Bond,
    Employment,
    Guardianship,
    Person,
    Residence,
    Suspicion,
    SuspicionState,
)
from app.accounts.operations.persons import Guest
from app.accounts.operations.suspicions import ALIKE_NAME, SAME_DAY, SAME_PHONE
from app.core import clock, vi
from app.home.demo.people import Human
from app.home.demo.rows import Rows
from app.places.models import Sex

RESIDENT = ("nguoihoc@demo.example", "Trần Thị Thu Hà")
PHONE = "+84900999001"
_GRANDMOTHERS = "+84900999002"


@dataclass(frozen=True, slots=True)
class Family:
    """Those of the family who take courses."""

    mother: Human
    older_child: Human
    grandmother: Human


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    age: int
    sex: Sex
    phone: str = PHONE
    employment: Employment | None = None


def settle(rows: Rows, ward: str, unit_id: int, password_hash: str) -> Family:
    """The family in one ward, and the grandmother once more as a centre misspelt her."""
    mother = _Member(RESIDENT[1], 36, Sex.FEMALE, employment=Employment.EMPLOYED)
    ids = [
        _person(rows, member, unit_id)
        for member in (
            mother,
            _Member("Phạm Gia Bảo", 10, Sex.MALE),
            _Member("Phạm Ngọc Mai", 7, Sex.FEMALE),
            _Member("Nguyễn Thị Lan", 68, Sex.FEMALE, _GRANDMOTHERS, Employment.RETIRED),
        )
    ]
    twice = _person(rows, _Member("Nguyễn Thị Lân", 68, Sex.FEMALE, _GRANDMOTHERS), unit_id)
    for dependant, bond in zip(ids[1:], (Bond.PARENT, Bond.PARENT, Bond.HELPER), strict=True):
        agreed = clock.now() if bond is Bond.HELPER else None
        rows.add(
            Guardianship,
            guardian_id=ids[0],
            dependant_id=dependant,
            bond=bond,
            agreed_at=agreed,
            ended_at=None,
            recorded_by_id=None,
        )
    rows.add(
        Suspicion,
        first_id=ids[3],
        second_id=twice,
        score=98,
        reasons=[ALIKE_NAME, SAME_DAY, SAME_PHONE],
        state=SuspicionState.OPEN,
    )
    rows.add(
        Account,
        display_name=mother.name,
        email=RESIDENT[0],
        email_proven_at=clock.now(),
        phone=PHONE,
        phone_proven_at=clock.now(),
        password_hash=password_hash,
        assurance=Assurance.CONTACT,
        person_id=ids[0],
        is_active=True,
    )
    return Family(
        Human(ids[0], mother.age, Sex.FEMALE, ward, 1.0),
        Human(ids[1], 10, Sex.MALE, ward, 1.0),
        Human(ids[3], 68, Sex.FEMALE, ward, 1.0),
    )


def _person(rows: Rows, member: _Member, unit_id: int) -> int:
    born = date(clock.today().year - member.age, 3, 14)
    key = Guest(full_name=member.name, phone=member.phone, born_in=born.year, born_on=born).key
    number = rows.add(
        Person,
        full_name=member.name,
        sort_key=vi.name_sort_key(member.name),
        name_key=vi.name_match_key(member.name),
        sex=member.sex,
        born_on=born,
        born_in=born.year,
        phone=member.phone,
        email=None,
        language="vi",
        employment=member.employment,
        guest_key=key,
    )
    since = clock.today() - timedelta(days=1200)
    rows.add(Residence, person_id=number, unit_id=unit_id, valid_from=since, valid_to=None)
    return number
