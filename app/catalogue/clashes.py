"""Who else has the room or the teacher at that hour: a warning, never a refusal.

Of another provider only its name and the hours are told; of a colleague's work elsewhere only the
hours.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.catalogue import teaching
from app.catalogue.generator import Planned
from app.catalogue.models import ClassSession, Course, Run, RunStatus, SessionStatus
from app.catalogue.planning_models import RunTeacher
from app.catalogue.teaching import Taught
from app.core.db import db
from app.core.formats import clock_time, short_date
from app.core.i18n import Bilingual, gettext
from app.core.vi import name_match_key
from app.places.models import Room
from app.providers.models import Provider

Key = tuple[str, int | str]
_UNTITLED = Bilingual("")


class Kind(StrEnum):
    """What two classes need at the same time."""

    ROOM = "room"
    PLACE = "place"  # a venue whose rooms nobody has named
    TEACHER = "teacher"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting somebody plans.

    Attributes:
        of: which run; meetings of the same run never clash.
        title: how the run is called where it clashes with another that is planned at once.
    """

    of: str
    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None
    room_id: int | None = None
    teachers: Sequence[Taught] = ()
    title: Bilingual = _UNTITLED


@dataclass(frozen=True, slots=True)
class Clash:
    """One meeting that has the room, the place or the teacher already."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime
    title: Bilingual | None  # None: of another provider
    provider: Bilingual
    teacher: str = ""

    def text(self) -> str:
        """A sentence for those who plan."""
        hours = f"{clock_time(self.starts_at)}–{clock_time(self.ends_at)}"
        told = {"day": short_date(self.starts_at), "hours": hours, "teacher": self.teacher}
        if self.title is None and self.kind is Kind.TEACHER:
            return gettext("%(teacher)s teaches elsewhere on %(day)s, %(hours)s.", **told)
        told["who"] = f"“{self.title.text()}”" if self.title else self.provider.text()
        if self.kind is Kind.TEACHER:
            return gettext("%(teacher)s teaches %(who)s on %(day)s, %(hours)s.", **told)
        if self.kind is Kind.ROOM:
            return gettext("%(who)s has the room on %(day)s, %(hours)s.", **told)
        return gettext("%(who)s is at the same place on %(day)s, %(hours)s.", **told)


@dataclass(frozen=True, slots=True)
class _Held:
    """A meeting as both sides are compared."""

    of: str
    starts_at: datetime
    ends_at: datetime
    keys: Mapping[Key, str]  # -> the teacher's name
    title: Bilingual | None
    provider: Bilingual


def find(
    wanted: Sequence[Wanted], provider: Provider, *, but_runs: Collection[int] = ()
) -> dict[int, list[Clash]]:
    """For each of these meetings, by its number, what it clashes with; also with one another.

    Args:
        but_runs: runs that count as `str(id)` of `Wanted.of` only, so not as others.
    """
    if not wanted:
        return {}
    roomy = _venues_with_rooms({each.venue_id for each in wanted if each.venue_id})
    planned = [_of_plan(each, roomy, provider) for each in wanted]
    taken = _by_key([*planned, *_others(wanted, roomy, provider, but_runs)])
    found: dict[int, list[Clash]] = {}
    for number, each in enumerate(planned):
        clashes = list(_clashes(each, taken))
        if clashes:
            found[number] = clashes
    return found


def wanted_of(run: Run) -> list[Wanted]:
    """The meetings of a run that are to take place."""
    return [
        Wanted(
            str(run.id), each.starts_at, each.ends_at, each.venue_id or run.venue_id,
            room_of(each), teaching.of_session(each), run.course.title,
        )
        for each in run.sessions
        if each.status is SessionStatus.PLANNED
    ]  # fmt: skip


def wanted_for(
    meetings: Sequence[Planned], run: Run | None, venue_id: int | None, room_id: int | None,
    teachers: Sequence[Taught],
) -> list[Wanted]:  # fmt: skip
    """Meetings that are about to be made, for a new run or one more of a run."""
    of = str(run.id) if run else ""
    return [
        Wanted(
            of, each.starts_at, each.ends_at, each.venue_id or venue_id,
            each.room_id or (None if each.venue_id not in (None, venue_id) else room_id), teachers,
        )
        for each in meetings
    ]  # fmt: skip


def room_of(session: ClassSession) -> int | None:
    """The room of a session: its own, else that of the run while it is in the same building."""
    if session.room_id is not None:
        return session.room_id
    run = session.run
    return run.room_id if session.venue_id in (None, run.venue_id) else None


def _of_plan(each: Wanted, roomy: Collection[int], provider: Provider) -> _Held:
    keys = _keys(each.venue_id, each.room_id, each.teachers, roomy, provider.id)
    return _Held(each.of, each.starts_at, each.ends_at, keys, each.title, provider.name)


def _keys(
    venue_id: int | None, room_id: int | None, teachers: Sequence[Taught],
    roomy: Collection[int], provider_id: int,
) -> dict[Key, str]:  # fmt: skip
    found: dict[Key, str] = {}
    if room_id is not None:
        found[Kind.ROOM, room_id] = ""
    elif venue_id is not None and venue_id not in roomy:
        found[Kind.PLACE, venue_id] = ""
    for each in teachers:
        who = each.account_id or f"{provider_id} {name_match_key(each.name)}"
        found[Kind.TEACHER, who] = each.name
    return found


def _venues_with_rooms(venue_ids: Collection[int]) -> set[int]:
    named = select(Room.venue_id).where(Room.venue_id.in_(venue_ids), ~Room.is_gone)
    return set(db.session.scalars(named.distinct()))


def _others(
    wanted: Sequence[Wanted], roomy: Collection[int], provider: Provider,
    but_runs: Collection[int],
) -> Iterator[_Held]:  # fmt: skip
    """Meetings of other runs, of anybody, that could be in the way; two statements."""
    teachers = [teacher for each in wanted for teacher in each.teachers]
    at_hand = or_(_at_venues(wanted), _taught_by(teachers, provider.id))
    first, last = min(each.starts_at for each in wanted), max(each.ends_at for each in wanted)
    query = (
        select(ClassSession)
        .join(ClassSession.run)
        .join(Run.course)
        .where(
            ClassSession.starts_at < last, ClassSession.ends_at > first,
            ClassSession.status == SessionStatus.PLANNED, Run.status == RunStatus.PLANNED,
            Run.id.not_in(list(but_runs)), at_hand,
        )
    )  # fmt: skip
    whole = joinedload(ClassSession.run).joinedload(Run.course).joinedload(Course.provider)
    sessions = list(db.session.scalars(query.options(whole)))
    taught = teaching.by_run(list({each.run_id for each in sessions}))
    for each in sessions:
        yield _of_session(each, taught[each.run_id], roomy, provider.id)


def _at_venues(wanted: Sequence[Wanted]) -> ColumnElement[bool]:
    venues = {each.venue_id for each in wanted if each.venue_id}
    return func.coalesce(ClassSession.venue_id, Run.venue_id).in_(venues)


def _taught_by(teachers: Sequence[Taught], provider_id: int) -> ColumnElement[bool]:
    accounts = {each.account_id for each in teachers if each.account_id}
    names = {each.name for each in teachers if not each.account_id}
    keys = {name_match_key(name) for name in names}
    here = and_(Course.provider_id == provider_id, RunTeacher.match_key.in_(keys))
    rows = select(RunTeacher.run_id).join(RunTeacher.run).join(Run.course)
    told = or_(false(), *(Run.teacher.contains(name, autoescape=True) for name in sorted(names)))
    return or_(
        Run.id.in_(rows.where(or_(RunTeacher.account_id.in_(accounts), here))),
        and_(Course.provider_id == provider_id, told),  # of a file only the text is known
    )


def _of_session(
    session: ClassSession, taught: Sequence[RunTeacher], roomy: Collection[int], here: int
) -> _Held:
    run = session.run
    own = [each for each in taught if each.session_id == session.id]
    teachers = own or teaching.known(run, taught)
    course = run.course
    keys = _keys(
        session.venue_id or run.venue_id, room_of(session), teachers, roomy, course.provider_id
    )
    title = course.title if course.provider_id == here else None
    name = course.provider.name
    return _Held(str(run.id), session.starts_at, session.ends_at, keys, title, name)


def _by_key(held: Sequence[_Held]) -> dict[Key, list[_Held]]:
    found: dict[Key, list[_Held]] = defaultdict(list)
    for each in sorted(held, key=lambda each: each.starts_at):
        for key in each.keys:
            found[key].append(each)
    return found


def _clashes(each: _Held, taken: Mapping[Key, Sequence[_Held]]) -> Iterator[Clash]:
    for key, name in each.keys.items():
        for other in taken[key]:
            if other.starts_at >= each.ends_at:
                break
            if other.ends_at > each.starts_at and other.of != each.of:
                yield Clash(
                    Kind(key[0]), other.starts_at, other.ends_at, other.title, other.provider, name
                )
