"""Seats and offers where only time, and no operation, tells that something is to be done."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.catalogue.models import Run
from app.catalogue.operations import Meeting, move_session
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import PeriodBegan
from app.enrolment import operations
from app.enrolment.errors import OfferLapsed
from app.enrolment.invariants import audit_invariants
from app.enrolment.jobs import release_reservations
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from tests.factories import PersonFactory, SessionFactory


def test_a_seat_whose_event_was_lost_is_offered_by_the_worker(app, run_jobs):
    run = SessionFactory(run__capacity=1).run
    _first, waits = (operations.enrol(PersonFactory().id, run.id) for _ in range(2))
    run_jobs()
    with transaction() as session:
        session.execute(update(Run).where(Run.id == run.id).values(capacity=2))
    assert audit_invariants() != []
    release_reservations(PeriodBegan())
    db.session.refresh(waits)
    assert (waits.state, audit_invariants()) == (State.OFFERED, [])


def test_an_offer_ends_with_the_start_also_where_that_was_moved_forward(app, time_machine):
    meeting = SessionFactory(run__capacity=1)
    first, asked = (operations.enrol(PersonFactory().id, meeting.run_id) for _ in range(2))
    operations.withdraw(first.id)
    begins = clock.now() + timedelta(hours=3)
    move_session(meeting.id, Meeting(starts_at=begins, ends_at=begins + timedelta(hours=2)))
    time_machine.move_to(clock.now() + timedelta(hours=4))
    with pytest.raises(OfferLapsed):
        operations.accept(asked.id)
    assert db.session.get(Enrolment, asked.id).state is State.LAPSED
