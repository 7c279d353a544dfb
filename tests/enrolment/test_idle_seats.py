"""A free seat is offered also where nothing but time tells that somebody waits for it."""

from sqlalchemy import update

from app.catalogue.models import Run
from app.core.db import db, transaction
from app.core.jobs import PeriodBegan
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.jobs import release_reservations
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
