"""Reading the audit log: by whom, about whom, about what, when."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from app.accounts.models import Account
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db

PER_PAGE = 50
_codes: list[Callable[[str], int | None]] = []


def knows_codes(finder: Callable[[str], int | None]) -> Callable[[str], int | None]:
    """Register `finder(code)`: the person whose place has this code; higher packages know it."""
    _codes.append(finder)
    return finder


def person_of_code(code: str) -> int | None:
    """The person a place's code leads to."""
    return next((found for finder in _codes if (found := finder(code)) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What an auditor asked for; `before` is the entry below which the page begins."""

    account_id: int | None = None
    person_id: int | None = None
    kind: str = ""
    key: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    def select(self) -> Select[AuditEntry]:
        """The entries, the latest first."""
        given = {
            AuditEntry.account_id: self.account_id,
            AuditEntry.person_id: self.person_id,
            AuditEntry.object_kind: self.kind,
            AuditEntry.object_id: self.key,
            AuditEntry.action: self.action,
        }
        query = select(AuditEntry).where(
            *(column == value for column, value in given.items() if value)
        )
        if self.first is not None:
            query = query.where(AuditEntry.at >= clock.day_bounds(self.first, self.first)[0])
        if self.last is not None:
            query = query.where(AuditEntry.at < clock.day_bounds(self.last, self.last)[1])
        if self.before is not None:
            query = query.where(AuditEntry.id < self.before)
        return query.order_by(AuditEntry.id.desc())


def page(wanted: LogFilter) -> tuple[list[AuditEntry], int | None]:
    """One page, and the key at which the next one begins; None after the last."""
    rows = list(db.session.scalars(wanted.select().limit(PER_PAGE + 1)))
    more = len(rows) > PER_PAGE
    return rows[:PER_PAGE], rows[PER_PAGE - 1].id if more else None


def every_entry(wanted: LogFilter) -> Iterator[AuditEntry]:
    """All of them, a few hundred in memory at a time."""
    found = wanted.select().execution_options(yield_per=500)
    yield from db.session.scalars(found)


def names(account_ids: set[int]) -> Mapping[int, str]:
    """How these accounts are called on pages."""
    known = select(Account.id, Account.display_name).where(Account.id.in_(account_ids))
    return {row.id: row.display_name for row in db.session.execute(known)}
