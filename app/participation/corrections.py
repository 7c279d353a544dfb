"""What people correct by hand: what a session was, and the days of campaigns."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import transaction
from app.core.i18n import Bilingual
from app.participation import kept
from app.participation.errors import CampaignsOverlap, NotAPeriod, NotCounted
from app.participation.marks import learning, mark, month_of
from app.participation.models import Campaign, KeptSession

CORRECTABLE = frozenset(kept.DESCRIBES) - {"run_id", "course_id", *kept.FOLLOWS}


def correct_session(session_id: int, by_id: int | None, reason: str, **values: Any) -> None:
    """A session was something else than was said when it was held; known from now on.

    Args:
        values: of `CORRECTABLE`, such as `topic`, `cla` or `venue_unit_id`.

    Raises:
        NotCounted: no register of it was ever taken.
        ValueError: that is no matter of correction: a session's hours are moved, not corrected.
    """
    if unknown := set(values) - CORRECTABLE:
        raise ValueError(", ".join(sorted(unknown)))
    with transaction() as session:
        days = kept.correct(session, session_id, values, learning(session))
        if days is None:
            raise NotCounted
        mark(session, map(month_of, days))
        audit.record(
            "participation.session_corrected", "session", session_id, by_id, reason=reason,
            columns=sorted(values),
        )  # fmt: skip


def set_campaign(code: str, name: Bilingual, first: date, last: date, by_id: int | None) -> None:
    """Sessions on these days belong to the campaign; new, or instead of the days it had.

    Raises:
        NotAPeriod: it ends before it begins.
        CampaignsOverlap: a day belongs to another one.
    """
    if last < first:
        raise NotAPeriod
    with transaction() as session:
        others = select(Campaign.code).where(
            Campaign.code != code, Campaign.first <= last, Campaign.last >= first
        )
        if session.scalar(others.limit(1)) is not None:
            raise CampaignsOverlap
        old = session.get(Campaign, code, with_for_update=True)
        was = (old.first, old.last) if old else (first, last)
        new = old or Campaign(code=code)
        new.name_vi, new.name_en, new.first, new.last = name.vi, name.en, first, last
        session.add(new)
        session.flush()
        _follow(session, min(first, was[0]), max(last, was[1]))
        audit.record("participation.campaign_set", "campaign", code, by_id)


def _follow(session: Session, first: date, last: date) -> None:
    """The sessions kept of these days belong to what they belong to now."""
    now, known = learning(session), kept.campaigns(session)
    rows = select(KeptSession.meeting, KeptSession.day).where(
        KeptSession.known_to.is_(None), KeptSession.day >= first, KeptSession.day <= last
    )
    days: set[date] = set()
    for meeting, day in session.execute(rows.order_by(KeptSession.meeting)).all():
        campaign = {"campaign": kept.campaign_on(known, day)}
        days |= kept.correct(session, meeting, campaign, now) or set()
    mark(session, map(month_of, days))
