"""What a run's weeks look like, read from its sessions: how it would be planned again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from app.catalogue.calendar_days import Calendar
from app.catalogue.generator import Pattern, Planned, Skipped, Slot, Timetable, generate
from app.catalogue.models import ClassSession, Run, SessionStatus
from app.core import clock

_SELDOM = 0.3
"""A meeting of the week that took place less often than this part of the most frequent was moved
there once."""
_REGULAR = 0.6
"""With fewer sessions in the pattern than this part of all, or than this part of what the pattern
would give in that time, there is no pattern."""
_WEEK = 7


def held(run: Run) -> list[ClassSession]:
    """The sessions that are not cancelled."""
    return [each for each in run.sessions if each.status is SessionStatus.PLANNED]


def pattern_of(run: Run, first_day: date, *, with_rooms: bool = True) -> Pattern | None:
    """The weekly pattern from another first day, with as many meetings; None: there is none."""
    sessions = held(run)
    times = Counter(_slot(each, with_rooms=with_rooms) for each in sessions)
    if not times:
        return None
    often = max(times.values())
    slots = _one_at_a_time(slot for slot, count in times.most_common() if count >= often * _SELDOM)
    every_weeks = _weeks(sessions)
    if sum(times[slot] for slot in slots) < len(sessions) * _REGULAR:
        return None
    if len(sessions) < len(slots) * _lasts(sessions) / every_weeks * _REGULAR:
        return None
    return Pattern(
        first_day=first_day, slots=slots, meetings=len(sessions), every_weeks=every_weeks
    )


def again(run: Run, first_day: date, calendar: Calendar, *, with_rooms: bool = True) -> Timetable:
    """The sessions of a run from another first day."""
    pattern = pattern_of(run, first_day, with_rooms=with_rooms)
    if pattern is not None:
        return generate(pattern, calendar)
    return _shifted(run, first_day, calendar, with_rooms=with_rooms)


def is_irregular(run: Run) -> bool:
    """Whether its sessions follow no weekly pattern, so that only their distances can be kept."""
    return bool(held(run)) and pattern_of(run, run.starts_on) is None


def _one_at_a_time(slots: Iterable[Slot]) -> list[Slot]:
    """Of meetings that begin at the same hour, held here and there, the most frequent."""
    found: dict[tuple[int, time], Slot] = {}
    for slot in slots:
        found.setdefault((slot.weekday, slot.begins), slot)
    return sorted(found.values(), key=lambda slot: (slot.weekday, slot.begins))


def _slot(session: ClassSession, *, with_rooms: bool) -> Slot:
    starts, ends = clock.local(session.starts_at), clock.local(session.ends_at)
    room_id = session.room_id if with_rooms else None
    return Slot(starts.weekday(), starts.time(), ends.time(), session.venue_id, room_id)


def _weeks(sessions: Sequence[ClassSession]) -> int:
    """How many weeks lie between two meetings on the same weekday, most often."""
    days = [clock.local(each.starts_at).date() for each in sessions]
    gaps: Counter[int] = Counter()
    for day in days:
        later = [each for each in days if each > day and each.weekday() == day.weekday()]
        if later:
            gaps[(min(later) - day).days // _WEEK] += 1
    return max(1, min(gaps, key=lambda gap: (-gaps[gap], gap))) if gaps else 1


def _lasts(sessions: Sequence[ClassSession]) -> int:
    """How many weeks, the last one begun counts."""
    days = [clock.local(each.starts_at).date() for each in sessions]
    return (max(days) - min(days)).days // _WEEK + 1


def _shifted(run: Run, first_day: date, calendar: Calendar, *, with_rooms: bool) -> Timetable:
    sessions = held(run)
    if not sessions:
        return Timetable(())
    by = first_day - clock.local(sessions[0].starts_at).date()
    made: list[Planned] = []
    skipped: list[Skipped] = []
    for each in sessions:
        day = clock.local(each.starts_at).date() + by
        why = calendar.why_off(day)
        if why is not None:
            skipped.append(Skipped(day, why))
            continue
        starts_at = clock.at(day, clock.local(each.starts_at).time())
        made.append(
            Planned(
                starts_at=starts_at, ends_at=starts_at + timedelta(minutes=each.minutes),
                venue_id=each.venue_id, room_id=each.room_id if with_rooms else None,
            )
        )  # fmt: skip
    return Timetable(made, skipped)
