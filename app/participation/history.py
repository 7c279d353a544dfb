"""Reading what was corrected: the sessions that were counted, their corrections, and campaigns."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.catalogue.models import Course
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.paging import Page, page_of
from app.participation.described import NAMES, Vocabulary, chosen
from app.participation.kept import day_of, run_of, unit_of
from app.participation.models import Campaign, KeptSession
from app.providers import queries as providers
from app.providers.models import Provider

_SESSION = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_UNIT = re.compile(r"run-([1-9]\d{0,8})-(\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the counted sessions is listed."""

    words: str = ""  # in the course's title or the provider's name
    day: date | None = None
    corrected: bool = False  # only those that were corrected
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One counted session with the names of its course and provider."""

    row: KeptSession
    course: Bilingual
    provider: Bilingual

    @property
    def key(self) -> str:
        return key_of(self.row.meeting)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a correction changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody corrected of a session, from when it is known, and why."""

    known_from: datetime
    by: str
    reason: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class CampaignLine:
    campaign: Campaign
    sessions: int


def key_of(meeting: int) -> str:
    """How a session is named in addresses; a day of self-study by its run and date."""
    return str(meeting) if meeting > 0 else f"run-{run_of(meeting)}-{day_of(meeting)}"


def meeting_of(key: str) -> int | None:
    """The number behind such a name."""
    if _SESSION.fullmatch(key):
        return int(key)
    found = _UNIT.fullmatch(key)
    try:
        return unit_of(int(found[1]), date.fromisoformat(found[2])) if found else None
    except ValueError:
        return None


def sessions(asked: Asked, url: Callable[[int], str]) -> tuple[Page[KeptSession], list[Line]]:
    """Counted sessions, the latest days first."""
    query = select(KeptSession).where(KeptSession.known_to.is_(None))
    query = query.join(Course, Course.id == KeptSession.course_id)
    query = query.join(Provider, Provider.id == KeptSession.provider_id)
    if asked.words:
        named = (Course.title_vi, Course.title_en, Provider.name_vi, Provider.name_en)
        query = query.where(or_(*(each.icontains(asked.words, autoescape=True) for each in named)))
    if asked.day:
        query = query.where(KeptSession.day == asked.day)
    if asked.corrected:
        corrected = aliased(KeptSession)
        query = query.where(
            KeptSession.meeting.in_(select(corrected.meeting).where(corrected.reason != ""))
        )
    newest = query.order_by(KeptSession.day.desc(), KeptSession.meeting.desc())
    page = page_of(newest, asked.page, url)
    return page, _named(page.items)


def session(meeting: int) -> Line | None:
    """One of them as it is kept now."""
    current = select(KeptSession).where(
        KeptSession.meeting == meeting, KeptSession.known_to.is_(None)
    )
    found = db.session.scalar(current)
    return _named([found])[0] if found else None


def corrections_of(meeting: int) -> list[Correction]:
    """What was corrected of a session, the latest first."""
    kept = (
        select(KeptSession, Account.display_name)
        .outerjoin(Account, Account.id == KeptSession.corrected_by_id)
        .where(KeptSession.meeting == meeting)
        .order_by(KeptSession.id.desc())
    )
    found = db.session.execute(kept).all()
    words = Vocabulary.of(row for row, _by in found)
    before = {row.known_to: row for row, _by in found if row.known_to}
    corrected = [(row, by or "") for row, by in found if row.reason and row.known_from in before]
    return [
        Correction(row.known_from, by, row.reason, _changes(words, before[row.known_from], row))
        for row, by in corrected
    ]


def campaigns() -> list[CampaignLine]:
    """All of them, the latest first, with how many counted sessions belong to each."""
    row = aliased(KeptSession)
    count = (
        select(func.count(row.id))
        .where(
            row.known_to.is_(None), row.campaign == Campaign.code,
            row.day >= Campaign.first, row.day <= Campaign.last,
        )
        .scalar_subquery()
    )  # fmt: skip
    listed = select(Campaign, count).order_by(Campaign.first.desc(), Campaign.code)
    return [CampaignLine(campaign, number) for campaign, number in db.session.execute(listed)]


def campaign(code: str) -> Campaign | None:
    return db.session.get(Campaign, code)


def _changes(words: Vocabulary, before: KeptSession, after: KeptSession) -> list[Change]:
    return [
        Change(str(name_of), words.text(name, before), words.text(name, after))
        for name, name_of in NAMES.items()
        if chosen(name, before) != chosen(name, after)
    ]


def _named(rows: Sequence[KeptSession]) -> list[Line]:
    wanted = select(Course).where(Course.id.in_({row.course_id for row in rows}))
    titles = {course.id: course.title for course in db.session.scalars(wanted)}
    held_by = providers.by_ids({row.provider_id for row in rows})
    names = {provider.id: provider.name for provider in held_by}
    return [Line(row, titles[row.course_id], names[row.provider_id]) for row in rows]
