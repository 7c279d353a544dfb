"""What was typed for one class and not yet sent.

Kept for a while for this browser alone, so that Back, a reload or the other language lose nothing.
The browser has only a token; the words lie in the database until they are sent or forgotten.
"""

import secrets
from datetime import timedelta

from flask import request, session
from sqlalchemy import Select, delete, select
from werkzeug.datastructures import MultiDict

from app.core import clock, throttle
from app.core.db import after_commit, db, transaction
from app.core.jobs import PeriodBegan, every
from app.core.keys import keyed_hash
from app.enrolment.models import Draft

KEPT = timedelta(minutes=30)
_COOKIE = "draft"
NEW_FROM_ONE_ADDRESS = 360
"""In a quarter of an hour: three for each enrolment that one address may send."""
_MOST_BOXES, _MOST_ANSWERS, _LONGEST = 60, 2, 500
_NOT_TYPED = ("csrf_token", "step")


def keep(run_id: int, **changes: str) -> None:
    """Keep what this request sent, in place of what was kept before; `changes` replace boxes.

    Raises:
        TooManyAttempts: too many new ones from this address.
    """
    boxes = [(name, values) for name, values in request.form.lists() if name not in _NOT_TYPED]
    typed = {
        name[:_LONGEST]: [value[:_LONGEST] for value in values[:_MOST_ANSWERS]]
        for name, values in boxes[:_MOST_BOXES]
    }
    typed |= {name: [value] for name, value in changes.items()}
    if db.session.scalar(_mine(session.get(_COOKIE, ""))) is None:
        throttle.check("draft-from", throttle.line(request.remote_addr), NEW_FROM_ONE_ADDRESS)
    with transaction() as writing:
        row = writing.scalar(_mine(session.get(_COOKIE, "")))
        if row is None:
            session[_COOKIE] = token = secrets.token_urlsafe(18)
            row = Draft(token_hash=keyed_hash(token))
            writing.add(row)
        row.run_id, row.typed, row.typed_at = run_id, typed, clock.now()


def typed(run_id: int) -> MultiDict[str, str] | None:
    """What was typed for this class, not yet checked."""
    token = session.get(_COOKIE)
    row = db.session.scalar(_mine(token)) if token else None
    if row is None or row.run_id != run_id or row.typed_at <= clock.now() - KEPT:
        return None
    return MultiDict(row.typed)


def forget() -> None:
    """It was sent; if the places are not taken after all, it is still there."""
    if token := session.get(_COOKIE):
        with transaction() as writing:
            writing.execute(delete(Draft).where(Draft.token_hash == keyed_hash(token)))
            after_commit(lambda: session.pop(_COOKIE, None))


@every(minutes=5)
def forget_old(_event: PeriodBegan) -> None:
    """Half an hour later nobody comes back to it."""
    db.session.execute(delete(Draft).where(Draft.typed_at <= clock.now() - KEPT))


def _mine(token: str) -> Select[Draft]:
    return select(Draft).where(Draft.token_hash == keyed_hash(token))
