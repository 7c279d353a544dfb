"""Three thousand invented people in families, spread over the city."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.accounts.models import Person, Residence
from app.accounts.operations.persons import Guest
from app.core import clock, vi
from app.home.demo.rows import Rows
from app.places.models import Sex

TINY_WARD = "26732"
"""Only two people of this unit ever take part, so that its cell must be hidden."""
_CHILD, _WORKING, _OLD = (6, 17), (19, 58), (60, 84)
_ONLY_YEAR, _NOT_STATED, _MOVED = 0.25, 0.04, 0.05


@dataclass(frozen=True, slots=True)
class Human:
    """What the choice of courses needs to know about a person."""

    id: int
    age: int
    sex: Sex
    ward: str
    zeal: float


@dataclass(frozen=True, slots=True)
class _Member:
    age: int
    sex: Sex
    family: str
    phone: str


def populate(
    rows: Rows, dice: random.Random, wards: dict[str, int], names: dict[str, Any], target: int
) -> list[Human]:
    """Families until there are `target` people; children and some elders share a phone.

    Args:
        wards: official code -> unit id, the likelier wards first.
    """
    humans: list[Human] = []
    codes = [code for code in wards if code != TINY_WARD]
    weights = [3.0 if at < 60 else 1.0 for at in range(len(codes))]
    while len(humans) < target - 2:
        ward = dice.choices(codes, weights)[0]
        household = _household(dice, names, len(humans))
        humans += [_settle(rows, dice, names, member, ward, wards) for member in household]
    for age in (34, 61):
        member = _Member(age, Sex.FEMALE, "Lâm", _phone(len(humans) + 7))
        humans.append(_settle(rows, dice, names, member, TINY_WARD, wards))
    return humans


def _household(dice: random.Random, names: dict[str, Any], number: int) -> list[_Member]:
    own, other = family(dice, names), family(dice, names)
    phone = _phone(number)
    head = dice.choice((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
    members = [_Member(dice.randint(*_WORKING), head, own, phone)]
    if dice.random() < 0.45:
        partner = Sex.MALE if head is Sex.FEMALE else Sex.FEMALE
        members.append(_Member(dice.randint(*_WORKING), partner, other, _phone(number + 1)))
    members += [
        _Member(dice.randint(*_CHILD), dice.choice((Sex.FEMALE, Sex.MALE)), own, phone)
        for _ in range(dice.choices((0, 1, 2), (5, 3, 2))[0])
    ]
    if dice.random() < 0.4:
        elder = phone if dice.random() < 0.4 else _phone(number + 5)
        members.append(
            _Member(
                dice.randint(*_OLD), dice.choice((Sex.FEMALE, Sex.FEMALE, Sex.MALE)), own, elder
            )
        )
    return members


def _settle(
    rows: Rows,
    dice: random.Random,
    names: dict[str, Any],
    member: _Member,
    ward: str,
    wards: dict[str, int],
) -> Human:
    today = clock.today()
    born = date(today.year - member.age, dice.randint(1, 12), dice.randint(1, 28))
    full_name = name(dice, names, member.sex, member.family)
    sex = Sex.NOT_STATED if dice.random() < _NOT_STATED else member.sex
    exact = None if dice.random() < _ONLY_YEAR else born
    number = rows.add(
        Person,
        full_name=full_name,
        sort_key=vi.name_sort_key(full_name),
        name_key=vi.name_match_key(full_name),
        sex=sex,
        born_on=exact,
        born_in=born.year,
        phone=member.phone,
        email=None,
        language="vi",
        guest_key=Guest(
            full_name=full_name, phone=member.phone, born_in=born.year, born_on=exact
        ).key,
    )
    _live(rows, dice, number, ward, wards)
    return Human(number, member.age, sex, ward, dice.paretovariate(1.6))


def _live(rows: Rows, dice: random.Random, person: int, ward: str, wards: dict[str, int]) -> None:
    """Most stayed where they are; some moved within the year; a few never said."""
    if ward != TINY_WARD and dice.random() < _NOT_STATED:
        return
    since = clock.today() - timedelta(days=dice.randint(400, 3000))
    if ward != TINY_WARD and dice.random() < _MOVED:
        moved = clock.today() - timedelta(days=dice.randint(30, 330))
        before = dice.choice([code for code in wards if code not in (ward, TINY_WARD)])
        rows.add(
            Residence,
            person_id=person,
            unit_id=wards[before],
            valid_from=since,
            valid_to=moved - timedelta(days=1),
        )
        since = moved
    rows.add(Residence, person_id=person, unit_id=wards[ward], valid_from=since, valid_to=None)


def name(dice: random.Random, names: dict[str, Any], sex: Sex, of_family: str) -> str:
    """A full name; `names` as in `texts`."""
    kind = "female" if sex is Sex.FEMALE else "male"
    return f"{of_family} {dice.choice(names[f'{kind}_middle'])} {dice.choice(names[kind])}"


def family(dice: random.Random, names: dict[str, Any]) -> str:
    """A family name, the usual ones more often."""
    return _weighted(dice, names["families"])


def _weighted(dice: random.Random, pairs: Sequence[tuple[str, int]]) -> str:
    return dice.choices([word for word, _ in pairs], [weight for _, weight in pairs])[0]


def _phone(number: int) -> str:
    return f"+84900{number * 37 % 1_000_000:06}"
