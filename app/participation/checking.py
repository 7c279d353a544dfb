"""The proof that the facts kept by events are those a rebuild would make."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.core.db import db
from app.participation import facts, kept, learners, presence
from app.participation.operations import FROM_THE_BEGINNING, QUEUES, SESSIONS_AT_ONCE, Part

Found = Iterator[str]


def check() -> Found:
    """Where the two differ, in words; nothing is changed."""
    found = {Part.PEOPLE: _people, Part.REGISTERS: _registers, Part.RUNS: _runs, Part.LEFT: _left}
    for part, look in found.items():
        for ids in _all_of(QUEUES[part]):
            yield from look(ids)
            db.session.rollback()


def _people(ids: Sequence[int]) -> Found:
    for learner, _gone, _new in learners.differences(db.session(), ids):
        yield f"learner {learner}: what holds on which days differs"


def _registers(ids: Sequence[int]) -> Found:
    return _sessions(kept.of_sessions(db.session(), ids), ids)


def _runs(ids: Sequence[int]) -> Found:
    rows = kept.of_units(db.session(), ids)
    return _sessions(rows, [row["meeting"] for row in rows])


def _left(ids: Sequence[int]) -> Found:
    return _sessions([], ids)


def _sessions(rows: Sequence[dict[str, Any]], meetings: Sequence[int]) -> Found:
    session = db.session()
    for row in kept.differing(session, rows):
        yield f"{_name(row['meeting'])}: day, length or campaign differs, or it is not kept"
    people = presence.people(session, meetings)
    for person_id in sorted({*people} - learners.numbers(session, people).keys()):
        yield f"person {person_id}: counted under no number"
    for meeting in facts.amiss(session, meetings):
        yield f"{_name(meeting)}: the facts differ"


def _all_of(queue: Callable[[int], Any]) -> Iterator[Sequence[int]]:
    after = FROM_THE_BEGINNING
    while ids := db.session.scalars(queue(after).limit(SESSIONS_AT_ONCE)).all():
        yield ids
        after = ids[-1]


def _name(meeting: int) -> str:
    if meeting > 0:
        return f"session {meeting}"
    return f"run {kept.run_of(meeting)} on {kept.day_of(meeting)}"
