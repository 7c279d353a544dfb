"""What people asked the search to keep for them: for copies, merges and erasure."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.search.models import SavedSearch

_OWNS = Owner(SavedSearch.person_id)


def _copy(person_id: int) -> Sequence[Row]:
    mine = select(SavedSearch).where(SavedSearch.person_id == person_id).order_by(SavedSearch.id)
    return [
        {
            "name": each.name,
            "question": unquote_plus(each.question),
            "letters": each.letters,
            "created_at": each.created_at,
        }
        for each in db.session.scalars(mine)
    ]


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    session.execute(delete(SavedSearch).where(SavedSearch.person_id == person_id))


register(
    Holding(
        name="saved_searches",
        layer=3,
        label=_("Searches you saved"),
        count=_OWNS.count,
        copy=_copy,
        move=_OWNS.move,
        move_back=_OWNS.move_back,
        erase=_erase,
    )
)
