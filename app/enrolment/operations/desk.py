"""What staff do for several people of one run at once."""

from collections.abc import Collection

from sqlalchemy import select

from app.core.db import transaction
from app.enrolment.models import Enrolment, FeeStatus
from app.enrolment.operations import seats
from app.enrolment.operations.fees import mark_paid


def mark_several_paid(run_id: int, enrolment_ids: Collection[int], by_id: int | None) -> int:
    """Everybody named who still has to pay has paid; how many are new."""
    with transaction() as session:
        seats.locked(session, run_id)
        owing = select(Enrolment.id).where(
            Enrolment.run_id == run_id, Enrolment.id.in_(enrolment_ids),
            Enrolment.fee_status == FeeStatus.DUE,
        )  # fmt: skip
        found = session.scalars(owing.order_by(Enrolment.id)).all()
        for enrolment_id in found:
            mark_paid(enrolment_id, by_id)
        return len(found)
