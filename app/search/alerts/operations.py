"""Asking to be told once, being told, and not wanting to be told any more."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact
from app.core import clock, jobs, throttle
from app.core.db import db, inserting, transaction
from app.core.keys import random_code
from app.core.throttle import Limit
from app.search import queries
from app.search.alerts.events import FirstFound
from app.search.errors import TooLongToSave, TooManySaved
from app.search.models import SearchAlert
from app.search.saved import replay
from app.search.saved.question import LONGEST, wanted

KEPT = timedelta(days=180)
MOST_OF_ONE_CONTACT = 10
TO_ONE_CONTACT_A_DAY = 5
FROM_ONE_ADDRESS_A_DAY = 60
_A_DAY = 24 * 60


def ask(question: str, contact: Contact, address: str, *, language: str) -> str:
    """Remember who wants to hear; the code that stops it. Twice is the same as once.

    Args:
        address: where the request came from.

    Raises:
        TooManyAttempts: too many questions for this contact or from this address.
        TooManySaved, TooLongToSave: nothing was kept.
    """
    if len(question) > LONGEST:
        raise TooLongToSave
    throttle.check_all(
        Limit("search-alert-from-day", address, FROM_ONE_ADDRESS_A_DAY, _A_DAY),
        Limit("search-alert-to-day", contact.value, TO_ONE_CONTACT_A_DAY, _A_DAY),
    )
    key = sha256(question.encode()).hexdigest()
    row = inserting(SearchAlert).values(
        code=random_code(), contact=contact.value, language=language, question=question,
        question_key=key, asked_at=clock.now(), looked_at=clock.now(),
    )  # fmt: skip
    same = select(SearchAlert.code).where(
        SearchAlert.contact == contact.value, SearchAlert.question_key == key
    )
    with transaction() as session:
        session.execute(row.on_conflict_do_nothing(index_elements=["contact", "question_key"]))
        mine = select(func.count(SearchAlert.id)).where(SearchAlert.contact == contact.value)
        if (session.scalar(mine) or 0) > MOST_OF_ONE_CONTACT:
            raise TooManySaved
        return session.execute(same).scalar_one()


def found(code: str) -> SearchAlert | None:
    return db.session.scalar(select(SearchAlert).where(SearchAlert.code == code))


def stop(code: str) -> None:
    """Whoever has the code does not want to hear any more; stopping twice is harmless."""
    with transaction() as session:
        session.execute(delete(SearchAlert).where(SearchAlert.code == code))


def told(alert_id: int) -> None:
    """They hear of it once: nothing about them is kept."""
    with transaction() as session:
        session.execute(delete(SearchAlert).where(SearchAlert.id == alert_id))


def look(alert_id: int, names: queries.Labels) -> None:
    """Ask the question again; that it was looked at and that it is told are one commit."""
    alert = db.session.get(SearchAlert, alert_id)
    if alert is None:
        return
    asked, before = wanted(alert.question, names), alert.looked_at
    keys = replay.open_now(asked) if asked else ()
    ours = update(SearchAlert).where(SearchAlert.id == alert_id, SearchAlert.looked_at == before)
    looked = ours.values(looked_at=clock.now()).returning(SearchAlert.id)
    with transaction() as session:
        if session.scalar(looked) and keys:
            jobs.emit(FirstFound(alert_id, list(keys[: replay.MOST_TOLD])))


def forget_old(session: Session, most: int) -> int:
    """What nobody offered in half a year; how many rows."""
    old = select(SearchAlert.id).where(SearchAlert.asked_at < clock.now() - KEPT)
    ids = session.scalars(old.order_by(SearchAlert.id).limit(most)).all()
    session.execute(delete(SearchAlert).where(SearchAlert.id.in_(ids)))
    return len(ids)
