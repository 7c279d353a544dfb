"""Who did or saw what of which object, and why; written in the transaction of the change itself.

The worker chains the entries afterwards (`AuditLink`): a chain made inside the transaction would
make all writers wait for one another.
"""

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, big_pk, db


class AuditEntry(Base):
    """One change or look, never altered. The actor is an account, or nobody for a visitor."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id"),
        Index("ix_audit_entries_person_id", "person_id"),
        Index("ix_audit_entries_account_id", "account_id"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[big_pk]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None]  # whose data it was about
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AuditLink(Base):
    """One entry's place in the chain: the hash of the link before it and of the entry itself."""

    __tablename__ = "audit_links"

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


def record(
    action: str,
    kind: str,
    key: object,
    account_id: int | None = None,
    *,
    person_id: int | None = None,
    reason: str = "",
    **details: Any,
) -> None:
    """Keep a line about a change; `details` hold ids, states, numbers, never names or phones.

    Args:
        person_id: whose data it was about, where it was one person's.
        reason: why, in the words of whoever did it; never about somebody else.
    """
    request_id = getattr(g, "request_id", "") if has_request_context() else "command"
    entry = AuditEntry(
        account_id=account_id,
        request_id=request_id,
        action=action,
        object_kind=kind,
        object_id=str(key),
        person_id=person_id,
        reason=reason,
        details=details,
    )
    db.session.add(entry)
