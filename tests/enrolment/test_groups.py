"""Groups that are counted and not named: all their seats at once, and never in the queue."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.operations.erasure import erase
from app.accounts.rights.holdings import all_holdings
from app.catalogue.models import Run
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.jobs import Job
from app.enrolment import operations, retention
from app.enrolment.errors import GroupsAskFirst, GroupTooLarge, StepNotPossible
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Channel, Enrolment, EnrolmentState, GroupBooking
from app.enrolment.operations import Group
from app.enrolment.views import groups
from tests.client import read
from tests.factories import (
    PersonFactory,
    ProviderFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

HERE = "/vi/runs/{}/group"
CLASS = Group(
    organisation="Trường Lê Lợi, 5A", contact_name="Vũ Thị Lan", phone="+84912345678",
    learners=32, adults=2,
)  # fmt: skip
TYPED = {
    "organisation": "Trường Lê Lợi, 5A", "learners": "32", "adults": "2",
    "contact_name": "Vũ Thị Lan", "phone": "0912 345 678", "email": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def taken(run):
    db.session.expire_all()
    return db.session.get_one(Run, run.id).seats_taken


def bookings():
    return db.session.scalars(select(GroupBooking).order_by(GroupBooking.id)).all()


def send(client, run, status=303, **odd):
    page = client.page(HERE.format(run.id))
    key = page.select_one("input[name=form_key]")["value"]
    return client.send(HERE.format(run.id), {**TYPED, "form_key": key, **odd}, status=status)


def test_a_group_takes_all_its_seats_or_hears_how_many_are_left(app):
    run = RunFactory(capacity=40)
    operations.book_group(run.id, CLASS)
    with pytest.raises(GroupTooLarge) as refused:
        operations.book_group(run.id, CLASS)
    assert (refused.value.left, taken(run)) == (6, 34)
    assert len(bookings()) == 1


def test_groups_at_once_never_share_seats(app, at_once):
    run = RunFactory(capacity=70).id
    answers = at_once([lambda: operations.book_group(run, CLASS) and "in"] * 4)
    assert sorted(answers) == ["group_too_large"] * 2 + ["in"] * 2


def test_the_same_form_sent_at_once_books_once(app, at_once):
    run = RunFactory(capacity=200).id
    answers = at_once([lambda: operations.book_group(run, CLASS, "one form").id] * 4)
    assert len(set(answers)) == 1


def test_a_group_never_overtakes_those_who_wait(app):
    run = RunFactory(capacity=1, waiting_capacity=9)
    holder, _waiting = (operations.enrol(PersonFactory().id, run.id) for _ in range(2))
    operations.withdraw(holder.id)
    with pytest.raises(GroupTooLarge):
        operations.book_group(
            run.id, Group(organisation="x", contact_name="y", phone="z", learners=1)
        )


def test_the_numbers_change_within_what_is_free_and_a_freed_seat_is_offered(app):
    run = RunFactory(capacity=36)
    booking = operations.book_group(run.id, CLASS)
    with pytest.raises(GroupTooLarge):
        operations.change_group(booking.id, 35, 2)
    assert taken(run) == 34
    operations.change_group(booking.id, 33, 3)
    waiting = operations.enrol(PersonFactory().id, run.id)
    assert waiting.state is EnrolmentState.WAITING
    operations.change_group(booking.id, 32, 3)
    db.session.expire_all()
    assert db.session.get_one(Enrolment, waiting.id).state is EnrolmentState.OFFERED


def test_giving_up_frees_every_seat_once(app):
    run = RunFactory(capacity=40)
    booking = operations.book_group(run.id, CLASS)
    for _ in range(2):
        operations.give_up_group(booking.id)
    assert taken(run) == 0
    with pytest.raises(StepNotPossible):
        operations.change_group(booking.id, 1, 0)
    actions = select(AuditEntry.action).where(AuditEntry.object_kind == "group_booking")
    assert sorted(db.session.scalars(actions)) == ["group.book", "group.give_up"]
    told = [job for job in db.session.scalars(select(Job)) if "booking_id" in job.event]
    assert len(told) == 2


def test_where_the_provider_answers_first_only_staff_book_for_a_group(app):
    run = RunFactory(capacity=40, needs_approval=True)
    with pytest.raises(GroupsAskFirst):
        operations.book_group(run.id, CLASS)
    operations.book_group(run.id, CLASS, channel=Channel.STAFF)
    assert taken(run) == 34


def test_a_teacher_books_opens_elsewhere_changes_and_gives_up(client, app):
    run = SessionFactory(run__capacity=40).run
    here = send(client, run).location
    (booking,) = bookings()
    assert here == f"/vi/groups/{booking.code}"
    assert booking.code in client.page(here).select_one(".ref").text
    browser = app.test_client()
    assert "Lê Lợi" not in browser.page(here).main.text
    browser.send(here, {"phone": "0987654321"}, status=422)
    browser.send("/vi/groups/0000000000", {"phone": "0912345678"}, status=422)
    browser.send(f"{here}/numbers", {"learners": "1"}, status=404, page="/vi/my-place")
    browser.send(f"{here}/give-up", page="/vi/my-place")
    assert taken(run) == 34
    browser.send(here, {"phone": "0912345678"})
    browser.send(f"{here}/numbers", {"learners": "30", "adults": "2"}, page=here)
    assert taken(run) == 32
    wrong = browser.send(f"{here}/numbers", {"learners": "90", "adults": "0"}, 409, page=here)
    assert "Chỉ còn 8 chỗ" in read(wrong).select_one(".error-summary").text
    assert browser.page(f"{here}/give-up").select("main form button")
    browser.send(f"{here}/give-up")
    assert taken(run) == 0
    assert not browser.page(here).select("main form")


def test_too_large_a_group_keeps_what_was_typed_and_sees_other_ways(client):
    run = RunFactory(capacity=10)
    other = RunFactory(capacity=50, course=run.course)
    page = read(send(client, run, 409))
    assert page.select_one('.error-summary a[href="#learners"]')
    assert page.select_one("input[name=organisation]")["value"] == TYPED["organisation"]
    assert page.select(f'.ways a[href="/vi/runs/{other.id}/group"]')
    assert bookings() == []


def test_bookings_from_one_phone_have_an_end(client, monkeypatch):
    monkeypatch.setattr("app.enrolment.views.groups.WITH_ONE_PHONE_A_DAY", 1)
    run = RunFactory(capacity=200)
    send(client, run)
    send(client, run, 429)


def test_changes_that_are_told_to_one_phone_have_an_end(client, monkeypatch):
    monkeypatch.setattr(groups, "CHANGES_WITH_ONE_PHONE_A_DAY", 2)
    here = send(client, SessionFactory(run__capacity=None).run).location
    for learners, status in ((31, 303), (30, 303), (29, 429)):
        typed = {"learners": str(learners), "adults": "2"}
        client.send(f"{here}/numbers", typed, status=status, page=here)


def test_a_full_class_shows_other_ways_and_no_form(client):
    run = RunFactory(capacity=0)
    page = client.page(HERE.format(run.id))
    assert not page.select("main form")
    assert page.select(f'.ways a[href="/vi/runs/{run.id}/enrol"]')


def test_staff_see_the_group_before_they_take_attendance(client):
    provider = ProviderFactory()
    session = SessionFactory(run__course__provider=provider, run__capacity=40)
    operations.book_group(session.run_id, CLASS)
    teacher = StaffFactory(provider=provider).account
    with time_machine.travel(session.starts_at):
        client.sign_in(teacher)
        page = client.page(f"/vi/provider/{provider.slug}/sessions/{session.id}/attendance")
        assert "Vũ Thị Lan" in client.page(f"/vi/groups/{bookings()[0].code}").main.text
    assert "Trường Lê Lợi, 5A" in page.main.text
    assert "34" in page.main.text


def test_whom_to_call_is_forgotten_half_a_year_later(app):
    run = RunFactory(capacity=40)
    operations.book_group(run.id, CLASS)
    assert retention._wipe_some(db.session(), 50) == 0
    with time_machine.travel(clock.now() + timedelta(days=260)):
        assert retention._wipe_some(db.session(), 50) == 1
        assert retention._wipe_some(db.session(), 50) == 0
    (booking,) = bookings()
    assert (booking.contact_name, booking.phone, booking.learners) == ("", "", 32)


def test_the_contact_person_can_see_and_erase_what_is_kept(app):
    operations.book_group(RunFactory(capacity=40).id, CLASS)
    lan = PersonFactory(full_name=CLASS.contact_name, phone=CLASS.phone)
    other = PersonFactory(full_name="Vũ Văn Hải", phone=CLASS.phone)
    (holding,) = [each for each in all_holdings() if each.name == "group_bookings"]
    assert (holding.count(lan.id), holding.count(other.id)) == (1, 0)
    assert holding.copy(lan.id)[0]["organisation"] == CLASS.organisation
    erase(lan.id, None)
    assert bookings()[0].contact_name == ""
