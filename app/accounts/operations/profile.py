"""What people say about themselves, and correct."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.errors import NotInTheFuture
from app.accounts.events import PersonChanged
from app.accounts.models import Account, Employment, Person, Residence, ResidenceKind
from app.accounts.operations.persons import follow_key
from app.accounts.operations.residences import move
from app.accounts.operations.wishes import remind
from app.core import audit, clock, jobs, vi
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.places.models import Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody lives; `since` None: the day is not known."""

    unit_id: int | None  # None: outside the city
    kind: ResidenceKind = ResidenceKind.NOT_STATED
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything the page of one's profile asks."""

    full_name: str
    born_in: int
    born_on: date | None = None
    sex: Sex = Sex.NOT_STATED
    language: str = "vi"
    employment: Employment | None = None
    reminders: bool | None = None  # as they were
    home: Home


def change_profile(person_id: int, profile: Profile, seen: str, by_id: int | None) -> Person:
    """Write what is said now in place of what was said before; the past keeps its wards.

    Args:
        seen: `queries.version` of what the form was filled with.

    Raises:
        ChangedMeanwhile: somebody else saved since.
        NotInTheFuture: nobody has moved in tomorrow.
    """
    with transaction() as session:
        person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
        if seen != queries.version(person, _home(session, person_id)):
            raise ChangedMeanwhile
        _settle(session, person, profile.home)
        _rename_account(session, person, profile.full_name)
        _describe(person, profile)
        if profile.reminders is not None:
            remind(person_id, by_id, on=profile.reminders)
        session.flush()
        follow_key(session, person)
        audit.record("person.changed", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))
        return person


def _describe(person: Person, profile: Profile) -> None:
    person.call(profile.full_name)
    person.born_in, person.born_on = profile.born_in, profile.born_on
    person.sex, person.language = profile.sex, profile.language
    person.employment = profile.employment


def _rename_account(session: Session, person: Person, full_name: str) -> None:
    """The account is called as its person, unless somebody chose another name for it."""
    same = update(Account).where(
        Account.person_id == person.id, Account.display_name == person.full_name
    )
    session.execute(same.values(display_name=vi.clean(full_name)))


def _home(session: Session, person_id: int) -> Residence | None:
    return session.scalar(
        select(Residence).where(Residence.person_id == person_id, Residence.valid_to.is_(None))
    )


def _settle(session: Session, person: Person, home: Home) -> None:
    if home.since is not None and home.since > clock.today():
        raise NotInTheFuture
    move(session, person, home.unit_id, home.since or clock.today(), home.kind)
