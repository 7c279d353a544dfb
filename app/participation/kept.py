"""What sessions were: kept once from the first register, so that no later words change a figure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, insert, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import ClassSession, Course, Mode, Run, Topic
from app.core import clock
from app.core.many import among
from app.enrolment.distance.models import UnitDone
from app.enrolment.models import Enrolment, EnrolmentState, Register
from app.participation.models import Campaign, KeptSession
from app.places.models import Venue
from app.providers.models import Provider, ProviderType

DESCRIBES = (
    "day", "minutes", "run_id", "course_id", "provider_id", "provider_type", "topic", "isced_f",
    "cla", "mode", "job_related", "venue_id", "venue_unit_id", "campaign",
)  # fmt: skip
FOLLOWS = ("day", "minutes", "campaign")
"""When a session was is told by itself; everything else by what was said of it at that time.

A length that somebody corrected is not told by the timetable any more.
"""
COUNTS_NOWHERE = (EnrolmentState.VOID, EnrolmentState.WAITING)
_DAYS_OF_A_RUN = 1_000_000
_OF_RUN = (
    Run.id.label("run_id"),
    Run.course_id,
    Run.mode,
    Course.provider_id,
    Course.isced_f,
    Course.cla,
    Course.job_related,
    Topic.slug.label("topic"),
    ProviderType.code.label("provider_type"),
)


def unit_of(run_id: int, day: date) -> int:
    """The number of all those who completed a self-paced run on this day."""
    return -(run_id * _DAYS_OF_A_RUN + day.toordinal())


def run_of(meeting: int) -> int:
    """The run in the number of a unit."""
    return -meeting // _DAYS_OF_A_RUN


def day_of(meeting: int) -> date:
    """The day in the number of a unit."""
    return date.fromordinal(-meeting % _DAYS_OF_A_RUN)


def keep(session: Session, session_ids: Collection[int], now: datetime) -> set[date]:
    """Keep what these sessions were, of which a register was taken; the days that changed."""
    return _write(session, of_sessions(session, session_ids), now)


def keep_units(session: Session, run_ids: Collection[int], now: datetime) -> set[date]:
    """Keep the days on which these self-paced runs were completed; the days that are new."""
    return _write(session, of_units(session, run_ids), now)


def differing(session: Session, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of these rows those that are not kept yet, or follow their sessions no more.

    What was said of a session stays as it is kept.
    """
    return _differing(session, rows, _kept(session, [row["meeting"] for row in rows]))


