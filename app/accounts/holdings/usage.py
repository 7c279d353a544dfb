"""Who saw or changed the person's data: the audit log, as far as it is about them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import merged_rows
from app.accounts.holdings.words import actors_of
from app.accounts.rights.holdings import Holding, Row, register
from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.i18n import lazy as _

MOST = 2000


def _about(person_id: int) -> Any:
    """Entries are never altered: those about a merged row are found by its number."""
    ids = merged_rows.all_ids(person_id)
    named = and_(
        AuditEntry.object_kind == "person", AuditEntry.object_id.in_([str(id_) for id_ in ids])
    )
    return or_(AuditEntry.person_id.in_(ids), named, *audit.on_lists(person_id))


def _count(person_id: int) -> int:
    return db.session.scalar(select(func.count(AuditEntry.id)).where(_about(person_id))) or 0


def _copy(person_id: int) -> Sequence[Row]:
    """The newest first."""
    newest = select(AuditEntry).where(_about(person_id)).order_by(AuditEntry.id.desc())
    actor = actors_of(person_id)
    return [
        {
            "at": entry.at,
            "action": entry.action,
            "about": entry.object_kind,
            "by": actor(entry.account_id),
            "reason": entry.reason,
        }
        for entry in db.session.scalars(newest.limit(MOST))
    ]


def _stays(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """The log says what happened to which row at that time."""


def _names_nobody(_session: Session, _person_id: int, _stripped_id: int) -> None:
    """Entries hold the number of a row that is gone, and no number is given twice."""


register(
    Holding(
        name="usage",
        label=_("Who used your data"),
        count=_count,
        copy=_copy,
        move=_stays,
        erase=_names_nobody,
    )
)
