"""What refreshing the figures after new facts costs, beside making all of them anew.

python -m tests.benchmarks.participation_refresh [--database postgresql] [--enrolments 20000]
    [--changed 1000]

A city of `demo bulk`. In each round the registers of the last sessions are corrected, so that about
so many facts are new, and the files and boards follow as the worker makes them: first what differs,
then everything. Nothing is drawn by chance.
"""

import argparse
from collections.abc import Sequence

from sqlalchemy import case, func, select, update

from app.catalogue.models import ClassSession
from app.core import config
from app.core.db import db, transaction
from app.enrolment.models import Attendance, AttendanceStatus
from app.indicators.boards import prepared
from app.participation import operations, store
from app.participation.models import Fact
from tests.benchmarks.participation_cells import seconds, spread
from tests.benchmarks.participation_facts import city, size_of


def newest_sessions(changed: int) -> Sequence[int]:
    """The last sessions that were held, with about so many facts."""
    query = select(Fact.meeting, func.count()).where(Fact.known_to.is_(None))
    query = query.join(ClassSession, ClassSession.id == Fact.meeting).group_by(Fact.meeting)
    last = (func.max(ClassSession.starts_at).desc(), Fact.meeting)
    found: list[int] = []
    many = 0
    for meeting, facts in db.session.execute(query.order_by(*last)):
        if many >= changed:
            break
        found.append(meeting)
        many += facts
    return found


def correct(meetings: Sequence[int]) -> None:
    """Whoever was present was absent, and the other way round."""
    was, mine = Attendance.status, Attendance.session_id.in_(meetings)
    present, absent = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
    db.session.rollback()
    with transaction() as session:
        turned = case((was == present, absent.value), else_=present.value)
        session.execute(update(Attendance).where(mine).values(status=turned))
    operations.rewrite(meetings)


def refresh(*, everything: bool) -> None:
    """As the worker does it."""
    store.refresh(store.folder(config.current()), everything=everything)
    done = prepared.prepare(everything=everything)
    db.session.rollback()
    told.append(f"{done.periods} periods, {done.written} boards written")


told: list[str] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--enrolments", type=int, default=20_000)
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    size = size_of(options.enrolments)
    with city(options.database, size):
        refresh(everything=True)
        meetings = newest_sessions(options.changed)
        facts = db.session.scalar(select(func.count()).where(Fact.known_to.is_(None)))
        print(f"{options.database}: {facts} facts, those of {len(meetings)} sessions change")
        some, every = [], []
        for _ in range(options.rounds):
            correct(meetings)
            some.append(seconds(lambda: refresh(everything=False)))
            every.append(seconds(lambda: refresh(everything=True)))
    print(f"{options.rounds} alternating rounds; seconds: min / median / max")
    print(f"  what differs  {spread(some)}   ({told[-2]})")
    print(f"  everything    {spread(every)}   ({told[-1]})")
    print(f"  ratio         {spread([a / b for a, b in zip(some, every, strict=True)])}")


if __name__ == "__main__":
    main()
