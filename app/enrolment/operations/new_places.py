"""The rows of new places, with the terms that were agreed to, consent, audit entry and event."""

from typing import Any, cast

import sqlalchemy
from sqlalchemy import Table, bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.accounts.operations import record_agreement
from app.accounts.rights.purposes import ENROLMENT
from app.core import audit, clock, jobs
from app.core.db import breaks
from app.core.keys import random_code
from app.core.last_rows import with_defaults
from app.core.prepared import Prepared
from app.enrolment.errors import AlreadyEnrolled
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import kept_seats
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
        "words": ENROLMENT.version,
    }


_PLACES = cast("Table", Enrolment.__table__)
_ADD = Prepared(
    sqlalchemy.insert(_PLACES)
    .values({each.name: bindparam(each.name) for each in _PLACES.c if not each.primary_key})
    .returning(_PLACES.c.id)
)
_EMPTY = dict.fromkeys(_PLACES.c.keys())


def insert(session: Session, row: dict[str, Any]) -> int:
    """Add it now, so that the index over live places answers here; its id."""
    try:
        return cast("int", _ADD.first(session, _EMPTY | with_defaults(_PLACES, row)).id)
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
