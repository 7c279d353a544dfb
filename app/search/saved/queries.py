"""Reading kept questions."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.core.keys import read_code
from app.search.models import SavedSearch


def of(person_id: int) -> Sequence[SavedSearch]:
    """All of one person, the newest first."""
    mine = select(SavedSearch).where(SavedSearch.person_id == person_id)
    return db.session.scalars(mine.order_by(SavedSearch.id.desc())).all()


def own(person_id: int, code: str) -> SavedSearch | None:
    """The person's search with this code; another's is as if there were none."""
    mine = select(SavedSearch).where(
        SavedSearch.code == read_code(code), SavedSearch.person_id == person_id
    )
    return db.session.scalar(mine)


def found(search_id: int | None) -> SavedSearch | None:
    return db.session.get(SavedSearch, search_id) if search_id else None
