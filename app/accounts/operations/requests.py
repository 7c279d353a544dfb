"""The request desk: what people ask for under the data law, from arrival to the end."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.accounts.errors import ExtendedAlready, RequestClosed
from app.accounts.events import RequestMoved
from app.accounts.models import DataRequest, RequestKind, RequestOutcome
from app.accounts.rights import clocks
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.keys import random_code

CODE_LENGTH = 8


def receive_request(
    kind: RequestKind,
    *,
    person_id: int | None,
    wish: str = "",
    channel: str = "web",
    involves_others: bool = False,
    received_at: datetime | None = None,
    recorded_by_id: int | None = None,
) -> DataRequest:
    """Start the clocks, on the day the request arrived.

    Args:
        person_id: None for somebody of whom we find nothing.
        involves_others: a processor or third party must act too.
    """
    arrived = received_at or clock.now()
    day = clock.local(arrived).date()
    with transaction() as session:
        request = DataRequest(
            code=random_code(CODE_LENGTH), person_id=person_id, kind=kind, channel=channel,
            wish=wish, involves_others=involves_others, received_at=arrived,
            answer_by=clocks.answer_by(day),
            act_by=clocks.act_by(day, kind, involves_others=involves_others),
            recorded_by_id=recorded_by_id,
        )  # fmt: skip
        session.add(request)
        session.flush()  # the event carries its number
        _note(request, "received", recorded_by_id, wanted=kind, channel=channel)
        return request


def answer_request(request_id: int, by_id: int) -> DataRequest:
    """The person is told that it is being worked on and by when it is done; once.

    Raises:
        RequestClosed: as the name says.
    """
    with transaction() as session:
        request = _open(session, request_id, by_id)
        if request.answered_at is None:
            request.answered_at = clock.now()
            _note(request, "answered", by_id)
        return request


def extend_request(request_id: int, reason: str, by_id: int) -> DataRequest:
    """Fifteen days more, one time; the database lets only one extension through.

    Raises:
        ExtendedAlready, RequestClosed: as the names say.
    """
    with transaction() as session:
        request = _open(session, request_id, by_id)
        mine = update(DataRequest).where(
            DataRequest.id == request_id, DataRequest.extended_at.is_(None)
        )
        now = clock.now()
        moved = mine.values(
            extended_at=now,
            extension_reason=reason,
            act_by=clocks.extended(request.act_by),
            answered_at=func.coalesce(DataRequest.answered_at, now),
        )
        if session.execute(moved.returning(DataRequest.id)).first() is None:
            raise ExtendedAlready
        session.refresh(request)
        _note(request, "extended", by_id)
        return request


def close_request(request_id: int, outcome: RequestOutcome, reply: str, by_id: int) -> DataRequest:
    """Done, refused with a reason, or taken back by the person at the desk.

    Raises:
        RequestClosed: somebody else closed it.
    """
    with transaction() as session:
        request = _open(session, request_id, by_id)
        now = clock.now()
        request.answered_at = request.answered_at or now
        request.closed_at, request.outcome, request.reply = now, outcome, reply
        _note(request, "closed", by_id, outcome=outcome)
        return request


def take_back_request(request_id: int, account_id: int) -> DataRequest:
    """The person does not want it any more.

    Raises:
        RequestClosed: it was done meanwhile.
    """
    with transaction() as session:
        request = _open(session, request_id, None)
        request.closed_at, request.outcome = clock.now(), RequestOutcome.TAKEN_BACK
        _note(request, "taken_back", account_id)
        return request


def _open(session: Session, request_id: int, by_id: int | None) -> DataRequest:
    """The request, locked, if it is open: one statement, so two desks cannot both go on."""
    still = update(DataRequest).where(DataRequest.id == request_id, DataRequest.closed_at.is_(None))
    taken = still.values(handled_by_id=func.coalesce(by_id, DataRequest.handled_by_id))
    if session.execute(taken.returning(DataRequest.id)).first() is None:
        raise RequestClosed
    return session.get_one(DataRequest, request_id, populate_existing=True)


def _note(request: DataRequest, step: str, by_id: int | None, **details: str) -> None:
    audit.record(
        f"request.{step}", "data_request", request.code, by_id,
        person_id=request.person_id, **details,
    )  # fmt: skip
    jobs.emit(RequestMoved(request.id, step))
