"""Days whose sessions belong to an occasion: saying when it is, and what was counted following it.

A campaign of many years has many sessions, so whoever says when it is does not wait for them: the
worker brings them all over at one moment, and no figure is ever made of half of them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import coalesce

from app.core import audit, jobs
from app.core.db import UtcDateTime, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.participation.errors import (
    CampaignExists,
    CampaignsOverlap,
    EndsBeforeItBegins,
    NotACode,
)
from app.participation.events import CampaignChanged
from app.participation.kept import DESCRIBES
from app.participation.marks import cut_off, mark, month_of
from app.participation.models import Campaign, KeptSession

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_CODE = 20
_KEPT = cast("Table", KeptSession.__table__)  # as in `learners`


@dataclass(frozen=True, slots=True)
class Behind:
    """Whether counted sessions have to follow yet, and whether the worker has given up."""

    waits: bool = False
    is_given_up: bool = False


def set_campaign(
    code: str,
    name: Bilingual,
    first: date,
    last: date,
    by_id: int | None,
    *,
    only_new: bool = False,
    seen: int = 0,
) -> None:
    """Sessions on these days belong to the campaign; new, or instead of the days it had.

    Those that were counted already follow soon. Nobody writes facts meanwhile, so whatever is
    written by the days of before is there when they do.

    Args:
        seen: version of the campaign that was shown; 0 where nobody looked first.

    Raises:
        NotACode, EndsBeforeItBegins: as the names say.
        CampaignExists: it was to be a new one.
        CampaignsOverlap: a day belongs to another one.
        ChangedMeanwhile: somebody else gave it other names or days first.
    """
    if not (_CODE.fullmatch(code) and len(code) <= _LONGEST_CODE):
        raise NotACode
    if last < first:
        raise EndsBeforeItBegins
    with transaction() as session:
        cut_off(session)
        old = session.get(Campaign, code, populate_existing=True)
        if old and only_new:
            raise CampaignExists
        if old and seen and old.version != seen:
            raise ChangedMeanwhile
        if _overlaps(session, code, first, last):
            raise CampaignsOverlap
        days = [first, last, *((old.first, old.last) if old else ())]
        new = old or Campaign(code=code)
        new.name_vi, new.name_en, new.first, new.last = name.vi, name.en, first, last
        session.add(new)
        jobs.emit(CampaignChanged(min(days).isoformat(), max(days).isoformat()))
        audit.record(
            "participation.campaign_set", "campaign", code, by_id, first=str(first), last=str(last)
        )


def _overlaps(session: Session, code: str, first: date, last: date) -> bool:
    others = select(Campaign.code).where(
        Campaign.code != code, Campaign.first <= last, Campaign.last >= first
    )
    return session.scalar(others.limit(1)) is not None


def follow(first: date, last: date) -> None:
    """Counted sessions of these days belong to what their day belongs to now, all at one moment."""
    with transaction() as session:
        now = cut_off(session)
        astray = _astray(first, last)
        days = session.scalars(select(KeptSession.day).where(*astray).distinct()).all()
        if not days:
            return
        how = {"synchronize_session": False}
        closed = update(KeptSession).where(*astray).values(known_to=now)
        session.execute(closed, execution_options=how)
        session.execute(_instead(first, last, now))
        mark(session, map(month_of, days))


def _astray(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        KeptSession.known_to.is_(None),
        KeptSession.day.between(first, last),
        KeptSession.campaign != _of_its_day(),
    )


def _of_its_day() -> ColumnElement[str]:
    on = select(Campaign.code).where(
        Campaign.first <= KeptSession.day, Campaign.last >= KeptSession.day
    )
    return coalesce(on.limit(1).correlate(KeptSession).scalar_subquery(), "")


def _instead(first: date, last: date, now: datetime) -> Any:
    """The rows in place of those just closed: of each session the last, if none is in force."""
    other = aliased(KeptSession)
    lasting = select(func.max(other.id)).where(other.known_to == now)
    current = select(other.id).where(other.meeting == KeptSession.meeting, other.known_to.is_(None))
    same = [_KEPT.c[name] for name in ("meeting", *DESCRIBES) if name != "campaign"]
    rows = select(*same, _of_its_day(), literal(now, UtcDateTime())).where(
        KeptSession.id.in_(lasting.group_by(other.meeting)),
        KeptSession.day.between(first, last),
        ~current.exists(),
    )
    names = [*(column.name for column in same), "campaign", "known_from"]
    return insert(_KEPT).from_select(names, rows)


def behind() -> Behind:
    """Whether what was counted follows what was said last."""
    waiting = jobs.waiting_for(CampaignChanged)
    given_up = [job for job in waiting if job.attempts >= jobs.GIVE_UP_AFTER]
    return Behind(bool(waiting), bool(given_up))