def _differing(
    session: Session, rows: Sequence[dict[str, Any]], kept: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    others = {
        row["meeting"]: {name: row[name] for name in FOLLOWS if was[name] != row[name]}
        for row in rows
        if (was := kept.get(row["meeting"]))
    }
    lengths = [meeting for meeting, other in others.items() if "minutes" in other]
    for meeting in _with_corrected_length(session, lengths) if lengths else ():
        del others[meeting]["minutes"]
    return [
        kept[row["meeting"]] | others[row["meeting"]] if row["meeting"] in others else row
        for row in rows
        if others.get(row["meeting"], row)
    ]


def _with_corrected_length(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """Those of these sessions of which somebody said how long they really were."""
    before = aliased(KeptSession)
    replaced = and_(
        before.meeting == KeptSession.meeting,
        before.known_to == KeptSession.known_from,
        before.minutes != KeptSession.minutes,
    )
    corrected = select(KeptSession.meeting).join(before, replaced).distinct()
    mine = corrected.where(among(KeptSession.meeting, meetings), KeptSession.reason != "")
    return session.scalars(mine).all()


def correct(
    session: Session, meeting: int, values: dict[str, Any], now: datetime,
    *, reason: str, by_id: int | None,
) -> set[date] | None:  # fmt: skip
    """Another row takes the place of the kept one; the days before and after. None: no such row.

    The reason stays with the row, whatever the log forgets.
    """
    was = _kept(session, [meeting]).get(meeting)
    if was is None:
        return None
    if was | values == was:
        return set()
    why = {"reason": reason, "corrected_by_id": by_id}
    return {was["day"]} | _replace(session, [was | values | why], now)


def campaign_on(campaigns: Sequence[Campaign], day: date) -> str:
    return next((each.code for each in campaigns if each.first <= day <= each.last), "")


def campaigns(session: Session) -> Sequence[Campaign]:
    return session.scalars(select(Campaign).order_by(Campaign.first, Campaign.code)).all()


def _kept(session: Session, meetings: Sequence[int]) -> dict[int, dict[str, Any]]:
    columns = (KeptSession.meeting, *(getattr(KeptSession, name) for name in DESCRIBES))
    current = select(*columns).where(
        among(KeptSession.meeting, meetings), KeptSession.known_to.is_(None)
    )
    return {row["meeting"]: dict(row) for row in session.execute(current).mappings()}


def _described(columns: Iterable[Any]) -> Any:
    query = select(*columns, *_OF_RUN).select_from(Run).join(Course, Course.id == Run.course_id)
    query = query.join(Topic, Topic.id == Course.topic_id)
    query = query.join(Provider, Provider.id == Course.provider_id)
    return query.join(ProviderType, ProviderType.id == Provider.type_id)


def of_sessions(session: Session, session_ids: Collection[int]) -> list[dict[str, Any]]:
    """What these sessions are by what is said today, as far as they have registers."""
    when = (ClassSession.id.label("meeting"), ClassSession.starts_at, ClassSession.ends_at)
    query = _described((*when, Venue.id.label("venue_id"), Venue.unit_id.label("venue_unit_id")))
    query = query.join(ClassSession, ClassSession.run_id == Run.id)
    query = query.join(Register, Register.session_id == ClassSession.id)
    where = ClassSession.venue_id == Venue.id
    of_run = ClassSession.venue_id.is_(None) & (Run.venue_id == Venue.id)
    query = query.outerjoin(Venue, where | of_run)
    known = campaigns(session)
    mine = query.where(among(ClassSession.id, session_ids)).order_by(ClassSession.id)
    return [_of_session(dict(row), known) for row in session.execute(mine).mappings()]


def _of_session(found: dict[str, Any], known: Sequence[Campaign]) -> dict[str, Any]:
    begins, ends, mode = (found.pop(name) for name in ("starts_at", "ends_at", "mode"))
    day = clock.local(begins).date()
    if mode is Mode.ONLINE:
        found |= {"venue_id": None, "venue_unit_id": None}
    return found | {
        "day": day, "campaign": campaign_on(known, day),
        "minutes": int((ends - begins).total_seconds() // 60), "mode": mode.value,
    }  # fmt: skip


def completed(run_ids: Collection[int]) -> Any:
    """The moments at which people completed these self-paced runs, or a unit of them.

    Runs that have registers are left out.
    """
    registered = select(ClassSession.id).join(Register, Register.session_id == ClassSession.id)
    own_pace = (
        Run.id.in_(run_ids),
        Run.mode == Mode.SELF_PACED,
        ~registered.where(ClassSession.run_id == Run.id).exists(),
    )
    whole = select(Run.id, Enrolment.completed_at).join(Enrolment, Enrolment.run_id == Run.id)
    whole = whole.where(
        *own_pace,
        Enrolment.state == EnrolmentState.COMPLETED,
        Enrolment.completed_at.is_not(None),
    )
    unit = select(Run.id, UnitDone.done_at).join(Enrolment, Enrolment.run_id == Run.id)
    unit = unit.join(UnitDone, UnitDone.enrolment_id == Enrolment.id)
    return whole.union_all(unit.where(*own_pace, Enrolment.state.not_in(COUNTS_NOWHERE)))


def of_units(session: Session, run_ids: Collection[int]) -> list[dict[str, Any]]:
    """What the days are on which these runs were completed, by what is said today."""
    found = session.execute(completed(run_ids)).all()
    ends = sorted({(run_id, clock.local(moment).date()) for run_id, moment in found})
    runs = {run_id for run_id, _ in ends}
    rows = session.execute(_described(()).where(Run.id.in_(runs)))
    about = {row.run_id: row for row in rows}
    known = campaigns(session)
    return [
        {name: getattr(about[run_id], name) for name in DESCRIBES if hasattr(about[run_id], name)}
        | {
            "meeting": unit_of(run_id, day), "day": day, "minutes": 0,
            "mode": about[run_id].mode.value, "venue_id": None, "venue_unit_id": None,
            "campaign": campaign_on(known, day),
        }
        for run_id, day in ends
    ]  # fmt: skip


def _write(session: Session, rows: Sequence[dict[str, Any]], now: datetime) -> set[date]:
    before = _kept(session, [row["meeting"] for row in rows])
    new = _differing(session, rows, before)
    gone = (before[row["meeting"]]["day"] for row in new if row["meeting"] in before)
    return {*gone} | _replace(session, new, now)


def _replace(session: Session, rows: Sequence[dict[str, Any]], now: datetime) -> set[date]:
    if not rows:
        return set()
    meetings = [row["meeting"] for row in rows]
    current = update(KeptSession).where(
        among(KeptSession.meeting, meetings), KeptSession.known_to.is_(None)
    )
    how = {"synchronize_session": False}
    session.execute(current.values(known_to=now), execution_options=how)
    table = cast("Table", KeptSession.__table__)  # as in `learners`
    session.execute(insert(table), [row | {"known_from": now} for row in rows])
    return {row["day"] for row in rows}
