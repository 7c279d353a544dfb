"""Numbered pages of a list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from app.core.db import db
from app.core.formats import read_whole

T = TypeVar("T")
PER_PAGE = 20
LAST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of `total` items; `url(n)` is the address of page n."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def asked_page(arguments: Mapping[str, str]) -> int:
    """The page an address asks for; the first where it says nothing of use."""
    return read_whole(arguments.get("page", ""), LAST_PAGE) or 1


def page_of(
    query: Select[Any], number: int, url: Callable[[int], str], per_page: int = PER_PAGE
) -> Page[Any]:
    """Two statements: how many there are, and the rows of this page."""
    number = min(max(number, 1), LAST_PAGE)
    total = (
        db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    rows = db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(rows, number, total, per_page, url)
