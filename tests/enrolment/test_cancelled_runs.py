"""A class that is called off: what the worker has not come to yet gives nobody a place."""

import pytest
from sqlalchemy import select

from app.accounts.operations import merges
from app.catalogue.operations import cancel_run
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations
from app.enrolment.errors import RunCancelled
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import Group
from tests.factories import PersonFactory, SessionFactory


@pytest.fixture(autouse=True)
def _invariants_hold(app, run_jobs):
    yield
    run_jobs()
    assert audit_invariants() == []


def test_an_offer_in_a_cancelled_class_is_not_accepted(app):
    run = SessionFactory(run__capacity=1).run
    first, second = (operations.enrol(PersonFactory().id, run.id) for _ in range(2))
    operations.withdraw(first.id)
    cancel_run(run.id)
    with pytest.raises(RunCancelled):
        operations.accept(second.id)
    assert db.session.get(Enrolment, second.id).state is State.OFFERED


def test_nobody_is_approved_in_a_cancelled_class(app):
    run = SessionFactory(run__needs_approval=True).run
    place = operations.enrol(PersonFactory().id, run.id)
    cancel_run(run.id)
    with pytest.raises(RunCancelled):
        operations.approve(place.id, None)
    with pytest.raises(RunCancelled):
        operations.approve_several(run.id, [place.id], None)


def test_undoing_a_merge_gives_no_place_back_in_a_class_that_was_cancelled_since(app, run_jobs):
    run = SessionFactory(run__capacity=3).run
    kept, gone = PersonFactory(), PersonFactory()
    places = [operations.enrol(person.id, run.id).id for person in (kept, gone)]
    merged = merges.merge(kept.id, gone.id, None, "cùng một người").id
    cancel_run(run.id)
    run_jobs()
    merges.undo(merged, None, "nhầm")
    assert [db.session.get(Enrolment, each).state for each in places] == [State.CANCELLED] * 2


def test_the_log_says_that_a_group_lost_its_seats(app, run_jobs):
    run = SessionFactory(run__capacity=30).run
    group = Group(organisation="Trường An Bình", contact_name="Lê An", phone="+84912345678",
                  learners=20, adults=2)  # fmt: skip
    booking = operations.book_group(run.id, group, channel=Channel.STAFF)
    cancel_run(run.id)
    run_jobs()
    said = select(AuditEntry.action).where(
        AuditEntry.object_kind == "group_booking", AuditEntry.object_id == str(booking.id)
    )
    assert set(db.session.scalars(said)) == {"group.book", "group.cancel"}
