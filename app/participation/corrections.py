"""What people correct by hand: what a session was."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Mode
from app.core import audit
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.vi import clean
from app.enrolment.models import Register
from app.participation import kept
from app.participation.errors import (
    NoLength,
    NotCounted,
    NothingCorrected,
    OnlineHasNoPlace,
    SayWhy,
)
from app.participation.marks import learning, mark, month_of
from app.participation.models import KeptSession

CORRECTABLE = frozenset(kept.DESCRIBES) - {"run_id", "course_id", "provider_id", "day", "campaign"}
OF_SELF_STUDY = CORRECTABLE - {"minutes", "mode", "venue_id", "venue_unit_id"}
"""What can be wrong about the day on which people completed a self-paced run: no hours, no place.
"""
LONGEST = 24 * 60
CORRECTED = "participation.session_corrected"


def correct_session(
    session_id: int, by_id: int | None, reason: str, *, seen: int | None = None, **values: Any
) -> None:
    """A session was something else than was said when it was held; known from now on.

    Args:
        seen: id of the kept row that was shown; None where nobody looked first.
        values: of `CORRECTABLE`, such as `topic`, `cla` or `venue_unit_id`.

    Raises:
        SayWhy: without a reason.
        NotCounted: no register of it was ever taken.
        NothingCorrected: it is kept like that already.
        OnlineHasNoPlace, NoLength: as the names say.
        ChangedMeanwhile: somebody else corrected it first, or it was moved.
        ValueError: that is no matter of correction.
    """
    if unknown := set(values) - (CORRECTABLE if session_id > 0 else OF_SELF_STUDY):
        raise ValueError(", ".join(sorted(unknown)))
    if not 0 < values.get("minutes", LONGEST) <= LONGEST:
        raise NoLength
    if not clean(reason):
        raise SayWhy
    with transaction() as session:
        now = learning(session)
        columns = _differing(_current(session, session_id, seen), values)
        changed = kept.correct(
            session, session_id, values, now, reason=clean(reason), by_id=by_id
        )  # fmt: skip
        mark(session, map(month_of, changed or ()))
        audit.record(
            CORRECTED, "session", session_id, by_id, reason=clean(reason), columns=columns,
            known_from=now.isoformat(),
        )  # fmt: skip


def _current(session: Session, meeting: int, seen: int | None) -> KeptSession:
    """The row that is kept now, if it is the one that was seen; nobody else has it until the end.

    Its register is locked first, as by whoever writes facts: a row read before may be another by
    now. Of two who wait for the row itself the second finds it replaced.
    """
    register = select(Register.session_id).where(Register.session_id == meeting)
    session.execute(register.with_for_update())
    rows = select(KeptSession).where(KeptSession.meeting == meeting)
    current = rows.where(KeptSession.known_to.is_(None)).with_for_update()
    found = session.scalar(current.execution_options(populate_existing=True))
    if found is None:
        raise ChangedMeanwhile if session.scalar(rows.limit(1)) else NotCounted
    if seen is not None and found.id != seen:
        raise ChangedMeanwhile
    return found


def _differing(found: KeptSession, values: dict[str, Any]) -> list[str]:
    """The columns that are to change, if what they make together can be."""
    columns = sorted(name for name, value in values.items() if getattr(found, name) != value)
    if not columns:
        raise NothingCorrected
    place = values.get("venue_unit_id", found.venue_unit_id)
    if values.get("mode", found.mode) == Mode.ONLINE.value and place is not None:
        raise OnlineHasNoPlace
    return columns
