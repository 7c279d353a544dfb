"""The units that figures and returns are about."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.core.db import db
from app.places import queries as places
from app.places.models import AdminUnit


def communes(ids: Collection[int] | None) -> Sequence[AdminUnit]:
    """These communes, or all of today's, in Vietnamese order."""
    if ids is None:
        return places.wards()
    chosen = select(AdminUnit).where(AdminUnit.id.in_(ids), places.in_force())
    return db.session.scalars(chosen.order_by(AdminUnit.sort_key, AdminUnit.code)).all()
