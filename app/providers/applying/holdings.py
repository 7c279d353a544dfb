"""Applications of organisations by a person's phone or mailbox, and how long they are kept."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, Person
from app.accounts.rights.holdings import Holding, Row, register
from app.accounts.rights.retention import Rule
from app.accounts.rights.retention import register as register_rule
from app.core.db import db
from app.core.i18n import lazy as _
from app.core.keys import keyed_hash
from app.providers.applying import operations
from app.providers.inviting import operations as inviting
from app.providers.models import Application, ApplicationState, Invitation


def _contacts(session: Session, person_id: int) -> set[str]:
    """Whoever has an account wrote down what may be another's: only what they proved is theirs."""
    return {each for each in _written(session, person_id) if each}


def _written(session: Session, person_id: int) -> Iterator[str | None]:
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        written = select(Person.phone, Person.email).where(Person.id == person_id)
        yield from session.execute(written).one()
        return
    yield account.phone if account.phone_proven_at else None
    yield account.email if account.email_proven_at else None


def _theirs(session: Session, person_id: int) -> ColumnElement[bool]:
    return Application.contact.in_(_contacts(session, person_id))


def _count(person_id: int) -> int:
    mine = select(func.count(Application.id)).where(_theirs(db.session(), person_id))
    return db.session.scalar(mine) or 0


def _copy(person_id: int) -> Sequence[Row]:
    mine = select(Application).where(_theirs(db.session(), person_id)).order_by(Application.id)
    return [
        {
            "name": each.name_vi, "contact_name": each.contact_name, "phone": each.phone,
            "email": each.email, "state": each.state, "created_at": each.created_at,
        }
        for each in db.session.scalars(mine)
    ]  # fmt: skip


def _stay(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """They belong to a phone or mailbox, whoever it is merged into."""


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """What led to a provider stays without the person; everything else goes."""
    theirs = _theirs(session, person_id)
    approved = Application.state == ApplicationState.APPROVED
    operations.erase(session, session.scalars(select(Application).where(theirs, ~approved)).all())
    blank = update(Application).where(theirs, approved)
    session.execute(blank.values(contact="", contact_name="", answer=""))
    hashes = [keyed_hash(contact) for contact in _contacts(session, person_id)]
    for row in session.scalars(select(Invitation).where(Invitation.contact_hash.in_(hashes))):
        session.delete(row)
    session.flush()


register(
    Holding(
        name="provider_applications",
        layer=1,
        label=_("Applications of organisations you sent"),
        count=_count,
        copy=_copy,
        move=_stay,
        erase=_erase,
    )
)
register_rule(
    Rule(
        code="provider_drafts",
        what=_("Applications of organisations: not sent, or refused"),
        kept=_("14 days as a draft, 12 months after a refusal"),
        then=_("Deleted with all documents"),
        why=_("So that an applicant can ask why, and no longer."),
        apply=operations.forget_old,
    )
)
register_rule(
    Rule(
        code="provider_invitations",
        what=_("Invitations to work at a provider"),
        kept=_("3 months after they end"),
        then=_("Deleted"),
        why=_("So that owners see whom they invited."),
        apply=inviting.forget_old,
    )
)
