"""What people asked the search to keep for them: for copies, merges and erasure."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.accounts.rights.retention import Rule
from app.accounts.rights.retention import register as register_rule
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.subscriptions import contacts_of
from app.search.alerts import operations
from app.search.models import SavedSearch, SearchAlert

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


def _theirs(person_id: int) -> ColumnElement[bool]:
    """Asked for with a phone or mailbox of theirs, without signing in."""
    contacts = contacts_of(db.session(), person_id)
    return SearchAlert.contact.in_({each for each in contacts if each})


def _count_alerts(person_id: int) -> int:
    return db.session.scalar(select(func.count(SearchAlert.id)).where(_theirs(person_id))) or 0


def _copy_alerts(person_id: int) -> Sequence[Row]:
    mine = select(SearchAlert).where(_theirs(person_id)).order_by(SearchAlert.id)
    return [
        {
            "question": unquote_plus(each.question),
            "to": each.contact,
            "asked_at": each.asked_at,
        }
        for each in db.session.scalars(mine)
    ]


def _erase_alerts(session: Session, person_id: int, _stripped_id: int) -> None:
    session.execute(delete(SearchAlert).where(_theirs(person_id)))


def _stay(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """They belong to a phone or mailbox, whoever it is merged into."""


register(
    Holding(
        name="search_alerts",
        layer=3,
        label=_("News of a first result you asked for"),
        count=_count_alerts,
        copy=_copy_alerts,
        move=_stay,
        erase=_erase_alerts,
    )
)
register_rule(
    Rule(
        code="search_alerts",
        what=_("Who wants to hear when a search finds something"),
        kept=_("Until they are told, or half a year"),
        then=_("Deleted"),
        why=_("Afterwards there is nothing to tell."),
        apply=operations.forget_old,
    )
)
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
