"""The work of a person at providers, by way of their account."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.errors import StillHasRoles
from app.accounts.models import Account
from app.accounts.rights.holdings import Holding, Row, register
from app.core import clock
from app.core.db import db
from app.core.i18n import lazy as _
from app.providers.models import StaffMember


def _count(person_id: int) -> int:
    query = select(func.count(StaffMember.id)).join(StaffMember.account)
    return db.session.scalar(query.where(Account.person_id == person_id)) or 0


def _copy(person_id: int) -> Sequence[Row]:
    query = select(StaffMember).join(StaffMember.account).where(Account.person_id == person_id)
    mine = query.options(joinedload(StaffMember.provider)).order_by(StaffMember.id)
    return [
        {
            "provider": each.provider.name_vi,
            "role": each.role,
            "granted_at": each.granted_at,
            "expires_on": each.expires_on,
        }
        for each in db.session.scalars(mine)
    ]


def _follows_account(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """Belongs to the account and goes where it goes."""


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """Whoever works somewhere is taken off there first, by those who answer for it.

    Raises:
        StillHasRoles: as the name says.
    """
    query = select(StaffMember).join(StaffMember.account).where(Account.person_id == person_id)
    for each in session.scalars(query):
        if each.expires_on is None or each.expires_on >= clock.today():
            raise StillHasRoles
        session.delete(each)
    session.flush()


register(
    Holding(
        name="memberships",
        layer=1,
        label=_("Where you work"),
        count=_count,
        copy=_copy,
        move=_follows_account,
        erase=_erase,
    )
)
