"""Persons: each human once, and where they live."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.accounts import merged_rows
from app.accounts.events import PersonChanged
from app.accounts.models import Account, Person, Residence
from app.accounts.operations.residences import move
from app.core import clock, jobs, vi
from app.core.db import breaks, db, inserting, transaction
from app.core.keys import keyed_hash
from app.core.last_rows import add_row, with_defaults
from app.core.prepared import Prepared
from app.places.models import Sex


@dataclass(frozen=True, kw_only=True)
class Guest:
    """What a person without an account tells: enough to be the same person next time."""

    full_name: str
    phone: str  # E.164
    born_in: int
    born_on: date | None = None
    sex: Sex = Sex.NOT_STATED
    unit_id: int | None = None  # where they live; None: outside the city
    language: str = "vi"

    @cached_property
    def key(self) -> str:
        """Same name, birth date (or year) and phone: the same person; anything less is not."""
        born = self.born_on.isoformat() if self.born_on else str(self.born_in)
        return keyed_hash(f"guest|{vi.name_match_key(self.full_name)}|{born}|{self.phone}")


def person_for_guest(guest: Guest) -> Person:
    """As `id_for_guest`."""
    with transaction() as session:
        return session.get_one(Person, id_for_guest(guest))


def id_for_guest(guest: Guest) -> int:
    """The person these details belong to, known or new; callers never learn which.

    A stated sex replaces an earlier answer, "prefer not to say" leaves it; another ward is a move.
    Who has an account corrects these there: whoever else knows name, birth date and phone may not.
    The key of a row that was merged leads to the person it became.
    """
    with transaction() as session:
        if (new := _insert(session, guest)) is not None:
            return new
        merged_rows.hold(session, Person.guest_key == guest.key)
        known = session.scalars(_BY_KEY, {"key": guest.key}).one()
        person = merged_rows.locked(session, known)  # to the end: one move comes after the other
        if not has_account(session, person.id):
            _correct(session, person, guest)
        return person.id


def hold_known(session: Session, guests: Sequence[Guest], person_ids: Collection[int]) -> None:
    """Lock several people before the first of them is looked for, see `merged_rows.hold`."""
    if len(guests) + len(person_ids) > 1:
        keys = [guest.key for guest in guests]
        them = or_(Person.guest_key.in_(keys), Person.id.in_(person_ids))
        merged_rows.hold(session, them)


def _correct(session: Session, person: Person, guest: Guest) -> None:
    differs = move(session, person, guest.unit_id, clock.today())
    if guest.sex not in (Sex.NOT_STATED, person.sex):
        person.sex, differs = guest.sex, True
    if differs:
        jobs.emit(PersonChanged(person.id))


def follow_key(session: Session, person: Person) -> None:
    """Forms on paper find the person by what is known of them now.

    Where somebody else is known by the same details the worker finds the two, and staff compare
    them; nobody is told here.
    """
    if not person.phone or not person.born_in:
        return
    key = Guest(
        full_name=person.full_name, phone=person.phone,
        born_in=person.born_in, born_on=person.born_on,
    ).key  # fmt: skip
    if key == person.guest_key:
        return
    same = select(Person.id).where(Person.guest_key == key, Person.id != person.id)
    if session.scalar(same) is not None:
        return
    try:
        with session.begin_nested():
            person.guest_key = key
    except IntegrityError as error:
        if not breaks(error, "uq_persons_guest_key", "persons.guest_key"):
            raise


def has_account(session: Session, person_id: int) -> bool:
    return session.scalar(select(Account.id).where(Account.person_id == person_id)) is not None


_BY_KEY = select(Person).where(Person.guest_key == bindparam("key")).with_for_update()


_PERSONS, _HOMES = cast("Table", Person.__table__), cast("Table", Residence.__table__)


_Columns = tuple[str, ...]


@cache
def _new(dialect: str, columns: _Columns) -> Prepared:
    return Prepared(_person(dialect, columns))


@cache
def _new_at_home(columns: _Columns, home: _Columns) -> Prepared:
    """Person and residence in one statement, which only PostgreSQL has."""
    new = _person("postgresql", columns).cte("new")
    there = select(new.c.id, *(bindparam(name, type_=_HOMES.c[name].type) for name in home))
    homes = insert(_HOMES).from_select(("person_id", *home), there, include_defaults=False)
    return Prepared(select(new.c.id).add_cte(homes.cte("homes")))


def _person(dialect: str, columns: _Columns) -> ReturningInsert[int]:
    """One new row, unless its details have one."""
    row = inserting(_PERSONS, dialect).values({name: bindparam(name) for name in columns})
    return row.on_conflict_do_nothing().returning(_PERSONS.c.id)


def _insert(session: Session, guest: Guest) -> int | None:
    """The new person's id; None where these details have one."""
    row = with_defaults(
        _PERSONS,
        {
            **Person.names(guest.full_name), "sex": guest.sex, "born_on": guest.born_on,
            "born_in": guest.born_in, "phone": guest.phone, "language": guest.language,
            "guest_key": guest.key,
        },
    )  # fmt: skip
    home = with_defaults(_HOMES, {"unit_id": guest.unit_id, "valid_from": clock.today()})
    dialect = db.engine.dialect.name
    if dialect == "postgresql":
        new = _new_at_home(tuple(row), tuple(home)).first(session, row | home)
    elif new := _new(dialect, tuple(row)).first(session, row):
        add_row(session.connection(), _HOMES, home | {"person_id": new.id})
    if new is None:
        return None
    jobs.emit(PersonChanged(new.id))
    return cast("int", new.id)
