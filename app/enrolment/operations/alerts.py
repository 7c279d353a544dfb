"""Being told, once, that a full run has a seat for anybody."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.contacts import Contact
from app.catalogue.models import Run, RunState, RunStatus
from app.core import clock, throttle
from app.core.db import db, inserting, transaction
from app.core.keys import random_code
from app.core.throttle import Limit
from app.enrolment.errors import NoNeedToWait
from app.enrolment.models import SeatAlert
from app.enrolment.operations import seats

FULL = (RunState.QUEUE, RunState.FULL)
TO_ONE_CONTACT_A_DAY = 5
FROM_ONE_ADDRESS_A_DAY = 60
_A_DAY = 24 * 60


def ask(
    run_id: int, contact: Contact, address: str, *, language: str, person_id: int | None = None
) -> None:
    """Remember who wants to hear; asking twice is the same as asking once.

    Args:
        address: where the request came from.
        person_id: of the account whose own contact this is.

    Raises:
        NoNeedToWait: the run has a free seat, or takes nobody any more.
        TooManyAttempts: too many runs for this contact or from this address.
    """
    throttle.check_all(
        Limit("alert-from-day", address, FROM_ONE_ADDRESS_A_DAY, _A_DAY),
        Limit("alert-to-day", contact.value, TO_ONE_CONTACT_A_DAY, _A_DAY),
    )
    with transaction() as session:
        run = seats.locked(session, run_id)
        if run.state not in FULL:
            raise NoNeedToWait
        row = inserting(SeatAlert).values(
            code=random_code(), run_id=run_id, person_id=person_id, contact=contact.value,
            language=language, asked_at=clock.now(),
        )  # fmt: skip
        session.execute(row.on_conflict_do_nothing(index_elements=["run_id", "contact"]))


def waiting(run_id: int) -> Sequence[SeatAlert]:
    """Who is to be told now; nobody while the run has no seat for anybody.

    The first who asked come first. Call `told` in the transaction that writes the letter.
    """
    run = db.session.get(Run, run_id)
    if run is None or run.state is not RunState.OPEN or not run.course.is_public:
        return ()
    asked = select(SeatAlert).where(SeatAlert.run_id == run_id)
    with_course = joinedload(SeatAlert.run).joinedload(Run.course)
    return db.session.scalars(asked.options(with_course).order_by(SeatAlert.id)).all()


def told(alert_id: int) -> None:
    """They hear of it once: nothing about them is kept."""
    with transaction() as session:
        session.execute(delete(SeatAlert).where(SeatAlert.id == alert_id))


def found(code: str) -> SeatAlert | None:
    """The alert with this code, with what its page shows."""
    with_course = joinedload(SeatAlert.run).joinedload(Run.course)
    return db.session.scalar(select(SeatAlert).where(SeatAlert.code == code).options(with_course))


def stop(code: str) -> None:
    """Whoever has the code does not want to hear any more; stopping twice is harmless."""
    with transaction() as session:
        session.execute(delete(SeatAlert).where(SeatAlert.code == code))


def forget_begun(session: Session, most: int) -> int:
    """Of runs that have begun or were cancelled nobody waits to hear; how many rows."""
    ends = or_(Run.starts_on <= clock.today(), Run.status == RunStatus.CANCELLED)
    over = select(SeatAlert.id).join(SeatAlert.run).where(ends)
    ids = session.scalars(over.order_by(SeatAlert.id).limit(most)).all()
    session.execute(delete(SeatAlert).where(SeatAlert.id.in_(ids)))
    return len(ids)
