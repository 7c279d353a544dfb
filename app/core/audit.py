"""Who did what to which object; written in the transaction of the change itself."""

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, big_pk, db


class AuditEntry(Base):
    """One change, never altered afterwards. The actor is an account, or nobody for a visitor."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_object", "object_kind", "object_id"),)

    id: Mapped[big_pk]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    action: str, kind: str, key: object, account_id: int | None = None, **details: Any
) -> None:
    """Keep a line about a change; `details` hold ids, states, numbers, never names or phones."""
    request_id = getattr(g, "request_id", "") if has_request_context() else "command"
    entry = AuditEntry(
        account_id=account_id,
        request_id=request_id,
        action=action,
        object_kind=kind,
        object_id=str(key),
        details=details,
    )
    db.session.add(entry)
