"""Learners: the numbers people are counted under, and what held of them on which days.

Residence and groups have days of their own in accounts. Birth and sex are what they are found to be
now, for all days. Work, and whether the groups were asked for, have no days there: what is said
holds from the day it is said on, and what was said before stays here alone.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Table, insert, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import (
    Employment,
    GroupsAnswer,
    Person,
    PersonGroup,
    Residence,
    ResidenceKind,
)
from app.core import clock
from app.core.db import inserting
from app.core.many import among, pairs
from app.participation import newcomers
from app.participation.groups import bits_of
from app.participation.marks import mark, part_of
from app.participation.models import FIRST_DAY, LAST_DAY, OUTSIDE, LearnerKey, LearnerState
from app.places.models import Sex

AT_ONCE, NEW_AT_ONCE = 500, 50_000
_ONE_DAY = timedelta(days=1)
_STATES, _KEYS = (cast("Table", model.__table__) for model in (LearnerState, LearnerKey))
"""Written to as tables: through their classes rows with other empty columns go one by one."""
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class State:
    """One row of `LearnerState`, without when it was known."""

    valid_from: date
    valid_to: date
    born_on: date | None
    sex: Sex
    unit_id: int | None
    residence: ResidenceKind
    groups: int
    answered: bool
    employment: Employment | None


_held = attrgetter(*State.__slots__[2:])
_COLUMNS = tuple(getattr(LearnerState, name) for name in State.__slots__)


def in_parts(ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """So many at once, in order."""
    every = sorted(set(ids))
    for at in range(0, len(every), size):
        yield every[at : at + size]


def numbers(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """The numbers of those of these people who are learners."""
    mine = select(LearnerKey.person_id, LearnerKey.number)
    return dict(session.execute(mine.where(among(LearnerKey.person_id, person_ids))).all())


def draw() -> int:
    """A number nobody has: 63 bits."""
    return secrets.randbits(63) or draw()


def add(session: Session, person_ids: Iterable[int], now: datetime) -> None:
    """These people are learners from now on; those who are already stay what they are."""
    for ids in in_parts(person_ids, NEW_AT_ONCE):
        known = numbers(session, ids)
        new = {id_: draw() for id_ in ids if id_ not in known}
        if new:
            rows = inserting(_KEYS).from_select(["person_id", "number"], pairs(new))
            ours = rows.on_conflict_do_nothing().returning(_KEYS.c.person_id)
            made = session.scalars(ours).all()  # another may have been first with some of them
            newcomers.state(session, made, now)
            mark(session, (part_of(new[id_]) for id_ in made))


def silent(session: Session, person_ids: Collection[int]) -> Sequence[int]:
    """Those of these people who do not want to be counted by group."""
    refused = or_(Person.groups_answer == GroupsAnswer.DECLINED, Person.objected_at.is_not(None))
    return session.scalars(select(Person.id).where(Person.id.in_(person_ids), refused)).all()


def restate(
    session: Session, person_ids: Iterable[int], now: datetime, *, awake: Collection[int] = ()
) -> set[int]:
    """Write what holds of these people where it differs; the learners of whom something does.

    Of a row that was erased or merged nothing more is learned.

    Args:
        awake: merged rows that are being parted.
    """
    changed: set[int] = set()
    for ids in in_parts(person_ids):
        changed |= _write(session, list(differences(session, ids, awake=awake)), now)
    return changed


def differences(
    session: Session, person_ids: Sequence[int], *, awake: Collection[int] = ()
) -> Iterator[tuple[int, list[int], list[State]]]:
    """Of each learner of whom something differs: the rows that hold no more, and the new ones."""
    about = select(
        Person.id, Person.born_on, Person.born_in, Person.sex, Person.employment,
        Person.groups_answer, Person.objected_at, Person.merged_into_id, Person.erased_at,
        LearnerKey.number,
    ).join(LearnerKey, LearnerKey.person_id == Person.id)  # fmt: skip
    people = session.execute(about.where(Person.id.in_(person_ids)).order_by(Person.id)).all()
    homes = _by_owner(session, Residence.person_id, person_ids, Residence.id, _HOME)
    groups = _by_owner(session, PersonGroup.person_id, person_ids, PersonGroup.id, _GROUP)
    learners = [person.number for person in people]
    current = (LearnerState.id, *_COLUMNS)
    kept = _by_owner(
        session, LearnerState.learner, learners, LearnerState.valid_from, current,
        LearnerState.known_to.is_(None),
    )  # fmt: skip
    for person in people:
        rows = kept.get(person.number, [])
        before = {row.id: State(*row[2:]) for row in rows}
        sleeps = person.erased_at or (person.merged_into_id and person.id not in awake)
        if before and sleeps:
            continue
        new = states_of(
            person, homes.get(person.id, []), groups.get(person.id, []), [*before.values()]
        )
        gone = [id_ for id_, state in before.items() if state not in new]
        added = [state for state in new if state not in before.values()]
        if gone or added:
            yield person.number, gone, added


_HOME = (Residence.unit_id, Residence.kind, Residence.valid_from, Residence.valid_to)
_GROUP = (PersonGroup.group, PersonGroup.valid_from, PersonGroup.valid_to)


def _by_owner(
    session: Session, owner: Any, ids: Sequence[int], order: Any, columns: Sequence[Any],
    *which: Any,
) -> dict[int, list[Any]]:  # fmt: skip
    found: dict[int, list[Any]] = {}
    query = select(owner.label("owner"), *columns).where(owner.in_(ids), *which)
    for row in session.execute(query.order_by(owner, order)):
        found.setdefault(row.owner, []).append(row)
    return found


def states_of(
    person: Any, homes: Sequence[Any], groups: Sequence[Any], before: Sequence[State]
) -> list[State]:
    """What holds of a person on which days, by what is known now and was said before."""
    silent = person.groups_answer is GroupsAnswer.DECLINED or person.objected_at is not None
    told = groups if not silent else []
    has_answered = person.groups_answer is GroupsAnswer.GIVEN and not silent
    answers = (
        _said([(state.valid_from, state.answered) for state in before], has_answered)
        if has_answered
        else [(FIRST_DAY, False)]
    )
    work = _said([(state.valid_from, state.employment) for state in before], person.employment)
    days = {FIRST_DAY, *(day for day, _ in answers), *(day for day, _ in work)}
    for row in (*homes, *told):
        days |= {row.valid_from, *([row.valid_to + _ONE_DAY] if row.valid_to else [])}
    born_on = person.born_on or (date(person.born_in, 7, 1) if person.born_in else None)
    found: list[State] = []
    for day in sorted(day for day in days if day >= FIRST_DAY):
        home = next((row for row in reversed(homes) if _holds(row, day)), None)
        state = State(
            day, LAST_DAY, born_on, person.sex,
            None if home is None else home.unit_id or OUTSIDE,
            ResidenceKind.NOT_STATED if home is None else home.kind,
            bits_of(row.group for row in told if _holds(row, day)),
            _on(answers, day), _on(work, day),
        )  # fmt: skip
        _append(found, state)
    return found


def _append(found: list[State], state: State) -> None:
    """After the last one, which ends the day before, unless both say the same."""
    if found and _held(found[-1]) == _held(state):
        return
    if found:
        last = found.pop()
        ends = (last.valid_from, state.valid_from - _ONE_DAY)
        found.append(State(*ends, *_held(last)))
    found.append(state)


def _holds(row: Any, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


def _said(before: Sequence[tuple[date, V]], now: V) -> list[tuple[date, V]]:
    """What was said from which day on: what is new holds from today."""
    if not before:
        return [(FIRST_DAY, now)]
    told = [row for at, row in enumerate(before) if at == 0 or before[at - 1][1] != row[1]]
    if told[-1][1] == now:
        return told
    today = clock.today()
    return [*(row for row in told if row[0] < today), (today, now)]


def _on(told: Sequence[tuple[date, V]], day: date) -> V:
    return next(value for first, value in reversed(told) if first <= day)


def _write(
    session: Session, found: Sequence[tuple[int, list[int], list[State]]], now: datetime
) -> set[int]:
    gone = [id_ for _, ids, _ in found for id_ in ids]
    if gone:
        closed = update(LearnerState).where(LearnerState.id.in_(gone))
        session.execute(closed.values(known_to=now))
    rows = [
        {name: getattr(state, name) for name in State.__slots__}
        | {"learner": learner, "known_from": now}
        for learner, _, new in found
        for state in new
    ]
    if rows:
        session.execute(insert(_STATES), rows)
    learners = {learner for learner, _, _ in found}
    mark(session, map(part_of, learners))
    return learners
