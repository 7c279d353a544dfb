"""What must hold before counts from paper are taken, and what the reader is asked about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Course, Topic
from app.core import clock
from app.core.formats import number, short_date
from app.core.i18n import gettext, ngettext
from app.indicators.errors import PeriodClosed
from app.indicators.models import PaperActivity, PaperRow, ReportingPeriod, Return
from app.indicators.models.periods import CERTIFIED
from app.indicators.paper.errors import Problem, SayWhyChanged
from app.indicators.paper.typed import Count, Entry
from app.participation import periods
from app.participation.periods import Period

Key = tuple[int, str]
"""A centre, and the name of an activity as it is compared."""


def activity_of(entry: Entry) -> Key:
    """Which activity a line is about."""
    return entry.provider_id, key_of(entry.activity)


def key_of(name: str) -> str:
    """The same for two spellings that differ in capitals alone."""
    return name.casefold()


def hold_periods(session: Session, days: Iterable[date]) -> list[int]:
    """The periods these days are in; none of them is closed before this transaction is over.

    Raises:
        PeriodClosed: one of them is over.
    """
    wanted = list(days)
    rows = select(ReportingPeriod).order_by(ReportingPeriod.id).with_for_update(read=True)
    every = session.scalars(rows.execution_options(populate_existing=True)).all()
    held = [each for each in every if _covers(each, wanted)]
    if any(each.closed_at is not None for each in held):
        raise PeriodClosed
    return [each.id for each in held]


def _covers(reporting: ReportingPeriod, days: Sequence[date]) -> bool:
    period = periods.parse(reporting.code)
    return any(period.first <= day <= period.last for day in days)


def ask_why(
    session: Session, period_ids: Sequence[int], provider_ids: Iterable[int], reason: str
) -> None:
    """A certified return is not contradicted without a word.

    Raises:
        SayWhyChanged: one of these centres has certified its figures, and no reason is given.
    """
    certified = select(Return.id).where(
        Return.period_id.in_(period_ids),
        Return.provider_id.in_(sorted(set(provider_ids))),
        Return.state.in_(CERTIFIED),
    )
    if not reason and session.scalar(certified.limit(1)) is not None:
        raise SayWhyChanged


def of_count(line: int, count: Count, period: Period) -> list[Problem]:
    """What contradicts itself, or the calendar."""
    wrong, day = [], count.day
    for name, some in (("women", count.women), ("older", count.older)):
        if some is not None and some > count.headcount:
            wrong.append(Problem(line, name, _too_many(some, count.headcount)))
    if day > clock.today():
        wrong.append(Problem(line, "day", gettext("This day is still to come. Check it.")))
    elif not period.first <= day <= period.last:
        told = gettext(
            "The day is not in this period, which is from %(first)s to %(last)s.",
            first=short_date(period.first), last=short_date(period.last),
        )  # fmt: skip
        wrong.append(Problem(line, "day", told))
    return wrong


def _too_many(some: int, everybody: int) -> str:
    return gettext(
        "There cannot be %(some)s among %(all)s people.", some=number(some), all=number(everybody)
    )


def activities(session: Session, entries: Iterable[Entry]) -> dict[Key, PaperActivity]:
    """Those that are known already; nobody else adds a row to them until the end."""
    wanted = {activity_of(each) for each in entries}
    known = (
        select(PaperActivity)
        .where(
            PaperActivity.provider_id.in_({provider_id for provider_id, _ in wanted}),
            PaperActivity.key.in_({key for _, key in wanted}),
        )
        .order_by(PaperActivity.id)
        .with_for_update()
    )
    found = {(each.provider_id, each.key): each for each in session.scalars(known)}
    return {key: each for key, each in found.items() if key in wanted}


def of_entries(
    session: Session, entries: Sequence[Entry], known: Mapping[Key, PaperActivity], period: Period
) -> list[Problem]:
    """Everything that is wrong with these lines, or that the reader is to confirm."""
    problems = [problem for each in entries for problem in of_count(each.line, each.count, period)]
    return [*problems, *_repeated(session, entries, known), *_new(session, entries, known)]


def _repeated(
    session: Session, entries: Sequence[Entry], known: Mapping[Key, PaperActivity]
) -> list[Problem]:
    """A second row of one activity on one day may be a second session, or a mistake."""
    there = _counted(session, entries, known)
    problems = []
    for each in entries:
        at = (*activity_of(each), each.count.day)
        if there[at] and not each.again:
            told = ngettext(
                "There is %(num)s session of this activity on this day already.",
                "There are %(num)s sessions of this activity on this day already.",
                there[at],
            )
            problems.append(Problem(each.line, "again", told, asks=True))
        there[at] += 1
    return problems


def _counted(
    session: Session, entries: Sequence[Entry], known: Mapping[Key, PaperActivity]
) -> defaultdict[tuple[int, str, date], int]:
    names = {activity.id: key for key, activity in known.items()}
    rows = select(PaperRow.activity_id, PaperRow.day, func.count()).where(
        PaperRow.activity_id.in_(names),
        PaperRow.day.in_({each.count.day for each in entries}),
        PaperRow.removed_at.is_(None),
    )
    counted = session.execute(rows.group_by(PaperRow.activity_id, PaperRow.day)).all()
    there: defaultdict[tuple[int, str, date], int] = defaultdict(int)
    for activity_id, day, number_ in counted:
        there[(*names[activity_id], day)] = number_
    return there


def _new(
    session: Session, entries: Sequence[Entry], known: Mapping[Key, PaperActivity]
) -> list[Problem]:
    """Of a new activity somebody says what it is about, once; a course of that name tells too."""
    settled = {*known, *courses(session, entries)}
    topics = set(session.scalars(select(Topic.id)))
    problems = []
    for each in entries:
        key = activity_of(each)
        if key in settled:
            continue
        settled.add(key)
        if each.topic_id not in topics:
            told = gettext("This activity is new. Choose what it is about, or correct its name.")
            problems.append(Problem(each.line, "topic", told, asks=True))
    return problems


def courses(session: Session, entries: Iterable[Entry]) -> dict[Key, Course]:
    """Courses of the centres that bear the names of these activities."""
    wanted = {activity_of(each) for each in entries}
    mine = select(Course).where(
        Course.provider_id.in_({provider_id for provider_id, _ in wanted}),
        Course.on_paper.is_(False),
    )
    rows = session.scalars(mine.order_by(Course.id.desc()))
    found = {(each.provider_id, key_of(each.title_vi)): each for each in rows}
    return {key: each for key, each in found.items() if key in wanted}
