"""Who did or saw what of which object, and why.

A change is kept in its own transaction (`record`); a look at personal data in one of its own, once
a day (`saw`). The worker chains the entries afterwards (`core/audit_chain`): a chain made inside
the transaction would make all writers wait for one another.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, BigInteger, ColumnElement, Index, String, and_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import access, clock
from app.core.db import Base, add_at_end, big_pk, db, inserting, transaction

SEEN = "data.seen"
_LOOKS = text("seen_on IS NOT NULL")


class AuditEntry(Base):
    """One change or look, never altered. The actor is an account, or nobody for a visitor."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id"),
        Index("ix_audit_entries_person_id", "person_id"),
        Index("ix_audit_entries_account_id", "account_id"),
        Index("ix_audit_entries_at", "at"),
        Index(
            "uq_audit_entries_look",
            *("account_id", "action", "object_kind", "object_id", "seen_on"),
            unique=True,
            sqlite_where=_LOOKS,
            postgresql_where=_LOOKS,
        ),
    )

    id: Mapped[big_pk]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None]  # whose data it was about
    seen_on: Mapped[date | None]  # only of looks: one a day is kept
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AuditLink(Base):
    """One entry's place in the chain: the hash of the link before it and of the entry itself."""

    __tablename__ = "audit_links"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)  # None: removed by age
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Shown:
    """An object whose pages show a person, and since when."""

    kind: str
    key: int
    since: datetime


_finders: list[Callable[[int], Iterable[Shown]]] = []


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
    add_at_end(
        AuditEntry,
        account_id=account_id,
        request_id=request_id(),
        action=action,
        object_kind=kind,
        object_id=str(key),
        person_id=person_id,
        reason=reason,
        details=details,
    )


def saw(
    kind: str, key: object, reason: str = "", person_id: int | None = None, *, action: str = SEEN
) -> None:
    """Keep that whoever sent this request looked at people's data: once a day for each object.

    Call it last, when the page is made: what was read before is read anew afterwards.
    """
    who = access.actor()
    look = {
        "account_id": who.viewer_id or who.account_id,
        "action": action,
        "object_kind": kind,
        "object_id": str(key),
        "seen_on": clock.today(),
    }
    if look["account_id"] is None or _is_kept(look):
        return
    more = {"request_id": request_id(), "reason": reason, "person_id": person_id}
    row = inserting(AuditEntry).values(**look, **more)
    with transaction() as session:
        session.execute(row.on_conflict_do_nothing())


def shows_people(finder: Callable[[int], Iterable[Shown]]) -> Callable[[int], Iterable[Shown]]:
    """Register `finder(person_id)`: the objects of a package whose pages show this person."""
    _finders.append(finder)
    return finder


def on_lists(person_id: int) -> list[ColumnElement[bool]]:
    """Conditions: looks at a list since the person stood on it."""
    return [
        and_(
            AuditEntry.object_kind == shown.kind,
            AuditEntry.object_id == str(shown.key),
            AuditEntry.seen_on.is_not(None),
            AuditEntry.at >= shown.since,
        )
        for finder in _finders
        for shown in finder(person_id)
    ]


def _is_kept(look: dict[str, Any]) -> bool:
    return db.session.scalar(select(AuditEntry.id).filter_by(**look).limit(1)) is not None


def request_id() -> str:
    """What names the running request in logs and proofs."""
    return getattr(g, "request_id", "") if has_request_context() else "command"
