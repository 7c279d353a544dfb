"""People are locked before runs, and both by their numbers: nobody waits in a circle."""

from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person, Residence
from app.accounts.operations import Guest, erasure, merges
from app.catalogue.rules import Rules
from app.core import clock
from app.core.db import db, transaction
from app.enrolment import operations
from app.enrolment.errors import DeletedMeanwhile
from app.enrolment.invariants import audit_invariants
from app.enrolment.operations import Application, eligibility, seats
from tests.factories import PersonFactory, RunFactory, WardFactory

A_WHILE = 0.4  # seconds in which the other comes as far as it can
HOA = {"full_name": "Trần Thị Hoa", "phone": "+84912345678", "born_in": 1960}


@pytest.fixture
def meanwhile(at_once):
    """`meanwhile(first, then, act)`: somebody locks the one and then the other while `act` runs."""

    def run(first, then, act):
        begun = Event()

        def hold():
            with transaction() as session:
                first(session)
                begun.set()
                sleep(A_WHILE)
                then(session)

        def other():
            begun.wait()
            return act()

        answer = at_once([hold, other])[1]
        assert audit_invariants() == []
        return answer

    return run


def person(key):
    return lambda session: eligibility.held(session, key)


def person_row(key):
    return lambda session: session.get(Person, key, with_for_update=True)


def run(key):
    return lambda session: seats.locked(session, key)


@pytest.fixture
def two(app):
    """A run with a place of one person, who and another person turn out to be the same."""
    run_id, one, other = RunFactory().id, PersonFactory().id, PersonFactory().id
    operations.enrol(one, run_id)
    return run_id, one, other


def test_two_rows_become_one_while_one_of_them_is_held(two, meanwhile):
    run_id, one, other = two
    meanwhile(person(one), run(run_id), lambda: merges.merge(other, one, None, "x").id)


def test_two_rows_are_parted_while_one_of_them_is_held(two, meanwhile):
    run_id, one, other = two
    merge_id = merges.merge(other, one, None, "x").id
    meanwhile(person(other), run(run_id), lambda: merges.undo(merge_id, None, "x"))


def test_somebody_is_deleted_who_is_held(two, meanwhile):
    run_id, one, _other = two
    meanwhile(person(one), run(run_id), lambda: erasure.erase(one, None))


def test_a_place_for_somebody_whose_row_became_another(two, meanwhile):
    _run_id, one, other = two
    merges.merge(other, one, None, "x")
    new = RunFactory().id
    taken = meanwhile(person(other), run(new), lambda: operations.enrol(one, new).person_id)
    assert taken == other


def test_a_place_for_somebody_whose_row_becomes_another_at_that_moment(two, meanwhile):
    _run_id, one, other = two
    new = RunFactory().id
    taken = meanwhile(
        lambda _session: merges.merge(other, one, None, "x"), run(new),
        lambda: operations.enrol(one, new).person_id,
    )  # fmt: skip
    assert taken == other


def test_a_family_is_locked_by_the_numbers_it_has_now(app, meanwhile):
    merged, low, high = (PersonFactory().id for _ in range(3))
    merges.merge(high, merged, None, "x")
    new, asked = RunFactory().id, Application()
    taken = meanwhile(
        person(low), person(high),
        lambda: [each.person_id for each in operations.enrol_party([merged, low], new, asked)],
    )  # fmt: skip
    assert taken == [high, low]


def test_who_or_what_was_deleted_meanwhile_is_a_refusal(app):
    nobody, nowhere = 10**6, 10**6
    for person_ids, run_id in (
        ([nobody], RunFactory().id),
        ([PersonFactory().id, nobody], RunFactory().id),
        ([PersonFactory().id], nowhere),
    ):
        with pytest.raises(DeletedMeanwhile):
            operations.enrol_party(person_ids, run_id, Application())


def test_guests_on_one_form_are_locked_by_their_numbers_too(meanwhile):
    here, there = RunFactory(capacity=9).id, RunFactory(capacity=9).id
    guests = [Guest(**{**HOA, "full_name": f"Trần Văn {n}"}) for n in "ABCD"]
    backwards = sorted(guests, key=lambda guest: guest.key, reverse=True)
    known = [operations.enrol_guest(each, here, each.full_name).person_id for each in backwards]
    asked = Application(form_key="all of them")
    meanwhile(
        person(known[0]), person(known[-1]),
        lambda: len(operations.enrol_guests(guests, there, asked)),
    )  # fmt: skip


def merged_guests(*kept):
    """Guests in the order of their keys, each of whom has become the person of this number."""
    guests = [Guest(**{**HOA, "full_name": f"Trần Văn {letter}"}) for letter in "ABCD"]
    found = sorted(guests, key=lambda guest: guest.key)[: len(kept)]
    before = RunFactory(capacity=9).id
    for guest, number in zip(found, kept, strict=True):
        row = operations.enrol_guest(guest, before, guest.full_name).person_id
        merges.merge(number, row, None, "x")
    return found


def test_guests_who_became_others_are_locked_by_the_numbers_they_have_now(meanwhile):
    low, high = PersonFactory().id, PersonFactory().id
    guests, new = merged_guests(high, low), RunFactory(capacity=9).id
    asked = Application(form_key="all of them")
    taken = meanwhile(
        person(low), person(high),
        lambda: [each.person_id for each in operations.enrol_guests(guests, new, asked)],
    )  # fmt: skip
    assert taken == [high, low]


def test_a_guest_who_became_another_is_deleted_at_that_moment(meanwhile):
    kept, new = PersonFactory().id, RunFactory().id
    (guest,) = merged_guests(kept)
    gone = db.session.scalar(select(Person.id).where(Person.guest_key == guest.key))
    assert gone > kept
    taken = meanwhile(
        person_row(kept), person_row(gone),
        lambda: operations.enrol_guest(guest, new, "form").person_id,
    )  # fmt: skip
    assert taken == kept


def test_a_guest_who_moved_to_the_ward_gets_a_place_there(app):
    before, now = WardFactory().id, WardFactory()
    only_here = RunFactory(rules=Rules(wards=(now.code,)).as_json()).id
    operations.enrol_guest(Guest(**HOA, unit_id=before), RunFactory().id, "before")
    with transaction() as session:
        session.execute(update(Residence).values(valid_from=clock.today() - timedelta(days=30)))
    assert operations.enrol_guest(Guest(**HOA, unit_id=now.id), only_here, "now").is_live
