"""Suspending a provider, letting it go again, closing it, merging it into a successor."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import audit, clock, jobs
from app.core.db import db, transaction
from app.core.vi import clean_lines
from app.providers import likeness
from app.providers.errors import DecidedAlready, NoSuccessor, WordsLacking
from app.providers.events import ProviderMoved
from app.providers.models import (
    Invitation,
    Provider,
    ProviderStatus,
    ProviderStep,
    ProviderStepKind,
    Site,
    StaffMember,
)
from app.providers.standing.belongings import all_belongings

AT_WORK = (ProviderStatus.ACTIVE,)
NOT_CLOSED = (ProviderStatus.ACTIVE, ProviderStatus.SUSPENDED)


def suspend(provider_id: int, reason: str, by_id: int) -> None:
    """Everything of it is out of sight at once; people keep their places, staff may read.

    Raises:
        DecidedAlready: it is not at work.
        WordsLacking: no reason.
    """
    with transaction() as session:
        _turn(session, provider_id, AT_WORK, ProviderStatus.SUSPENDED)
        for belonging in all_belongings():
            belonging.hold(session, provider_id)
        _note(
            ProviderStep(
                provider_id=provider_id, kind=ProviderStepKind.SUSPENDED, reason=reason, by_id=by_id
            )
        )


def lift(provider_id: int, reason: str, by_id: int) -> None:
    """It is at work again, with everything that was public before and is not held otherwise.

    Raises:
        DecidedAlready: it is not suspended.
        WordsLacking: no reason.
    """
    with transaction() as session:
        _turn(session, provider_id, (ProviderStatus.SUSPENDED,), ProviderStatus.ACTIVE)
        for belonging in all_belongings():
            belonging.release(session, provider_id)
        _note(
            ProviderStep(
                provider_id=provider_id, kind=ProviderStepKind.LIFTED, reason=reason, by_id=by_id
            )
        )


def close(provider_id: int, reason: str, by_id: int) -> None:
    """It teaches no more: nothing of it is public, and its staff have no way in.

    Raises:
        DecidedAlready: it is closed already.
        WordsLacking: no reason.
    """
    with transaction() as session:
        _turn(session, provider_id, NOT_CLOSED, ProviderStatus.CLOSED, closed_on=clock.today())
        for belonging in all_belongings():
            belonging.hold(session, provider_id)
        _take_back_invitations(session, provider_id)
        likeness.forget(provider_id)
        _note(
            ProviderStep(
                provider_id=provider_id, kind=ProviderStepKind.CLOSED, reason=reason, by_id=by_id
            )
        )


def merge(
    provider_id: int, successor_id: int, reason: str, by_id: int,
    *, members: Collection[int] = (),
) -> None:  # fmt: skip
    """Its courses, resources and sites belong to the successor from now on.

    Figures of the past stay with it: they were kept by the values of their day. Its address leads
    to the successor.

    Args:
        members: which of its staff work at the successor from now on, with the role they had.

    Raises:
        DecidedAlready: it is closed already.
        NoSuccessor: the other is not at work, or is the same.
        WordsLacking: no reason.
    """
    with transaction() as session:
        _lock(session, (provider_id, successor_id))
        successor = session.get(Provider, successor_id, populate_existing=True)
        if successor is None or successor_id == provider_id:
            raise NoSuccessor
        if successor.status is not ProviderStatus.ACTIVE:
            raise NoSuccessor
        _turn(
            session, provider_id, NOT_CLOSED, ProviderStatus.CLOSED,
            closed_on=clock.today(), successor_id=successor_id,
        )  # fmt: skip
        for belonging in all_belongings():
            belonging.hand_over(session, provider_id, successor_id)
            belonging.release(session, successor_id)
        _move_sites(session, provider_id, successor_id)
        _move_members(session, provider_id, successor_id, members, by_id)
        _take_back_invitations(session, provider_id)
        likeness.forget(provider_id)
        _note(
            ProviderStep(
                provider_id=provider_id,
                kind=ProviderStepKind.MERGED,
                reason=reason,
                by_id=by_id,
                successor_id=successor_id,
            )
        )


def _lock(session: Session, provider_ids: Sequence[int]) -> None:
    """In one order, so that two mergers never wait for each other."""
    both = select(Provider.id).where(Provider.id.in_(provider_ids)).order_by(Provider.id)
    session.execute(both.with_for_update())


def _turn(
    session: Session, provider_id: int, was: Collection[ProviderStatus], to: ProviderStatus,
    **values: object,
) -> None:  # fmt: skip
    """The database lets one of two at once through."""
    mine = update(Provider).where(Provider.id == provider_id, Provider.status.in_(was))
    turned = mine.values(status=to, **values).returning(Provider.id)
    if session.scalar(turned) is None:
        raise DecidedAlready


def _note(step: ProviderStep) -> None:
    """Keep the decision with its reason, and have the owners told."""
    step.reason = clean_lines(step.reason)
    if not step.reason:
        raise WordsLacking
    session: Session = db.session()
    session.add(step)
    session.flush()  # the event carries its number
    audit.record(
        f"provider.{step.kind}", "provider", step.provider_id, step.by_id,
        reason=step.reason[:200], successor=step.successor_id,
    )  # fmt: skip
    jobs.emit(ProviderMoved(step.id))


def _take_back_invitations(session: Session, provider_id: int) -> None:
    standing = update(Invitation).where(
        Invitation.provider_id == provider_id,
        Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None),
    )  # fmt: skip
    session.execute(standing.values(taken_back_at=clock.now(), sealed=""))


def _move_sites(session: Session, from_id: int, to_id: int) -> None:
    """A place where both taught is named once."""
    known = set(session.scalars(select(Site.venue_id).where(Site.provider_id == to_id)))
    for site in session.scalars(select(Site).where(Site.provider_id == from_id).order_by(Site.id)):
        if site.venue_id in known:
            session.delete(site)
        else:
            site.provider_id = to_id
    session.flush()


def _move_members(
    session: Session, from_id: int, to_id: int, members: Collection[int], by_id: int
) -> None:
    """Whoever works at both keeps the role they have at the successor."""
    there = set(
        session.scalars(select(StaffMember.account_id).where(StaffMember.provider_id == to_id))
    )
    mine = select(StaffMember).where(
        StaffMember.provider_id == from_id, StaffMember.id.in_(members)
    )
    for member in session.scalars(mine.order_by(StaffMember.id)).all():
        if member.account_id in there:
            continue
        moved = StaffMember(provider_id=to_id, account_id=member.account_id, role=member.role)
        moved.expires_on, moved.granted_by_id = member.expires_on, by_id
        session.add(moved)
        audit.record(
            "provider.member_set", "provider", to_id, by_id,
            account=member.account_id, role=member.role,
        )  # fmt: skip
