"""The rows of new places, with the terms that were agreed to, consent, audit entry and event."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Table, bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.accounts.operations import record_agreement
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.rules import share_to_complete
from app.core import audit, clock, jobs
from app.core.db import breaks
from app.core.keys import random_code
from app.core.last_rows import Row, with_defaults
from app.core.prepared import Asked, Prepared, together
from app.enrolment.errors import AlreadyEnrolled
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import kept_seats, seats
from app.enrolment.operations.application import Application
from app.enrolment.operations.eligibility import Standing
from app.enrolment.operations.fees import Due
from app.enrolment.operations.run_now import RunNow
from app.enrolment.operations.seats import AnyRun


def row(
    run: AnyRun,
    person_id: int,
    state: State,
    standing: Standing,
    asked: Application,
    *,
    key: str | None,
    party: str | None,
) -> dict[str, Any]:
    """What is written of a new place."""
    joined = clock.now()
    return {
        "code": random_code(), "form_key": key, "person_id": person_id, "run_id": run.id,
        "state": state, "channel": asked.channel, "recorded_by_id": asked.recorded_by_id,
        "joined_at": joined, "seated_at": joined if state is State.ENROLLED else None,
        "rank": standing.rank, "party": party, "answers": dict(asked.answers),
        "reservation_id": standing.reservation_id,
        "terms": _terms(run, person_id, standing, asked), "fee": standing.due.fee,
        "fee_group": standing.due.group, "fee_status": standing.due.status,
    }  # fmt: skip


def _terms(run: AnyRun, person_id: int, standing: Standing, asked: Application) -> dict[str, Any]:
    """With them it is kept whether anybody showed who they are, see `kept_seats`."""
    agreed = terms(run, standing.due)
    return agreed if asked.record_counts(person_id) else agreed | kept_seats.TOLD_BY_DETAILS


def terms(run: AnyRun, due: Due) -> dict[str, Any]:
    """What is agreed to now stays so, whatever the run becomes."""
    last = run.withdraw_until or run.ends_on
    return {
        "fee": due.fee,
        "fee_group": due.group,
        "starts_on": run.starts_on.isoformat(),
        "ends_on": run.ends_on.isoformat(),
        "withdraw_until": last.isoformat(),
        "rules": run.rules,
        "to_complete": share_to_complete(run.rules),
        "words": ENROLMENT.version,
    }


_PLACES = cast("Table", Enrolment.__table__)


def add(session: Session, rows: Sequence[Row]) -> list[int]:
    """Add them now, so that the index over live places answers here; their ids."""
    with _once():
        return _ids(together(session, *map(_asked, rows)))


def add_with_seats(session: Session, run: RunNow, rows: Sequence[Row]) -> list[int]:
    """As `add`, together with what takes an ordinary seat for each, see `seats.take_with`."""
    with _once():
        return _ids(seats.take_with(session, run, len(rows), [_asked(row) for row in rows]))


def _asked(row: Row) -> Asked:
    """What is empty is left out: a column is so by itself."""
    whole = {
        name: value for name, value in with_defaults(_PLACES, row).items() if value is not None
    }
    return _insert(tuple(whole)), whole


@cache
def _insert(columns: tuple[str, ...]) -> Prepared:
    row = sqlalchemy.insert(_PLACES).values({name: bindparam(name) for name in columns})
    return Prepared(row.returning(_PLACES.c.id))


def _ids(found: Sequence[Sequence[Any]]) -> list[int]:
    return [row.id for (row,) in found]


@contextmanager
def _once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if breaks(error, "uq_enrolments_live", "enrolments.run_id", "enrolments.person_id"):
            raise AlreadyEnrolled from error
        raise


def reference(session: Session, place_id: int) -> Enrolment:
    """The place as an entity that is read when it is asked something."""
    known = session.identity_map.get(identity_key(Enrolment, place_id))
    if known is not None:
        return known
    place = Enrolment(id=place_id)
    make_transient_to_detached(place)
    session.add(place)
    return place


def note(
    place_id: int, row: dict[str, Any], run: RunNow, asked: Application, standing: Standing
) -> None:
    """Consent, audit entry and event of a new place."""
    if asked.language:
        person_id = row["person_id"]
        record_agreement(
            person_id, ENROLMENT, language=asked.language, channel=asked.channel,
            values={"provider": run.provider.text(asked.language)},
            recorded_by_id=asked.recorded_by_id, child_agreed=asked.child_agreed,
            given_by_id=None if person_id == asked.given_by_id else asked.given_by_id,
        )  # fmt: skip
    set_aside: dict[str, Any] = {}
    if standing.overridden:
        set_aside = {"reason": asked.override_reason[:200], "overridden": list(standing.overridden)}
    audit.record(
        "enrolment.enrol", "enrolment", place_id, asked.recorded_by_id,
        state=row["state"], run=run.id, **set_aside,
    )  # fmt: skip
    jobs.emit(PlaceTaken(place_id))
