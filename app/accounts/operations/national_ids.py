"""The twelve digits of the personal identification number: only their keyed hash is kept."""

from app.accounts.errors import NotANationalId
from app.accounts.events import PersonChanged
from app.accounts.models import Person
from app.core import audit, jobs
from app.core.db import transaction
from app.core.keys import keyed_hash
from app.places.models import Sex

DIGITS = 12
_PROVINCES = range(1, 97)
_BY_CENTURY = {"0": 1900, "1": 1900, "2": 2000, "3": 2000, "4": 2100, "5": 2100}
"""The fourth digit: even for men, odd for women, two a century; then two digits of the year."""


def set_national_id(person_id: int, digits: str, by_id: int | None) -> bool:
    """Keep the hash; False when number, sex and birth year do not fit, which is worth a look.

    Whether somebody else has the same number is found by the worker and told to staff alone.

    Raises:
        NotANationalId: these are not twelve digits that can be one.
    """
    number = read_national_id(digits)
    if number is None:
        raise NotANationalId
    with transaction() as session:
        person = session.get_one(Person, person_id, with_for_update=True)
        person.national_id_hash = hash_of(number)
        audit.record("person.national_id_set", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))
        return _fits(person, number)


def forget_national_id(person_id: int, by_id: int | None) -> None:
    """Nothing of the number is kept any more."""
    with transaction() as session:
        session.get_one(Person, person_id, with_for_update=True).national_id_hash = None
        audit.record(
            "person.national_id_forgotten", "person", person_id, by_id, person_id=person_id
        )
        jobs.emit(PersonChanged(person_id))


def read_national_id(typed: str) -> str | None:
    """Twelve digits as somebody typed them; None when they cannot be a number."""
    number = "".join(c for c in typed if not c.isspace() and c not in ".-")
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
        return None
    return number if int(number[:3]) in _PROVINCES and number[3] in _BY_CENTURY else None


def hash_of(number: str) -> str:
    """Worthless without the key files, which are not in the database."""
    return keyed_hash(f"national-id|{number}")


def _fits(person: Person, number: str) -> bool:
    year = _BY_CENTURY[number[3]] + int(number[4:6])
    sex = Sex.FEMALE if int(number[3]) % 2 else Sex.MALE
    return person.born_in in (None, year) and person.sex in (Sex.NOT_STATED, sex)
