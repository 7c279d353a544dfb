"""Who works at a provider: given another role, withdrawn; an owner always remains."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core import audit, clock
from app.core.access import ProviderRole
from app.core.db import transaction
from app.providers.errors import LastOwner, OverAlready, OwnRole
from app.providers.models import Invitation, Provider, StaffMember


def change_member(
    member_id: int, role: ProviderRole, by_id: int, *, until: date | None = None
) -> None:
    """Another role or last day.

    Raises:
        OwnRole: nobody changes their own.
        LastOwner: no owner without a last day would be left.
        OverAlready: the last day lies in the past.
    """
    _check_day(until)
    with transaction() as session:
        member = session.get_one(StaffMember, member_id)
        _lock(session, member.provider_id)
        session.refresh(member)
        if member.account_id == by_id:
            raise OwnRole
        if role is not ProviderRole.OWNER or until is not None:
            _keep_owner(session, member)
            _forget_invitations(session, member)
        member.role, member.expires_on, member.granted_by_id = role, until, by_id
        _note("provider.member_set", member, by_id)


def withdraw_member(member_id: int, by_id: int) -> None:
    """Works here no more, from the next request on.

    Raises:
        LastOwner: no owner without a last day would be left.
    """
    with transaction() as session:
        member = session.get_one(StaffMember, member_id)
        _lock(session, member.provider_id)
        _keep_owner(session, member)
        _note("provider.member_removed", member, by_id)
        _forget_invitations(session, member)
        session.delete(member)


def leave(provider_id: int, account_id: int) -> None:
    """Somebody stops working here by themselves.

    Raises:
        LastOwner: no owner without a last day would be left.
    """
    mine = select(StaffMember.id).where(
        StaffMember.provider_id == provider_id, StaffMember.account_id == account_id
    )
    with transaction() as session:
        member_id = session.scalar(mine)
        if member_id is not None:
            withdraw_member(member_id, account_id)


def _forget_invitations(session: Session, member: StaffMember) -> None:
    """Whom somebody invited who is no owner any more, or not for long, has to be invited anew."""
    theirs = update(Invitation).where(
        Invitation.provider_id == member.provider_id,
        Invitation.invited_by_id == member.account_id,
        Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None),
    )  # fmt: skip
    session.execute(theirs.values(taken_back_at=clock.now(), sealed=""))


def _lock(session: Session, provider_id: int) -> None:
    """Changes of one provider's staff come one after the other."""
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update())


def _keep_owner(session: Session, member: StaffMember) -> None:
    if member.role is not ProviderRole.OWNER:
        return
    others = (
        select(StaffMember.id)
        .join(StaffMember.account)
        .where(
            StaffMember.provider_id == member.provider_id,
            StaffMember.id != member.id,
            StaffMember.role == ProviderRole.OWNER,
            StaffMember.expires_on.is_(None),
            Account.is_active,
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise LastOwner


def _check_day(until: date | None) -> None:
    if until is not None and until < clock.today():
        raise OverAlready


def _note(action: str, member: StaffMember, by_id: int) -> None:
    audit.record(
        action, "provider", member.provider_id, by_id,
        account=member.account_id, role=member.role,
        until=member.expires_on.isoformat() if member.expires_on else None,
    )  # fmt: skip
