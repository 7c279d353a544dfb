"""Classes that met, and figures counted over them."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import clock, config
from app.core.db import db
from app.participation import operations, periods, queries, store
from app.participation.dimensions import Dimension
from app.participation.kept import DESCRIBES
from app.participation.models import Fact, KeptSession, LearnerKey
from app.participation.presence import SAYS
from app.participation.queries import Question, Table
from tests.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    PersonFactory,
    RegisterFactory,
    RunFactory,
    SessionFactory,
)

Ask = Callable[..., Table]


def meet(run, day: date, *, present=(), absent=(), headcount=0, hour=18, hours=2):
    """A session of the run on this day with its register; one commit."""
    begin = clock.at(day, time(hour))
    ends = begin + timedelta(hours=hours)
    session = SessionFactory.build(run=run, starts_at=begin, ends_at=ends)
    marks = [
        AttendanceFactory.build(session=session, enrolment=enrolment, status=status)
        for status, enrolments in (("present", present), ("absent", absent))
        for enrolment in enrolments
    ]
    db.session.add_all(
        [session, RegisterFactory.build(session=session, headcount=headcount), *marks]
    )
    db.session.commit()
    return session


def seat(run, day: date, person=None, **values):
    """A place taken on this day, long before any session of the test."""
    moment = clock.at(day, time(8))
    enrolment = EnrolmentFactory.build(
        run=run,
        person=person or PersonFactory.build(),
        seated_at=moment,
        joined_at=moment,
        **values,
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def crowd(number: int, day=date(2026, 3, 2), run=None, **person):
    """So many people at one session on this day."""
    run = run or RunFactory(capacity=None)
    seats = [seat(run, date(2026, 1, 2), PersonFactory.build(**person)) for _ in range(number)]
    meet(run, day, present=seats)
    return run


def facts():
    """The facts as they are known now: what they say of session and person, and whose they are."""
    db.session.rollback()
    session = (getattr(KeptSession, name) for name in ("meeting", *DESCRIBES))
    said = (getattr(Fact, name) for name in SAYS)
    query = select(*session, *said, LearnerKey.person_id).select_from(Fact)
    query = query.join(KeptSession, KeptSession.meeting == Fact.meeting)
    query = query.outerjoin(LearnerKey, LearnerKey.number == Fact.learner)
    query = query.where(Fact.known_to.is_(None), KeptSession.known_to.is_(None))
    return db.session.execute(query.order_by(Fact.meeting, LearnerKey.person_id)).all()


@pytest.fixture
def where(app) -> Path:
    return store.folder(config.current())


@pytest.fixture
def ask(app, where) -> Ask:
    """`ask("2026-H1", "ward", "sex")` counts; the first call in a test writes facts and files."""
    written = []

    def count(period: str, *by: str, **filters) -> Table:
        db.session.rollback()
        if not written:
            written.append(operations.rebuild())
            store.refresh(where)
        dimensions = tuple(Dimension(name) for name in by)
        return queries.count(where, Question(periods.parse(period), dimensions, **filters))

    return count


def persons(table: Table) -> dict:
    return {key: counts.persons for key, counts in table.cells.items()}
