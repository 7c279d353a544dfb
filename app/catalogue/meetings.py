"""When a run meets, said in one sentence."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from app.catalogue.models import ClassSession, Mode, Run, RunStatus, SessionStatus
from app.core import clock
from app.core.formats import clock_time, long_date, short_date, weekday
from app.core.i18n import gettext, ngettext

_MANY_HOURS = 3  # more different hours than this are left to the table


def sentence(run: Run, sessions: Sequence[ClassSession]) -> str:
    """Thứ Ba và thứ Năm, 18:30–20:30, 8 buổi từ 01/12/2026."""
    is_off = run.status is RunStatus.CANCELLED  # then it says when it would have met
    held = [each for each in sessions if is_off or each.status is SessionStatus.PLANNED]
    if not held:
        return _period(run)
    if len(held) == 1:
        return _capital(f"{long_date(held[0].starts_at)}, {hours(held[0])}")
    count = ngettext("%(num)s session", "%(num)s sessions", len(held))
    first = short_date(held[0].starts_at)
    return gettext("%(times)s, %(count)s from %(day)s", times=times(held), count=count, day=first)


def times(sessions: Sequence[ClassSession]) -> str:
    """Weekdays with their hours: Thứ Ba và thứ Năm, 18:30–20:30."""
    by_hours: dict[str, set[date]] = defaultdict(set)
    for session in sessions:
        by_hours[hours(session)].add(clock.local(session.starts_at).date())
    if len(by_hours) > _MANY_HOURS:
        return gettext("At different times")
    return _capital("; ".join(f"{_weekdays(days)}, {hour}" for hour, days in by_hours.items()))


def hours(session: ClassSession) -> str:
    """18:30–20:30."""
    return f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}"


def _weekdays(days: set[date]) -> str:
    one_of_each = {day.weekday(): day for day in days}
    names = [weekday(one_of_each[number]) for number in sorted(one_of_each)]
    if len(names) == 7:  # noqa: PLR2004 - days of the week
        return gettext("every day")
    return joined(names)


def joined(words: Sequence[str]) -> str:
    """a, b và c."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    return gettext("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def _period(run: Run) -> str:
    days = {"first": short_date(run.starts_on), "last": short_date(run.ends_on)}
    if run.mode is Mode.SELF_PACED:
        days = {"first": short_date(run.enrol_from), "last": short_date(run.enrol_until)}
        return gettext("At your own pace: begin on any day from %(first)s to %(last)s", **days)
    return gettext("%(first)s – %(last)s; times are to be announced", **days)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
