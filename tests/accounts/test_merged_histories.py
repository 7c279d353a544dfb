"""What happened while two rows were one, and what was counted of them, stays as it was."""

from datetime import date

from sqlalchemy import select

from app.accounts.operations import erasure, merges
from app.core.db import db
from app.enrolment import operations as enrolment
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Enrolment, EnrolmentState
from app.participation import periods
from app.participation.digest import digest
from app.participation.models import Fact
from tests.accounts.people import count_facts, learn, make_person
from tests.factories import RunFactory
from tests.participation.conftest import facts


def test_undo_leaves_whoever_took_a_new_place_meanwhile_with_that_one(app):
    kept, gone = make_person(), make_person(phone="+84987000000")
    run = RunFactory(capacity=5)
    stays = enrolment.enrol(gone.id, run.id)
    goes = enrolment.enrol(kept.id, run.id)
    merge_id = merges.merge(kept.id, gone.id, None, "").id
    assert db.session.get(Enrolment, goes.id).state is EnrolmentState.VOID
    enrolment.withdraw(stays.id)
    again = enrolment.enrol(kept.id, run.id)
    assert merges.undo(merge_id, None, "") == []
    db.session.expire_all()
    states = {each: db.session.get(Enrolment, each.id).state for each in (stays, goes, again)}
    assert list(states.values()) == [
        EnrolmentState.WITHDRAWN, EnrolmentState.WITHDRAWN, EnrolmentState.ENROLLED
    ]  # fmt: skip
    assert audit_invariants() == []


def test_erasing_keeps_the_month_of_birth_each_fact_was_counted_under(app, one_key):
    kept = make_person(born_on=date(1990, 5, 3))
    gone = make_person(phone="+84987000000", born_on=date(1990, 3, 5))
    for person in (kept, gone):
        learn(person)
    count_facts()
    merges.merge(kept.id, gone.id, None, "")
    before = digest(periods.parse("2026"))
    stripped_id = erasure.erase(kept.id, None, "")
    assert digest(periods.parse("2026")) == before
    assert {
        (fact.person_id, fact.born_on) for fact in facts() if fact.person_id == stripped_id
    } == {(stripped_id, date(1990, 5, 1))}
    known = select(Fact.born_on).where(Fact.known_to.is_not(None))
    assert db.session.scalars(known).all() == [date(1990, 3, 1)]
    erasure._file().unlink(missing_ok=True)
