"""Counts from paper: entered, corrected, taken back."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, Course, Mode, Run, SessionStatus, Topic
from app.core import audit, clock, jobs
from app.core.db import breaks, transaction
from app.core.errors import ChangedMeanwhile
from app.core.vi import clean
from app.enrolment.events import AttendanceTaken
from app.enrolment.models import Register
from app.enrolment.operations import record_register
from app.indicators.models import PaperActivity, PaperChange, PaperRow
from app.indicators.paper import checks
from app.indicators.paper.checks import Key
from app.indicators.paper.errors import LinesWrong, NoSuchRow, NothingTyped
from app.indicators.paper.typed import Count, Entry
from app.participation.periods import Period
from app.providers.models import Provider, Site

_SAYS = ("day", "minutes", "headcount", "women", "older")


@dataclass(frozen=True, slots=True)
class By:
    """Who changes figures, and why; needed once a centre has certified them."""

    account_id: int | None
    reason: str = ""


def enter(unit_id: int, period: Period, entries: Sequence[Entry], form_key: str, by: By) -> int:
    """Take these lines, all or none; how many there are. The same form sent twice is one.

    Args:
        form_key: drawn for the page; with other words in it the form is another one.

    Raises:
        NothingTyped: there is no line.
        LinesWrong: lines that contradict something, or about which the reader is asked.
        PeriodClosed: nothing changes any more in one of the periods.
        SayWhyChanged: a centre has certified its return, and no reason is given.
    """
    if not entries:
        raise NothingTyped
    sent = _sent(form_key, entries)
    try:
        return _enter(unit_id, period, entries, sent, by)
    except IntegrityError as error:  # sent twice, or a name made new twice, at one moment
        if not _is_a_race(error):
            raise
        return _enter(unit_id, period, entries, sent, by)


def correct(row_id: int, period: Period, count: Count, seen: int, by: By) -> PaperRow:
    """Another count in the place of what a row said.

    Args:
        seen: version of the row that was shown.

    Raises:
        ChangedMeanwhile, NoSuchRow: somebody else was first.
        LinesWrong, PeriodClosed, SayWhyChanged: as for new lines.
    """
    with transaction() as session:
        row = _locked(session, row_id, seen)
        problems = checks.of_count(row.line, count, period)
        if problems:
            raise LinesWrong(problems)
        if all(getattr(row, name) == getattr(count, name) for name in _SAYS):
            return row
        _may_change(session, row, [row.day, count.day], by)
        _keep(session, row, by)
        meeting = row.session
        if count.day != row.day:
            meeting.starts_at = _free_hour(session, meeting.run_id, count.day)
        meeting.ends_at = meeting.starts_at + timedelta(minutes=count.minutes)
        for name in _SAYS:
            setattr(row, name, getattr(count, name))
        _widen(row.activity.run, [count.day])
        session.flush()
        _tell(session, row, count.headcount, by)
        jobs.emit(AttendanceTaken(row.session_id))  # also where only its day or length is another
        audit.record("paper.corrected", "paper_row", row.id, by.account_id, reason=clean(by.reason))
        return row


def remove(row_id: int, seen: int, by: By) -> None:
    """A row that was a mistake counts no more; it stays in the history.

    Raises:
        ChangedMeanwhile, NoSuchRow, PeriodClosed, SayWhyChanged: as for a correction.
    """
    with transaction() as session:
        row = _locked(session, row_id, seen)
        _may_change(session, row, [row.day], by)
        _keep(session, row, by)
        row.removed_at = clock.now()
        session.flush()
        _tell(session, row, 0, by)
        row.session.status = SessionStatus.CANCELLED
        audit.record("paper.removed", "paper_row", row.id, by.account_id, reason=clean(by.reason))


def _enter(unit_id: int, period: Period, entries: Sequence[Entry], sent: str, by: By) -> int:
    with transaction() as session:
        if session.scalar(select(PaperRow.id).where(PaperRow.sent == sent).limit(1)):
            return len(entries)
        centres = {each.provider_id for each in entries}
        mine = select(Provider.id).where(Provider.id.in_(centres), Provider.unit_id == unit_id)
        if centres - set(session.scalars(mine)):
            raise NoSuchRow
        known = checks.activities(session, entries)
        if problems := checks.of_entries(session, entries, known, period):
            raise LinesWrong(problems)
        held = checks.hold_periods(session, {each.count.day for each in entries})
        checks.ask_why(session, held, centres, clean(by.reason))
        known |= _made(session, entries, known)
        rows = [_add(session, known[checks.activity_of(each)], each, sent, by) for each in entries]
        session.flush()
        for row in rows:
            _tell(session, row, row.headcount, by)
        audit.record(
            "paper.entered", "commune", unit_id, by.account_id, reason=clean(by.reason),
            rows=[row.id for row in rows],
        )  # fmt: skip
        return len(rows)


def _made(
    session: Session, entries: Sequence[Entry], known: dict[Key, PaperActivity]
) -> dict[Key, PaperActivity]:
    """The activities that are new, each a course and a run of its own that no page shows."""
    alike = checks.courses(session, entries)
    made: dict[Key, PaperActivity] = {}
    for each in entries:
        key = checks.activity_of(each)
        if key not in known and key not in made:
            run = _run(session, each, alike.get(key))
            made[key] = PaperActivity(
                provider_id=each.provider_id, key=key[1], name=each.activity, run=run
            )
            session.add(made[key])
    session.flush()  # a name that somebody else makes new at this moment is refused here
    return made


def _run(session: Session, entry: Entry, alike: Course | None) -> Run:
    """What is taught is told by a course of that name, else by the subject that was chosen."""
    provider = session.get_one(Provider, entry.provider_id)
    topic = alike.topic if alike else session.get_one(Topic, entry.topic_id)
    course = Course(
        provider_id=provider.id, topic_id=topic.id, title_vi=entry.activity, on_paper=True,
        isced_f=alike.isced_f if alike else topic.isced_f,
        cla=alike.cla if alike else provider.type.default_cla,
        job_related=alike.job_related if alike else False,
    )  # fmt: skip
    venue = select(Site.venue_id).where(Site.provider_id == provider.id).order_by(Site.id).limit(1)
    day = entry.count.day
    return Run(
        course=course, starts_on=day, ends_on=day, enrol_from=day, enrol_until=day, capacity=0,
        mode=Mode.IN_PERSON, venue_id=session.scalar(venue),
    )  # fmt: skip


def _add(session: Session, activity: PaperActivity, entry: Entry, sent: str, by: By) -> PaperRow:
    starts_at = _free_hour(session, activity.run_id, entry.count.day)
    meeting = ClassSession(
        run_id=activity.run_id, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=entry.count.minutes),
    )  # fmt: skip
    _widen(activity.run, [entry.count.day])
    count = {name: getattr(entry.count, name) for name in _SAYS}
    row = PaperRow(
        activity=activity, session=meeting, sent=sent, line=entry.line,
        entered_by_id=by.account_id, **count,
    )  # fmt: skip
    session.add(row)
    return row


def _free_hour(session: Session, run_id: int, day: date) -> datetime:
    """Sheets tell the day, not the hour: sessions of one day are a minute apart."""
    first, last = clock.day_bounds(day, day)
    latest = session.scalar(
        select(func.max(ClassSession.starts_at)).where(
            ClassSession.run_id == run_id,
            ClassSession.starts_at >= first,
            ClassSession.starts_at < last,
        )
    )
    return latest + timedelta(minutes=1) if latest else first


def _widen(run: Run, days: Iterable[date]) -> None:
    run.starts_on = min(run.starts_on, *days)
    run.ends_on = max(run.ends_on, *days)


def _tell(session: Session, row: PaperRow, headcount: int, by: By) -> None:
    """The register of the session, from which the facts are made."""
    register = session.get(Register, row.session_id)
    version = register.version if register else 0
    record_register(row.session_id, (), headcount, version, by.account_id)


def _locked(session: Session, row_id: int, seen: int) -> PaperRow:
    found = select(PaperRow).where(PaperRow.id == row_id).with_for_update()
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None or row.removed_at is not None:
        raise NoSuchRow
    if row.version != seen:
        raise ChangedMeanwhile
    return row


def _may_change(session: Session, row: PaperRow, days: Iterable[date], by: By) -> None:
    held = checks.hold_periods(session, days)
    checks.ask_why(session, held, [row.activity.provider_id], clean(by.reason))


def _keep(session: Session, row: PaperRow, by: By) -> None:
    said: dict[str, Any] = {name: getattr(row, name) for name in _SAYS}
    before = said | {"day": row.day.isoformat()}
    session.add(
        PaperChange(row_id=row.id, by_id=by.account_id, before=before, reason=clean(by.reason))
    )


def _sent(form_key: str, entries: Sequence[Entry]) -> str:
    told = repr([astuple(each) for each in entries])
    return hashlib.sha256(f"{form_key}|{told}".encode()).hexdigest()


def _is_a_race(error: IntegrityError) -> bool:
    return breaks(error, "uq_paper_rows_sent_line", "paper_rows.sent", "paper_rows.line") or breaks(
        error,
        "uq_paper_activities_provider_id_key",
        "paper_activities.provider_id",
        "paper_activities.key",
    )
