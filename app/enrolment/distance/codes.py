"""The code a session shows on the screen, and marks of presence by it."""

from datetime import timedelta

from sqlalchemy import select

from app.catalogue.models import ClassSession, Mode, SessionStatus
from app.core import audit, clock, jobs, throttle
from app.core.db import db, inserting, transaction
from app.core.keys import CODE_ALPHABET, keyed_hash, read_code
from app.enrolment.distance.errors import NotNow, NotOnTheList, WrongCode
from app.enrolment.distance.events import CheckedIn
from app.enrolment.distance.models import CheckIn
from app.enrolment.models import Enrolment, EnrolmentState

LENGTH = 6
BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=15)
TRIES = 10
_WITH_A_SCREEN = frozenset({Mode.ONLINE, Mode.BLENDED})


def code_of(session: ClassSession) -> str:
    """Another one for each session; nobody can work it out from an earlier one."""
    drawn = int(keyed_hash(f"session-code:{session.id}:{session.starts_at.isoformat()}"), 16)
    letters = []
    for _ in range(LENGTH):
        drawn, at = divmod(drawn, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[at])
    return "".join(letters)


def is_on(session: ClassSession) -> bool:
    """Whether the code can be typed now."""
    is_held = session.status is SessionStatus.PLANNED
    return is_held and session.starts_at - BEFORE <= clock.now() <= session.ends_at + AFTER


def session_now(place: Enrolment) -> ClassSession | None:
    """The session in which this place could type a code; None where there is none."""
    if place.state is not EnrolmentState.ENROLLED or place.run.mode not in _WITH_A_SCREEN:
        return None
    return next((each for each in place.run.sessions if is_on(each)), None)


def has_checked_in(session_id: int, enrolment_id: int) -> bool:
    mine = CheckIn.session_id == session_id, CheckIn.enrolment_id == enrolment_id
    return db.session.scalar(select(CheckIn.id).where(*mine)) is not None


def check_in(enrolment_id: int, typed: str) -> ClassSession:
    """Mark somebody present by the code of the session that is on; twice is once.

    Raises:
        NotOnTheList: no seat in this class.
        NotNow: none of its sessions is on.
        WrongCode: another session's, or mistyped.
        TooManyAttempts: too many wrong codes for this place.
    """
    throttle.look("session-code", str(enrolment_id), TRIES)
    place = db.session.get_one(Enrolment, enrolment_id)
    if place.state is not EnrolmentState.ENROLLED:
        raise NotOnTheList
    on = [each for each in place.run.sessions if is_on(each)]
    if not on:
        raise NotNow
    session = next((each for each in on if code_of(each) == read_code(typed)), None)
    if session is None:
        throttle.check("session-code", str(enrolment_id), TRIES)
        raise WrongCode
    _keep(session, place)
    return session


def _keep(session: ClassSession, place: Enrolment) -> None:
    with transaction() as writing:
        row = inserting(CheckIn).values(
            session_id=session.id, enrolment_id=place.id, at=clock.now()
        )
        new = writing.scalar(row.on_conflict_do_nothing().returning(CheckIn.id))
        if new is not None:
            audit.record("register.check_in", "session", session.id, person_id=place.person_id)
            wait = max(session.ends_at + AFTER - clock.now(), timedelta())
            jobs.emit(CheckedIn(session.id), delay=wait)
