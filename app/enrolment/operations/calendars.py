"""The secret address under which a calendar reads the sessions of a person and family."""

import secrets

from sqlalchemy import delete, exists, select

from app.accounts.models import Account
from app.core import audit, clock
from app.core.db import db, inserting, transaction
from app.core.keys import keyed_hash, seal, unseal
from app.enrolment.models import CalendarFeed

_TOKEN_BYTES = 24


def make_feed(person_id: int, by_id: int | None) -> str:
    """A new address; an older one is dead from now on. Its secret part."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction() as session:
        values = {
            "token_hash": keyed_hash(token), "token_sealed": seal(token), "made_at": clock.now(),
        }  # fmt: skip
        row = inserting(CalendarFeed).values(person_id=person_id, **values)
        row = row.on_conflict_do_update(index_elements=["person_id"], set_=values)
        session.execute(row)
        audit.record("calendar.made", "person", person_id, by_id)
    return token


def stop_feed(person_id: int, by_id: int | None) -> None:
    """The address opens nothing any more."""
    with transaction() as session:
        gone = delete(CalendarFeed).where(CalendarFeed.person_id == person_id)
        if session.scalar(gone.returning(CalendarFeed.id)) is not None:
            audit.record("calendar.stopped", "person", person_id, by_id)


def token_of(person_id: int) -> str | None:
    """The secret part of the person's address, to show it again."""
    mine = select(CalendarFeed.token_sealed).where(CalendarFeed.person_id == person_id)
    sealed = db.session.scalar(mine)
    return unseal(sealed) if sealed else None


def owner_of(token: str) -> int | None:
    """Whose calendar this address is; with a closed account it opens nothing."""
    closed = exists().where(
        Account.person_id == CalendarFeed.person_id, Account.is_active.is_(False)
    )
    mine = select(CalendarFeed.person_id).where(CalendarFeed.token_hash == keyed_hash(token))
    return db.session.scalar(mine.where(~closed))
