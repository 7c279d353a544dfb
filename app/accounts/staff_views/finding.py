"""Finding a person at the desk, by phone or full name; that somebody looked is kept."""

from collections.abc import Sequence

from app.accounts.models import Person
from app.accounts.operations import wishes
from app.accounts.queries import rights
from app.core.formats import phone
from app.core.vi import name_match_key

MOST = 20


def people_like(e164: str, full_name: str, by_id: int, most: int = MOST) -> Sequence[Person]:
    """Those of this phone or this very name; whom somebody saw is kept for each of them."""
    key = name_match_key(full_name) if full_name else ""
    found = rights.persons_like(e164, key, most)
    wishes.note_search([person.id for person in found], by_id)
    return found


def phone_end(person: Person) -> str:
    """The last three digits: enough to tell people of one name apart, too little to call."""
    return f"…{phone(person.phone)[-3:]}" if person.phone else "–"
