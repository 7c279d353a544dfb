"""What providers write to the people of a class."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import audit, clock, jobs, throttle
from app.core.db import db, inserting, transaction
from app.enrolment import queries
from app.notices.events import RunMessageSent
from app.notices.models import RunMessage

OF_A_CLASS_A_DAY = 10
"""Each goes to every phone of the class, and is paid for."""
_A_DAY = 24 * 60


def of_run(run_id: int) -> Sequence[RunMessage]:
    """The last first, with who wrote them."""
    here = select(RunMessage).where(RunMessage.run_id == run_id)
    with_name = here.options(joinedload(RunMessage.sent_by))
    return db.session.scalars(with_name.order_by(RunMessage.id.desc())).all()


def send(run_id: int, subject: str, body: str, form_key: str, by_id: int | None) -> None:
    """To everybody who plans to come, once; the same form sent twice is one message.

    Raises:
        TooManyAttempts: the class has been written to often enough today.
    """
    throttle.check("run-message", str(run_id), OF_A_CLASS_A_DAY, _A_DAY)
    with transaction() as session:
        told = len(queries.roster(run_id).holding)
        row = inserting(RunMessage).values(
            form_key=form_key, run_id=run_id, subject=subject, body=body, told=told,
            sent_at=clock.now(), sent_by_id=by_id,
        )  # fmt: skip
        new = session.scalar(row.on_conflict_do_nothing().returning(RunMessage.id))
        if new is None:
            return
        audit.record("run.message", "run", run_id, by_id, message=new)
        jobs.emit(RunMessageSent(new))
