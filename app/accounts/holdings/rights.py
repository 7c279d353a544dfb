"""Consents, family bonds and requests under the data law."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import merged_rows
from app.accounts.holdings.words import actors_of
from app.accounts.models import Consent, DataRequest, Guardianship, Person
from app.accounts.queries import shared_contacts
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core import audit
from app.core.db import db
from app.core.i18n import gettext
from app.core.i18n import lazy as _

_OWNS_CONSENT, _GAVE_CONSENT = Owner(Consent.person_id), Owner(Consent.given_by_id)
_OWNS_REQUEST = Owner(DataRequest.person_id)
_GUARDS, _DEPENDS = Owner(Guardianship.guardian_id), Owner(Guardianship.dependant_id)


def _consents(person_id: int) -> Sequence[Row]:
    mine = select(Consent).where(Consent.person_id == person_id)
    actor = actors_of(person_id)
    names = (
        "purpose", "text_version", "text_digest", "language", "channel", "given_at",
        "child_agreed", "withdrawn_at", "note",
    )  # fmt: skip
    return [
        {name: getattr(each, name) for name in names}
        | {
            "given_by": "you" if each.given_by_id is None else "family",
            "recorded_by": actor(each.recorded_by_id),
        }
        for each in db.session.scalars(mine.order_by(Consent.given_at, Consent.id))
    ]


def _move_consents(session: Session, gone_id: int, kept_id: int) -> dict[str, list[int]]:
    return {
        "own": _OWNS_CONSENT.move(session, gone_id, kept_id),
        "given": _GAVE_CONSENT.move(session, gone_id, kept_id),
    }


def _return_consents(session: Session, gone_id: int, kept_id: int, moved: dict[str, Any]) -> None:
    _OWNS_CONSENT.move_back(session, gone_id, kept_id, moved["own"])
    _GAVE_CONSENT.move_back(session, gone_id, kept_id, moved["given"])


def _erase_consents(session: Session, person_id: int, stripped_id: int) -> None:
    """Proof about nobody proves nothing; what was given for a child stays proof of that."""
    session.execute(delete(Consent).where(Consent.person_id == person_id))
    given = update(Consent).where(Consent.given_by_id == person_id)
    session.execute(given.values(given_by_id=stripped_id))


def _of(person_id: int) -> Any:
    return or_(Guardianship.guardian_id == person_id, Guardianship.dependant_id == person_id)


def _count_bonds(person_id: int) -> int:
    return db.session.scalar(select(func.count()).where(_of(person_id))) or 0


def _bonds(person_id: int) -> Sequence[Row]:
    """The bond and on which side of it the person is; the other side is somebody else's data."""
    names = ("bond", "begun_at", "agreed_at", "ended_at")
    mine = select(Guardianship).where(_of(person_id)).order_by(Guardianship.id)
    return [
        {"you_are": "guardian" if each.guardian_id == person_id else "dependant"}
        | {name: getattr(each, name) for name in names}
        for each in db.session.scalars(mine)
    ]


def _bond_between(kept_id: int, gone_id: int) -> Sequence[str]:
    pair = (kept_id, gone_id)
    both = and_(Guardianship.guardian_id.in_(pair), Guardianship.dependant_id.in_(pair))
    if db.session.scalar(select(Guardianship.id).where(both).limit(1)) is None:
        return ()
    return [gettext("One of them acts for the other, so they are two people.")]


def _join_bonds(session: Session, gone_id: int, kept_id: int) -> dict[str, list[int]]:
    """A standing bond that the kept person has too stays with the merged row."""
    moved: dict[str, list[int]] = {}
    for side, owner, other in (
        ("guards", _GUARDS, Guardianship.dependant_id),
        ("depends", _DEPENDS, Guardianship.guardian_id),
    ):
        stands = Guardianship.ended_at.is_(None)
        known = session.scalars(select(other).where(owner.column == kept_id, stands)).all()
        new = or_(Guardianship.ended_at.is_not(None), other.not_in(known))
        moved[side] = owner.give(session, gone_id, kept_id, new)
    return moved


def _part_bonds(session: Session, gone_id: int, kept_id: int, moved: dict[str, list[int]]) -> None:
    _GUARDS.move_back(session, gone_id, kept_id, moved["guards"])
    _DEPENDS.move_back(session, gone_id, kept_id, moved["depends"])


def _end_bonds(session: Session, person_id: int, _stripped_id: int) -> None:
    """A child keeps no phone of a parent who is gone, unless somebody else is reached by it."""
    for dependant_id, gone in shared_contacts.left_behind(person_id):
        _forget_contacts(session, dependant_id, gone)
    session.execute(delete(Guardianship).where(_of(person_id)))


def _forget_contacts(session: Session, person_id: int, gone: set[str]) -> None:
    """From every row of the person; forms on paper find nobody by a phone that is away."""
    ids = merged_rows.all_ids(person_id)
    by_phone = update(Person).where(Person.id.in_(ids), Person.phone.in_(gone))
    by_email = update(Person).where(Person.id.in_(ids), Person.email.in_(gone))
    changed = [
        *session.scalars(by_phone.values(phone=None, guest_key=None).returning(Person.id)),
        *session.scalars(by_email.values(email=None).returning(Person.id)),
    ]
    if changed:
        audit.record("person.contact_forgotten", "person", person_id, None, person_id=person_id)


def _requests(person_id: int) -> Sequence[Row]:
    names = (
        "code", "kind", "channel", "wish", "involves_others", "received_at", "answer_by", "act_by",
        "answered_at", "extended_at", "extension_reason", "closed_at", "outcome", "reply",
    )  # fmt: skip
    mine = select(DataRequest).where(DataRequest.person_id == person_id).order_by(DataRequest.id)
    actor = actors_of(person_id)
    return [
        {name: getattr(each, name) for name in names} | {"recorded_by": actor(each.recorded_by_id)}
        for each in db.session.scalars(mine)
    ]


def _strip_requests(session: Session, person_id: int, _stripped_id: int) -> None:
    """That a request was kept in time can be shown without saying whose it was."""
    mine = update(DataRequest).where(DataRequest.person_id == person_id)
    session.execute(mine.values(person_id=None, wish="", reply="", extension_reason=""))


register(
    Holding(
        name="consents",
        label=_("What you agreed to"),
        count=_OWNS_CONSENT.count,
        copy=_consents,
        move=_move_consents,
        move_back=_return_consents,
        erase=_erase_consents,
    )
)
register(
    Holding(
        name="family",
        label=_("Who acts for whom"),
        count=_count_bonds,
        copy=_bonds,
        move=_join_bonds,
        move_back=_part_bonds,
        erase=_end_bonds,
        obstacles=_bond_between,
    )
)
register(
    Holding(
        name="requests",
        label=_("Your requests about your data"),
        count=_OWNS_REQUEST.count,
        copy=_requests,
        move=_OWNS_REQUEST.move,
        move_back=_OWNS_REQUEST.move_back,
        erase=_strip_requests,
    )
)
