"""What is due for a place, and how staff settle it at the centre."""

from dataclasses import dataclass
from typing import Any

from app.accounts.models import Account
from app.catalogue.fees import find, read_fee_groups
from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.vi import clean
from app.enrolment.errors import NothingDue, OwnFee, ReasonNeeded, WrongFeeGroup
from app.enrolment.events import FeeChanged, FeeSettled
from app.enrolment.models import Enrolment, FeeStatus
from app.enrolment.operations import seats
from app.enrolment.operations.seats import AnyRun


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody pays, by which group."""

    fee: int
    group: str = ""

    @property
    def status(self) -> FeeStatus:
        return FeeStatus.DUE if self.fee else FeeStatus.FREE


FREE = Due(0)


def due(run: AnyRun, group: str = "") -> Due:
    """The fee of this fee group, or of everybody.

    Raises:
        WrongFeeGroup: the run has no such group.
    """
    if not group:
        return Due(run.fee)
    found = find(read_fee_groups(run.fee_groups), group)
    if found is None:
        raise WrongFeeGroup
    return Due(found.fee, found.code)


def mark_paid(enrolment_id: int, by_id: int | None, *, receipt: str = "") -> Enrolment:
    """The fee was paid; doing it twice is the same as doing it once.

    Args:
        receipt: the number under which a payment provider knows it.

    Raises:
        NothingDue: the place is free or the fee was waived.
    """
    with transaction():
        place = _locked(enrolment_id)
        if place.fee_status is FeeStatus.PAID:
            return place
        if place.fee_status is not FeeStatus.DUE:
            raise NothingDue
        _settle(place, FeeStatus.PAID, by_id)
        more = {"receipt": receipt} if receipt else {}
        _note(place, "enrolment.fee_paid", by_id, **more)
        return place


def waive(enrolment_id: int, by_id: int | None, reason: str) -> Enrolment:
    """Nothing has to be paid, for a reason that is kept.

    Raises:
        NothingDue: the place is free or was paid.
        ReasonNeeded: there is none.
        OwnFee: nobody forgives what they owe themselves.
    """
    with transaction() as session:
        place = _locked(enrolment_id)
        if place.fee_status is FeeStatus.WAIVED:
            return place
        if place.fee_status is not FeeStatus.DUE:
            raise NothingDue
        if not clean(reason):
            raise ReasonNeeded
        by = session.get(Account, by_id) if by_id else None
        if by is not None and by.person_id == place.person_id:
            raise OwnFee
        place.fee_reason = clean(reason)[:200]
        _settle(place, FeeStatus.WAIVED, by_id)
        jobs.emit(FeeChanged(place.id))
        _note(place, "enrolment.fee_waived", by_id, place.fee_reason)
        return place


def reopen_fee(enrolment_id: int, by_id: int | None, reason: str) -> Enrolment:
    """What was marked as paid or waived by mistake is due again.

    Raises:
        NothingDue: nothing was settled.
        ReasonNeeded: there is none.
    """
    with transaction():
        place = _locked(enrolment_id)
        if place.fee_status is FeeStatus.DUE:
            return place
        if place.fee_status is FeeStatus.FREE:
            raise NothingDue
        if not clean(reason):
            raise ReasonNeeded
        place.fee_status, place.fee_reason = FeeStatus.DUE, ""
        place.fee_settled_at, place.fee_settled_by_id = None, None
        jobs.emit(FeeChanged(place.id))
        _note(place, "enrolment.fee_reopened", by_id, reason=clean(reason)[:200])
        return place


def see_document(enrolment_id: int, by_id: int | None) -> Enrolment:
    """Staff have looked at the paper that proves the fee group; no copy is kept."""
    with transaction():
        place = _locked(enrolment_id)
        if place.document_seen_at is None:
            place.document_seen_at = clock.now()
            _note(place, "enrolment.document_seen", by_id)
        return place


def change_fee_group(enrolment_id: int, group: str, by_id: int | None, reason: str) -> Enrolment:
    """The person pays by another fee group, or as everybody; what was settled is open again.

    Raises:
        WrongFeeGroup: the run has no such group.
        ReasonNeeded: there is none.
    """
    with transaction() as session:
        place = _locked(enrolment_id)
        now_due = due(session.get_one(Run, place.run_id), group)
        if place.fee_group == now_due.group:
            return place
        if not clean(reason):
            raise ReasonNeeded
        place.fee, place.fee_group, place.fee_status = now_due.fee, now_due.group, now_due.status
        place.fee_reason, place.document_seen_at = "", None
        place.fee_settled_at, place.fee_settled_by_id = None, None
        place.terms = {**place.terms, "fee": place.fee, "fee_group": place.fee_group}
        jobs.emit(FeeChanged(place.id))
        _note(place, "enrolment.fee_changed", by_id, reason=clean(reason)[:200], fee=place.fee)
        return place


def _locked(enrolment_id: int) -> Enrolment:
    """The place as it is now, under the lock of its run."""
    with transaction() as session:
        seats.locked(session, session.get_one(Enrolment, enrolment_id).run_id)
        return session.get_one(Enrolment, enrolment_id, populate_existing=True)


def _settle(place: Enrolment, status: FeeStatus, by_id: int | None) -> None:
    place.fee_status = status
    place.fee_settled_at, place.fee_settled_by_id = clock.now(), by_id
    jobs.emit(FeeSettled(place.id))


def _note(place: Enrolment, action: str, by_id: int | None, reason: str = "", **more: Any) -> None:
    audit.record(action, "enrolment", place.id, by_id, reason=reason, run=place.run_id, **more)
