"""Roles at the city and in communes: given, limited and withdrawn.

One administrator alone neither makes nor unmakes another: they propose, a second one decides.
Commands are given by whoever has the server, who is the second pair of eyes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.errors import (
    AccountClosed,
    GoneByThen,
    LastAdministrator,
    NeedsTwo,
    ProposalOver,
    ProposalWaits,
    SameAdministrator,
    StillAdministrator,
)
from app.accounts.models import Account, LoginSession, RoleGrant, RoleProposal
from app.core import audit, clock
from app.core.access import CityRole
from app.core.db import inserting, transaction


@dataclass(frozen=True, slots=True)
class Office:
    """What can be given: a role at the city, or the returns of one commune."""

    role: CityRole | None = None
    commune_id: int | None = None

    @property
    def needs_two(self) -> bool:
        return self.role is CityRole.ADMINISTRATOR

    def words(self) -> dict[str, Any]:
        """For the audit log."""
        return {"role": self.role.value} if self.role else {"commune": self.commune_id or 0}


def grant(
    account_id: int,
    role: CityRole,
    by_id: int | None = None,
    *,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Give a role at the city; given again, the last day is replaced.

    Raises:
        NeedsTwo: it is an administrator's and `by_id` is one administrator alone.
        AccountClosed: as the name says.
        GoneByThen: the last day lies in the past.
        LastAdministrator: nobody would be left without a last day.
    """
    give(account_id, Office(role), by_id, until=until, reason=reason)


def give(
    account_id: int,
    office: Office,
    by_id: int | None,
    *,
    until: date | None = None,
    reason: str = "",
) -> None:
    """As `grant`, for communes too."""
    if office.needs_two and by_id is not None:
        raise NeedsTwo
    with transaction() as session:
        _give(session, account_id, office, by_id, until)
        audit.record(
            "account.role_granted", "account", account_id, by_id, reason=reason,
            **office.words(), until=until.isoformat() if until else None,
        )  # fmt: skip


def withdraw(account_id: int, office: Office, by_id: int | None, *, reason: str = "") -> bool:
    """Take a role or a commune away; every browser of the account is signed out.

    Returns:
        False when the account does not have it.

    Raises:
        NeedsTwo: it is an administrator's and `by_id` is one administrator alone.
        LastAdministrator: nobody would be left.
    """
    if office.needs_two and by_id is not None:
        raise NeedsTwo
    with transaction() as session:
        had = _take(session, account_id, office)
        if had:
            words = office.words()
            audit.record(
                "account.role_withdrawn", "account", account_id, by_id, reason=reason, **words
            )
    return had


def propose(
    account_id: int, by_id: int, *, withdrawing: bool, until: date | None = None, reason: str = ""
) -> RoleProposal:
    """Ask a second administrator to make, limit or unmake an administrator.

    Raises:
        ProposalWaits: another one about this account is not decided.
        GoneByThen: the last day lies in the past.
    """
    _check_day(until)
    with transaction() as session:
        session.get_one(Account, account_id, with_for_update=True)  # one proposal after the other
        waits = select(RoleProposal.id).where(
            RoleProposal.account_id == account_id, RoleProposal.decided_at.is_(None)
        )
        if session.scalar(waits) is not None:
            raise ProposalWaits
        proposal = RoleProposal(account_id=account_id, withdraw=withdrawing, expires_on=until)
        proposal.reason, proposal.proposed_by_id = reason, by_id
        session.add(proposal)
        audit.record(
            "account.administrator_proposed", "account", account_id, by_id, reason=reason,
            withdraw=withdrawing, until=until.isoformat() if until else None,
        )  # fmt: skip
        return proposal


def decide(proposal_id: int, by_id: int, *, agree: bool) -> None:
    """The second administrator agrees, or does not; of two who decide at once one does.

    Raises:
        SameAdministrator: whoever proposed it cannot agree to it.
        ProposalOver: decided already, or the proposer has lost the role meanwhile.
        LastAdministrator: nobody would be left.
    """
    with transaction() as session:
        _lock_administrators(session)
        open_one = update(RoleProposal).where(
            RoleProposal.id == proposal_id,
            RoleProposal.decided_at.is_(None),
            RoleProposal.proposed_by_id != by_id,
            RoleProposal.proposed_by_id.in_(_administrators()),
        )
        decided = open_one.values(decided_by_id=by_id, decided_at=clock.now(), is_agreed=agree)
        proposal = session.scalar(decided.returning(RoleProposal))
        if proposal is None:
            raise _why_not(session.get_one(RoleProposal, proposal_id), by_id)
        office = Office(CityRole.ADMINISTRATOR)
        if agree and proposal.withdraw:
            _take(session, proposal.account_id, office)
        elif agree:
            _give(session, proposal.account_id, office, by_id, proposal.expires_on)
        audit.record(
            "account.administrator_decided", "account", proposal.account_id, by_id,
            proposal=proposal_id, withdraw=proposal.withdraw, agreed=agree,
        )  # fmt: skip


