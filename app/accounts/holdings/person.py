"""The person's own details, residences and groups."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.holdings.words import actors_of
from app.accounts.models import GroupsAnswer, Person, PersonGroup, Residence, ResidenceKind
from app.accounts.queries import shared_contacts
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.places.models import Sex

_BLANK: dict[str, Any] = {
    "sex": Sex.NOT_STATED,
    "born_on": None,
    "born_in": None,
    "phone": None,
    "email": None,
    "national_id_hash": None,
    "employment": None,
    "groups_answer": GroupsAnswer.NOT_ASKED,
    "restricted_at": None,
    "objected_at": None,
    "no_reminders_since": None,
}
"""What the kept person takes over where it is not known of them yet."""
_OWNS_RESIDENCE, _OWNS_GROUP = Owner(Residence.person_id), Owner(PersonGroup.person_id)
_ONE_DAY = timedelta(days=1)


def _details(person_id: int) -> Sequence[Row]:
    """Of a parent's phone on a child's row it is said that it is the family's, not which."""
    person = db.session.get_one(Person, person_id)
    names = (
        "full_name", "sex", "born_on", "born_in", "phone", "email", "language", "employment",
        "groups_answer", "created_at", "restricted_at", "objected_at",
        "no_reminders_since",
    )  # fmt: skip
    found = {name: getattr(person, name) for name in names}
    lent = shared_contacts.lent_to(person_id)
    found |= {name: "family" for name in ("phone", "email") if found[name] in lent}
    return [found | {"national_id_given": person.national_id_hash is not None}]


def _fill(session: Session, gone_id: int, kept_id: int) -> list[str]:
    """Blanks of the kept person by what is known of the other; which."""
    gone, kept = session.get_one(Person, gone_id), session.get_one(Person, kept_id)
    filled = [
        name
        for name, blank in _BLANK.items()
        if getattr(kept, name) == blank and getattr(gone, name) != blank and _fits(name, gone, kept)
    ]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    session.flush()
    return filled


def _fits(name: str, gone: Person, kept: Person) -> bool:
    """A birthday is not taken over into another year."""
    return name != "born_on" or kept.born_in in (None, gone.born_in)


def _empty(session: Session, gone_id: int, kept_id: int, filled: list[str]) -> None:
    """What was taken over and not changed since is blank again."""
    gone, kept = session.get_one(Person, gone_id), session.get_one(Person, kept_id)
    for name in filled:
        if getattr(kept, name) == getattr(gone, name):
            setattr(kept, name, _BLANK[name])
    session.flush()


def _nothing(_session: Session, _person_id: int, _stripped_id: int) -> None:
    """The row itself is deleted last, when nothing refers to it any more."""


def _residences(person_id: int) -> Sequence[Row]:
    mine = select(Residence).where(Residence.person_id == person_id)
    return [
        {
            "ward_code": each.unit.code if each.unit else None,
            "ward": each.unit.full_name_vi if each.unit else None,
            "kind": each.kind,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
        }
        for each in db.session.scalars(mine.order_by(Residence.valid_from, Residence.id))
    ]


def _join_history(session: Session, gone_id: int, kept_id: int) -> dict[str, Any]:
    """The kept person lives where they live; the other's open residence ends the day before.

    One that began later than that stays with the merged row: it says nothing about the past.
    """
    current = _open(session, kept_id)
    other = _open(session, gone_id)
    ended: list[int] = []
    which: list[Any] = []
    if current is not None and other is not None:
        if other.valid_from < current.valid_from:
            other.valid_to = current.valid_from - _ONE_DAY
            ended = [other.id]
            session.flush()
        else:
            which = [Residence.id != other.id]
    return {"ids": _OWNS_RESIDENCE.give(session, gone_id, kept_id, *which), "ended": ended}


def _part_history(session: Session, gone_id: int, kept_id: int, moved: dict[str, Any]) -> None:
    _OWNS_RESIDENCE.move_back(session, gone_id, kept_id, moved["ids"])
    ended = update(Residence).where(Residence.id.in_(moved["ended"]))
    session.execute(ended.values(valid_to=None))


def _open(session: Session, person_id: int) -> Residence | None:
    return session.scalar(
        select(Residence).where(Residence.person_id == person_id, Residence.valid_to.is_(None))
    )


def _strip_residences(session: Session, person_id: int, stripped_id: int) -> None:
    """Wards and days count; those left on a merged row never did."""
    if session.get_one(Person, person_id).merged_into_id is not None:
        session.execute(delete(Residence).where(Residence.person_id == person_id))
        return
    session.execute(
        update(Residence)
        .where(Residence.person_id == person_id)
        .values(person_id=stripped_id, kind=ResidenceKind.NOT_STATED)
    )


def _groups(person_id: int) -> Sequence[Row]:
    mine = select(PersonGroup).where(PersonGroup.person_id == person_id)
    actor = actors_of(person_id)
    return [
        {
            "group": each.group,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
            "standard": each.standard,
            "recorded_at": each.recorded_at,
            "recorded_by": actor(each.recorded_by_id),
        }
        for each in db.session.scalars(mine.order_by(PersonGroup.valid_from, PersonGroup.id))
    ]


def _join_groups(session: Session, gone_id: int, kept_id: int) -> list[int]:
    """What both rows say from the same day on stays with the merged row."""
    of_kept = session.execute(
        select(PersonGroup.group, PersonGroup.valid_from).where(PersonGroup.person_id == kept_id)
    )
    said = {tuple(row) for row in of_kept}
    of_gone = session.scalars(select(PersonGroup).where(PersonGroup.person_id == gone_id))
    new = [each.id for each in of_gone if (each.group, each.valid_from) not in said]
    return _OWNS_GROUP.give(session, gone_id, kept_id, PersonGroup.id.in_(new))


def _forget_groups(session: Session, person_id: int, _stripped_id: int) -> None:
    session.execute(delete(PersonGroup).where(PersonGroup.person_id == person_id))


register(
    Holding(
        name="person",
        label=_("Your details"),
        count=lambda _person_id: 1,
        copy=_details,
        move=_fill,
        move_back=_empty,
        erase=_nothing,
    )
)
register(
    Holding(
        name="residences",
        label=_("Where you live"),
        count=_OWNS_RESIDENCE.count,
        copy=_residences,
        move=_join_history,
        move_back=_part_history,
        erase=_strip_residences,
    )
)
register(
    Holding(
        name="groups",
        label=_("Groups you belong to"),
        count=_OWNS_GROUP.count,
        copy=_groups,
        move=_join_groups,
        move_back=_OWNS_GROUP.move_back,
        erase=_forget_groups,
    )
)
