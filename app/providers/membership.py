"""Who works at a provider: added, given another role, withdrawn; an owner always remains."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts import queries as account_queries
from app.accounts.models import Account
from app.core import audit, clock
from app.core.access import ProviderRole
from app.core.db import transaction
from app.providers.errors import LastOwner, MemberAlready, OverAlready, OwnRole
from app.providers.models import Provider, StaffMember


def add_member(
    provider_id: int,
    contact: str,
    display_name: str,
    role: ProviderRole,
    by_id: int,
    *,
    until: date | None = None,
) -> None:
    """Give a role here to the account with this e-mail address or phone number.

    Without such an account one is made, without a password: its owner signs in with a code.

    Raises:
        MemberAlready: works here already.
        OverAlready: the last day lies in the past.
    """
    _check_day(until)
    with transaction() as session:
        _lock(session, provider_id)
        account = account_queries.account_named(contact) or _new_account(contact, display_name)
        held = select(StaffMember.id).where(
            StaffMember.provider_id == provider_id, StaffMember.account_id == account.id
        )
        if session.scalar(held) is not None:
            raise MemberAlready
        member = StaffMember(provider_id=provider_id, account_id=account.id, role=role)
        member.granted_by_id, member.expires_on = by_id, until
        session.add(member)
        _note("provider.member_set", member, by_id)


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
        session.delete(member)


def _new_account(contact: str, display_name: str) -> Account:
    name = account_queries.normal_name(contact)
    by_mail = "@" in name
    return accounts.create_account(
        display_name or name, None,
        email=name if by_mail else None, phone=None if by_mail else name,
    )  # fmt: skip


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