def take_back(proposal_id: int, by_id: int) -> bool:
    """Whoever proposed it thinks better of it; False when it is not theirs or decided."""
    with transaction() as session:
        mine = delete(RoleProposal).where(
            RoleProposal.id == proposal_id,
            RoleProposal.proposed_by_id == by_id,
            RoleProposal.decided_at.is_(None),
        )
        account_id = session.scalar(mine.returning(RoleProposal.account_id))
        if account_id is not None:
            audit.record("account.proposal_taken_back", "account", account_id, by_id)
    return account_id is not None


def close_account(account_id: int, by_id: int | None, *, reason: str = "") -> None:
    """Nobody signs in with it any more; its browsers are signed out, its roles kept.

    Raises:
        StillAdministrator: it is an administrator's.
    """
    with transaction() as session:
        _lock_administrators(session)
        if session.scalar(_administrators().where(RoleGrant.account_id == account_id)) is not None:
            raise StillAdministrator
        session.get_one(Account, account_id, with_for_update=True).is_active = False
        _end_sessions(session, account_id)
        audit.record("account.closed", "account", account_id, by_id, reason=reason)


def reopen_account(account_id: int, by_id: int | None, *, reason: str = "") -> None:
    """The account can be used again, with the roles it still has."""
    with transaction() as session:
        session.get_one(Account, account_id, with_for_update=True).is_active = True
        audit.record("account.reopened", "account", account_id, by_id, reason=reason)


def _give(
    session: Session, account_id: int, office: Office, by_id: int | None, until: date | None
) -> None:
    _check_day(until)
    if not session.get_one(Account, account_id).is_active:
        raise AccountClosed
    if office.needs_two and until is not None:
        _keep_another(session, account_id)
    values = {"city_role": office.role, "commune_id": office.commune_id}
    more = {"granted_by_id": by_id, "granted_at": clock.now(), "expires_on": until}
    row = inserting(RoleGrant).values(account_id=account_id, **values, **more)
    unique = ["account_id", "city_role" if office.role else "commune_id"]
    session.execute(row.on_conflict_do_update(index_elements=unique, set_=more))


def _take(session: Session, account_id: int, office: Office) -> bool:
    if office.needs_two:
        _keep_another(session, account_id)
    held = delete(RoleGrant).where(
        RoleGrant.account_id == account_id,
        RoleGrant.city_role == office.role
        if office.role
        else RoleGrant.commune_id == office.commune_id,
    )
    had = session.scalar(held.returning(RoleGrant.id)) is not None
    if had:
        _end_sessions(session, account_id)
    return had


def _keep_another(session: Session, account_id: int) -> None:
    """Somebody else must be an administrator without a last day; two who try at once wait."""
    _lock_administrators(session)
    others = _administrators().where(
        RoleGrant.account_id != account_id, RoleGrant.expires_on.is_(None)
    )
    if session.scalar(others.limit(1)) is None:
        raise LastAdministrator


def _lock_administrators(session: Session) -> None:
    """To the end of the transaction; on SQLite the transaction itself is the lock."""
    all_of_them = select(RoleGrant.id).where(RoleGrant.city_role == CityRole.ADMINISTRATOR)
    session.execute(all_of_them.order_by(RoleGrant.id).with_for_update()).all()


def _administrators() -> Select[int]:
    stands = or_(RoleGrant.expires_on.is_(None), RoleGrant.expires_on >= clock.today())
    held = select(RoleGrant.account_id).join(RoleGrant.account)
    return held.where(RoleGrant.city_role == CityRole.ADMINISTRATOR, stands, Account.is_active)


def _end_sessions(session: Session, account_id: int) -> None:
    session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))


def _check_day(until: date | None) -> None:
    if until is not None and until < clock.today():
        raise GoneByThen


def _why_not(proposal: RoleProposal, by_id: int) -> SameAdministrator | ProposalOver:
    is_own = proposal.decided_at is None and proposal.proposed_by_id == by_id
    return SameAdministrator() if is_own else ProposalOver()
