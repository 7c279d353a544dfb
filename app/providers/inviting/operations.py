"""Inviting somebody to work at a provider, taking it back, agreeing to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts import queries as account_queries
from app.accounts.contacts import Contact
from app.core import audit, clock, jobs, throttle
from app.core.access import ProviderRole
from app.core.db import db, inserting, transaction
from app.core.keys import keyed_hash, seal, unseal
from app.core.tokens import read_token, token
from app.providers.errors import InvitationOver, MemberAlready, OverAlready
from app.providers.events import MemberInvited
from app.providers.models import Invitation, Provider, ProviderStatus, StaffMember

TOKEN = "provider-invitation"  # noqa: S105 - the name of a purpose
GOOD_FOR = timedelta(days=7)
TO_ONE_CONTACT_A_DAY = 3
KEPT = timedelta(days=90)
_A_DAY = 24 * 60
_STANDS = (Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation nobody has answered, as owners see it."""

    id: int
    contact: str
    role: ProviderRole
    invited_at: datetime
    expires_at: datetime
    last_day: date | None
    is_over: bool


def invite(
    provider_id: int,
    contact: Contact,
    role: ProviderRole,
    by_id: int,
    *,
    language: str,
    last_day: date | None = None,
) -> int:
    """A letter or text goes to this contact; said again, it is the same invitation, good anew.

    Raises:
        MemberAlready: works here already.
        OverAlready: the last day lies in the past.
        TooManyAttempts: this contact has been invited often enough today.
    """
    if last_day is not None and last_day < clock.today():
        raise OverAlready
    throttle.check("invitation", contact.value, TO_ONE_CONTACT_A_DAY, _A_DAY)
    now = clock.now()
    values = {
        "role": role, "sealed": seal(contact.value), "language": language, "last_day": last_day,
        "invited_at": now, "invited_by_id": by_id, "expires_at": now + GOOD_FOR,
    }  # fmt: skip
    with transaction() as session:
        if _works_here(session, provider_id, contact):
            raise MemberAlready
        row = inserting(Invitation).values(
            provider_id=provider_id, contact_hash=keyed_hash(contact.value), **values
        )
        renewed = row.on_conflict_do_update(
            index_elements=["provider_id", "contact_hash"],
            index_where=_STANDS[0] & _STANDS[1],
            set_=values,
        )
        invitation_id = session.execute(renewed.returning(Invitation.id)).scalar_one()
        audit.record(
            "provider.member_invited", "provider", provider_id, by_id,
            invitation=invitation_id, role=role,
        )  # fmt: skip
        jobs.emit(MemberInvited(invitation_id, now.isoformat()))
        return invitation_id


def waiting(provider_id: int) -> Sequence[Waiting]:
    """Invitations nobody has answered or taken back, also those that ran out; newest first."""
    mine = select(Invitation).where(Invitation.provider_id == provider_id, *_STANDS)
    now = clock.now()
    return [
        Waiting(each.id, unseal(each.sealed), each.role, each.invited_at, each.expires_at,
                each.last_day, each.expires_at <= now)
        for each in db.session.scalars(mine.order_by(Invitation.id.desc()))
    ]  # fmt: skip


def take_back(provider_id: int, invitation_id: int, by_id: int) -> bool:
    """Its link opens nothing any more; False when there was none to take back."""
    with transaction() as session:
        mine = update(Invitation).where(
            Invitation.id == invitation_id, Invitation.provider_id == provider_id, *_STANDS
        )
        gone = mine.values(taken_back_at=clock.now(), sealed="").returning(Invitation.id)
        if session.scalar(gone) is None:
            return False
        audit.record(
            "provider.invitation_taken_back", "provider", provider_id, by_id,
            invitation=invitation_id,
        )  # fmt: skip
        return True


def key_of(invitation_id: int) -> str:
    """What its address ends with; worth something while the row says so."""
    return token(TOKEN, invitation_id)


def found(key: str) -> Invitation:
    """The invitation that still can be accepted.

    Raises:
        InvitationOver: used, taken back, too old or never made; never which.
    """
    invitation_id = read_token(TOKEN, key)
    mine = select(Invitation).join(Invitation.provider)
    good = mine.where(
        Invitation.id == invitation_id, *_STANDS, Invitation.expires_at > clock.now(),
        Provider.status != ProviderStatus.CLOSED,
    )  # fmt: skip
    invitation = db.session.scalar(good) if invitation_id else None
    if invitation is None:
        raise InvitationOver
    return invitation


def accept(key: str, account_id: int) -> str:
    """Whoever holds the link works there from now on; the provider's slug.

    A second use finds nothing. Who works there already keeps the role they have.

    Raises:
        InvitationOver: used, taken back, too old or never made; never which.
    """
    invitation_id = found(key).id
    with transaction() as session:
        unused = update(Invitation).where(
            Invitation.id == invitation_id, *_STANDS, Invitation.expires_at > clock.now()
        )
        used = unused.values(accepted_at=clock.now(), accepted_by_id=account_id, sealed="")
        if session.scalar(used.returning(Invitation.id)) is None:
            raise InvitationOver
        invitation = session.get_one(Invitation, invitation_id, populate_existing=True)
        _join(session, invitation, account_id)
        return invitation.provider.slug


def forget_old(session: Session, most: int) -> int:
    """Invitations that ran out or were answered long ago."""
    old = select(Invitation).where(Invitation.expires_at < clock.now() - KEPT).limit(most)
    rows = session.scalars(old).all()
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def _works_here(session: Session, provider_id: int, contact: Contact) -> bool:
    account = account_queries.account_named(contact.value)
    if account is None:
        return False
    stands = or_(StaffMember.expires_on.is_(None), StaffMember.expires_on >= clock.today())
    held = select(StaffMember.id).where(
        StaffMember.provider_id == provider_id, StaffMember.account_id == account.id, stands
    )
    return session.scalar(held) is not None


def _join(session: Session, invitation: Invitation, account_id: int) -> None:
    values = {"role": invitation.role, "expires_on": invitation.last_day,
              "granted_by_id": invitation.invited_by_id, "granted_at": clock.now()}  # fmt: skip
    row = inserting(StaffMember).values(
        provider_id=invitation.provider_id, account_id=account_id, **values
    )
    is_over = StaffMember.expires_on < clock.today()
    session.execute(
        row.on_conflict_do_update(
            index_elements=["provider_id", "account_id"], set_=values, where=is_over
        )
    )
    audit.record(
        "provider.member_set", "provider", invitation.provider_id, account_id,
        account=account_id, role=invitation.role, invitation=invitation.id,
    )  # fmt: skip
