"""Leaving together, as people came."""

from collections.abc import Collection

from sqlalchemy import select

from app.core.db import transaction
from app.enrolment.models import Enrolment
from app.enrolment.operations import places, seats


def withdraw_all(enrolment_ids: Collection[int], by_id: int | None = None) -> list[Enrolment]:
    """Give up several places, all or nothing; as `withdraw` for each.

    Raises:
        TooLateToWithdraw: for one of them, so none is given up.
    """
    with transaction() as session:
        runs = select(Enrolment.run_id).where(Enrolment.id.in_(enrolment_ids)).distinct()
        seats.locked_in_order(session, list(session.scalars(runs)))
        return [places.withdraw(each, by_id) for each in sorted(enrolment_ids)]
