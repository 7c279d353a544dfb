"""Two rows of one human become one, by the rules of every package, and two again on demand."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts import merged_rows
from app.accounts.errors import CannotMerge, MergeUndone, NotTheLastMerge
from app.accounts.models import Bond, Guardianship, Merge, Person, Residence
from app.accounts.operations import Guest, merges, person_for_guest
from app.accounts.rights.holdings import all_holdings
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations as enrolment
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Attendance, Enrolment, EnrolmentState
from tests.accounts.people import DAY, count_facts, enrol, fill, fingerprint, learn, make_person
from tests.factories import AccountFactory, CourseFactory, ResidenceFactory, RunFactory, WardFactory
from tests.participation.conftest import facts, meet, seat

HOA = {"full_name": "Nguyễn Thị Hoà", "phone": "+84912345678", "born_in": 1960}


@pytest.fixture
def pair(app):
    """The one kept, who has an account, and the one that goes."""
    return make_person(), make_person(phone="+84987000000")


def merge(kept, gone, reason="cùng một người"):
    db.session.rollback()
    return merges.merge(kept.id, gone.id, None, reason).id


def test_undo_gives_every_row_of_every_table_back(app, pair, run_jobs):
    kept, gone = pair
    fill(kept)
    fill(gone, account=False, email="other@example.org")
    kept.sex, kept.born_on = "not_stated", None
    db.session.commit()
    learn(kept)
    learn(gone, date(2026, 4, 1))
    run = RunFactory(capacity=5)
    for person in (kept, gone):
        assert enrol(person).is_live
        seat(run, DAY, person)
    run.seats_taken = 2
    db.session.commit()
    count_facts()
    run_jobs()
    before = fingerprint()
    merge_id = merge(kept, gone)
    run_jobs()
    assert fingerprint() != before
    assert audit_invariants() == []
    assert {each.name: each.count(gone.id) for each in all_holdings()}["enrolments"] == 0
    assert merges.undo(merge_id, None, "nhầm") == []
    run_jobs()
    assert fingerprint() == before
    assert audit_invariants() == []


def test_enrolments_facts_and_the_guest_key_lead_to_the_kept_person(app, pair, run_jobs):
    kept, _ = pair
    gone = person_for_guest(Guest(**HOA))
    learn(gone)
    run_jobs()
    db.session.rollback()
    count_facts()
    merge(kept, gone)
    assert merged_rows.current_id(gone.id) == kept.id
    assert person_for_guest(Guest(**HOA)).id == kept.id
    counted = {fact.person_id for fact in facts()}
    assert kept.id in counted
    assert gone.id not in counted
    assert gone.id not in db.session.scalars(select(Enrolment.person_id)).all()


def test_a_place_taken_for_a_row_that_has_just_gone_is_the_kept_person_s(app, pair):
    """The page was loaded before the two were put together."""
    kept_id, gone_id = _ids(pair)
    merge(*pair)
    place = enrolment.enrol(gone_id, RunFactory().id)
    assert place.person_id == kept_id


def test_of_two_live_places_the_seat_stays_and_the_queue_moves_up(app, pair):
    kept, gone = pair
    run = RunFactory(capacity=1)
    seated = enrolment.enrol(gone.id, run.id)
    queued = enrolment.enrol(kept.id, run.id)
    merge(kept, gone)
    states = {each.id: each.state for each in db.session.scalars(select(Enrolment))}
    assert states == {
        seated.id: EnrolmentState.ENROLLED, queued.id: EnrolmentState.VOID
    }  # fmt: skip
    assert db.session.get(Enrolment, seated.id).person_id == kept.id
    assert audit_invariants() == []


def test_of_two_places_in_one_course_one_stays_and_undo_gives_the_other_back(app, pair):
    kept, gone = pair
    course = CourseFactory()
    places = [
        enrolment.enrol(person.id, RunFactory(course=course).id).id for person in (kept, gone)
    ]
    merge_id = merge(kept, gone)
    states = [db.session.get(Enrolment, place).state for place in places]
    assert states == [EnrolmentState.ENROLLED, EnrolmentState.VOID]
    assert audit_invariants() == []
    assert merges.undo(merge_id, None, "") == []
    states = [db.session.get(Enrolment, place).state for place in places]
    assert states == [EnrolmentState.ENROLLED] * 2
    assert audit_invariants() == []


def test_a_freed_seat_is_offered_to_the_queue_and_undo_says_that_it_is_gone(app, pair):
    kept, gone = pair
    third = make_person(phone="+84987000001")
    run = RunFactory(capacity=2)
    places = [enrolment.enrol(person.id, run.id).id for person in (kept, gone, third)]
    merge_id = merge(kept, gone)
    assert db.session.get(Enrolment, places[2]).state is EnrolmentState.OFFERED
    said = merges.undo(merge_id, None, "")
    assert len(said) == 1
    assert db.session.get(Enrolment, places[1]).state is EnrolmentState.WITHDRAWN
    assert db.session.get(Enrolment, places[1]).person_id == gone.id
    assert audit_invariants() == []


def test_whoever_was_present_under_one_of_two_places_was_present(app, pair, run_jobs):
    kept, gone = pair
    run = RunFactory(capacity=None)
    mine, double = seat(run, date(2026, 1, 2), kept), seat(run, date(2026, 1, 3), gone)
    run.seats_taken = 2
    db.session.commit()
    meet(run, DAY, present=[double], absent=[mine])
    count_facts()
    before = fingerprint()
    merge_id = merge(kept, gone)
    run_jobs()
    assert [(fact.person_id, fact.present) for fact in facts()] == [(kept.id, True)]
    merges.undo(merge_id, None, "")
    run_jobs()
    assert fingerprint() == before
    assert len(db.session.scalars(select(Attendance)).all()) == 2


def test_two_accounts_or_a_bond_between_them_refuse(app, pair):
    kept, gone = pair
    AccountFactory(person=kept)
    db.session.add(Guardianship(guardian_id=kept.id, dependant_id=gone.id, bond=Bond.HELPER))
    db.session.commit()
    before = fingerprint()
    assert len(merges.preview(kept.id, gone.id).obstacles) == 1
    with pytest.raises(CannotMerge):
        merge(kept, gone)
    AccountFactory(person=gone)
    assert len(merges.preview(kept.id, gone.id).obstacles) == 2
    assert fingerprint() != before  # the account just made
    before = fingerprint()
    with pytest.raises(CannotMerge):
        merge(kept, gone)
    assert fingerprint() == before


def test_the_kept_person_lives_where_they_live_and_has_one_open_residence(app, pair):
    kept, gone = pair
    home, old = WardFactory(), WardFactory()
    ResidenceFactory(person=kept, unit=home, valid_from=date(2026, 6, 1))
    ResidenceFactory(person=gone, unit=old, valid_from=date(2026, 1, 1))
    merge(kept, gone)
    lived = db.session.scalars(select(Residence).where(Residence.person_id == kept.id))
    assert sorted((r.unit_id, str(r.valid_from), str(r.valid_to)) for r in lived) == sorted(
        [(home.id, "2026-06-01", "None"), (old.id, "2026-01-01", "2026-05-31")]
    )


def test_what_is_not_known_of_the_kept_person_is_taken_over(app, pair):
    kept, gone = pair
    kept.born_on, kept.phone = None, None
    kept.born_in = 1960
    db.session.commit()
    merge(kept, gone)
    assert (kept.born_on, kept.phone) == (gone.born_on, gone.phone)


def test_chains_are_undone_in_reverse_order_only(app, pair):
    kept, gone = pair
    last = make_person(phone="+84987000009")
    first, second = merge(kept, gone), merge(last, kept)
    assert merged_rows.current_id(gone.id) == last.id
    assert merged_rows.all_ids(last.id) == sorted([kept.id, gone.id, last.id])
    with pytest.raises(NotTheLastMerge):
        merges.undo(first, None, "")
    with pytest.raises(CannotMerge):
        merge(kept, last)
    merges.undo(second, None, "")
    merges.undo(first, None, "")
    with pytest.raises(MergeUndone):
        merges.undo(first, None, "")
    assert db.session.scalars(select(Person.merged_into_id)).all() == [None] * 3


def test_both_persons_log_says_who_merged_them_and_why(app, pair):
    kept, gone = pair
    by_id = AccountFactory().id
    merges.merge(kept.id, gone.id, by_id, "cùng căn cước")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.merged"))
    assert sorted((e.person_id, e.account_id, e.reason) for e in entries) == sorted(
        (person.id, by_id, "cùng căn cước") for person in pair
    )
    assert db.session.scalars(select(Merge.merged_by_id)).all() == [by_id]


def test_a_preview_changes_nothing_and_counts_both_sides(app, pair):
    fill(pair[1], account=False)
    before = fingerprint()
    lines = {each.name: (each.of_kept, each.of_gone) for each in merges.preview(*_ids(pair)).lines}
    assert lines["residences"] == (0, 2)
    assert lines["consents"] == (0, 1)
    assert fingerprint() == before


def _ids(pair):
    return [person.id for person in pair]


def test_whoever_came_to_two_runs_of_a_course_has_come_to_both(app, pair, run_jobs):
    kept, gone = pair
    run = RunFactory(capacity=None)
    other = RunFactory(course=run.course, capacity=None)
    mine, theirs = seat(run, date(2026, 1, 2), kept), seat(other, date(2026, 1, 3), gone)
    run.seats_taken = other.seats_taken = 1
    db.session.commit()
    meet(run, DAY, present=[mine])
    meet(other, DAY, present=[theirs], hour=14)
    count_facts()
    before, told = fingerprint(), {"messages": "that this place was given up"}
    merge_id = merge(kept, gone)
    run_jobs()
    assert theirs.state is EnrolmentState.WITHDRAWN
    assert audit_invariants() == []
    assert [(fact.person_id, fact.present) for fact in facts()] == [(kept.id, True)] * 2
    count_facts()
    assert [(fact.person_id, fact.present) for fact in facts()] == [(kept.id, True)] * 2
    merges.undo(merge_id, None, "")
    run_jobs()
    assert fingerprint() | told == before | told
