"""Reading words that mean the same."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core import vi
from app.core.db import db
from app.search.lexicon import Equal
from app.search.models import Synonym


def all_rows(looked_for: str = "") -> Sequence[Synonym]:
    """All entries in the order of the alphabet, or those with this in one of their words."""
    part = vi.fold(looked_for)
    rows = db.session.scalars(select(Synonym)).all()
    found = [row for row in rows if part in vi.fold(" | ".join([row.term, *others(row)]))]
    return sorted(found, key=lambda row: vi.sort_key(row.term))


def others(row: Synonym) -> list[str]:
    return [*row.words_vi, *row.words_en]


def entry(row: Synonym) -> Equal:
    return Equal(row.term, tuple(others(row)), row.two_way)


def in_use() -> list[Equal] | None:
    """The entries that are on; None while the city has none and the list to begin with is used."""
    rows = db.session.scalars(select(Synonym).order_by(Synonym.id)).all()
    return [entry(row) for row in rows if row.is_active] if rows else None
