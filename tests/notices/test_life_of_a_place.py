"""What people hear at each step of a place: once, in their language, and only what is true."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Bond, Guardianship
from app.accounts.operations.erasure import erase
from app.catalogue.models import ClassSession
from app.catalogue.operations import cancel_run, cancel_session
from app.catalogue.operations.changes import Meeting, change_place, go_ahead, move_sessions
from app.core import clock, jobs
from app.core.db import db, transaction
from app.enrolment import operations
from app.enrolment.events import GroupBooked, PlaceOffered, PlaceTaken, ResultRecorded
from app.enrolment.models import Enrolment, GroupBooking, SeatAlert
from app.enrolment.operations import Application, fees
from app.enrolment.operations.groups import Group
from app.notices.jobs import confirm_place, offer_seat, tell_the_result
from app.notices.models import Message
from app.notices.wording import LONGEST_SMS
from tests.factories import (
    PersonFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    VenueFactory,
)


@pytest.fixture
def full(app):
    """A run with one seat that is taken, and who has it."""
    run = RunFactory(capacity=1)
    SessionFactory(run=run)
    return run, operations.enrol(PersonFactory().id, run.id)


def join(run, **person):
    return operations.enrol(PersonFactory(**person).id, run.id)


def test_an_offer_says_until_when_and_what_happens_otherwise(full, texts):
    run, holder = full
    waiting = join(run, language="en")
    (text,) = [each for each in texts(lambda: operations.withdraw(holder.id)) if "free" in each]
    until = clock.local(db.session.get_one(Enrolment, waiting.id).offered_until)
    assert f"Say yes until {until:%H:%M} on {until:%A}, {until.day} {until:%b %Y}" in text
    assert f"/en/places/{waiting.code}" in text
    assert "Otherwise it goes to the next person." in text


def test_the_steps_of_a_place_are_told_in_their_order(full, texts):
    run, holder = full
    waiting = join(run, language="en")
    told = texts()
    told += texts(lambda: operations.withdraw(holder.id))
    told += texts(lambda: operations.accept(waiting.id))
    told += texts(lambda: operations.withdraw(waiting.id))
    mine = [each for each in told if waiting.code in each or "Basic" in each]
    said = [each.removeprefix("Pho Hoc: ").partition(" Basic")[0] for each in mine]
    assert said == ["A seat is free for you in", "A seat is yours in", "Your place in"]


def test_an_offer_that_is_over_is_not_sent(full, run_jobs, gateway, connected, due_now):
    run, holder = full
    waiting = join(run)
    run_jobs()
    gateway.status = 503
    operations.withdraw(holder.id)
    run_jobs()
    gateway.status = 200
    gateway.taken.clear()
    until = db.session.get_one(Enrolment, waiting.id).offered_until
    with time_machine.travel(until, tick=False):
        due_now()
        assert not any(f"/places/{waiting.code}" in each for each in gateway.texts)


def test_an_offer_that_was_accepted_is_no_news(full, run_jobs, gateway, connected, due_now):
    run, holder = full
    waiting = join(run, language="en")
    run_jobs()
    gateway.status = 503
    operations.withdraw(holder.id)
    run_jobs()
    operations.accept(waiting.id)
    gateway.status = 200
    gateway.taken.clear()
    due_now()
    mine = [each for each in gateway.texts if waiting.code in each]
    assert len(mine) == 1
    assert "A seat is yours" in mine[0]
    offer_seat(PlaceOffered(waiting.id))
    assert (
        db.session.scalars(select(Message.key).where(Message.key.contains("offered"))).all() == []
    )


def test_an_offer_nobody_answers_and_one_that_is_declined_are_told_apart(full, texts):
    run, holder = full
    late, sure = join(run, language="en"), join(run, language="en")
    texts(lambda: operations.withdraw(holder.id))
    until = db.session.get_one(Enrolment, late.id).offered_until
    with time_machine.travel(until + timedelta(minutes=1)):
        told = texts(lambda: operations.settle_run(run.id))
        assert any("We had no answer in time" in each for each in told)
        assert any("A seat is free for you" in each for each in told)
        (text,) = texts(lambda: operations.decline(sure.id))
    assert "You did not take the seat" in text


def test_the_provider_s_answer_is_told_with_its_reason(app, texts):
    run = RunFactory(needs_approval=True, capacity=5)
    asked = []
    told = texts(lambda: asked.extend(join(run, language="en") for _ in range(2)))
    assert all("The provider answers first" in each for each in told)
    yes, no = asked
    (text,) = texts(lambda: operations.approve(yes.id, None))
    assert "The provider said yes" in text
    (text,) = texts(lambda: operations.refuse(no.id, None, "Lớp dành cho người trên 60 tuổi."))
    assert "The reason: Lop danh cho nguoi tren 60 tuoi." in text


def test_whose_place_the_provider_ends_hears_why(full, texts):
    _run, holder = full
    (text,) = texts(lambda: operations.cancel_place(holder.id, None, "Trùng tên"))
    assert "Trung ten" in text
    assert "da ket thuc cho cua ban" in text


def test_a_cancelled_run_is_told_as_one(full, texts):
    run, _holder = full
    (text,) = texts(lambda: cancel_run(run.id))
    assert "da huy, khong con buoi hoc nao" in text


def test_moving_to_another_run_is_one_letter_with_the_new_code(full, texts):
    run, holder = full
    other = RunFactory(course=run.course)
    moved = []
    (text,) = texts(lambda: moved.append(operations.transfer(holder.id, other.id)))
    assert moved[0].code in text
    assert "chuyen sang" in text


def test_several_people_of_one_form_share_one_letter(app, texts, run_jobs):
    run = RunFactory(capacity=5)
    family = [
        PersonFactory(full_name=f"Lê Thị {name}", phone="+84912000111", email="le@example.org").id
        for name in ("Lan", "Mai", "Cúc")
    ]
    (text,) = texts(lambda: operations.enrol_party(family, run.id, Application()))
    codes = db.session.scalars(select(Enrolment.code)).all()
    assert all(code in text for code in codes)
    assert all(name in text for name in ("Lan", "Mai", "Cuc"))
    assert len(text) <= LONGEST_SMS
    letter, _text = sorted(db.session.scalars(select(Message)), key=lambda each: each.medium)
    assert "- Lê Thị Lan: mã " in letter.body


def test_whoever_is_erased_is_in_no_letter_to_several_people(app, texts):
    run = RunFactory(capacity=5)
    family = [PersonFactory(full_name=f"Lê Thị {name}", phone="+84912000111").id
              for name in ("Lan", "Mai")]  # fmt: skip
    (text,) = texts(lambda: operations.enrol_party(family, run.id, Application()))
    assert "Mai" in text
    erase(family[1], None)
    assert not any("Mai" in each.body for each in db.session.scalars(select(Message)))


def test_the_others_are_still_told_when_one_is_erased_before_the_letter_went(
    app, run_jobs, gateway, connected, due_now
):
    run = RunFactory(capacity=5)
    lan, mai = (PersonFactory(phone="+84912000111").id for _ in range(2))
    gateway.status = 503
    stays, _gone = operations.enrol_party([lan, mai], run.id, Application())
    run_jobs()
    erase(mai, None)
    gateway.status = 200
    due_now()
    assert len([each for each in gateway.texts if stays.code in each]) == 1


def test_who_leaves_before_the_letter_to_all_was_sent_is_not_in_it(
    app, run_jobs, gateway, connected, due_now
):
    run = RunFactory(capacity=5)
    family = [PersonFactory(phone="+84912000111").id for _ in range(3)]
    gateway.status = 503
    places = operations.enrol_party(family, run.id, Application())
    run_jobs()
    operations.withdraw(places[0].id)
    gateway.status = 200
    due_now()
    told = [each for each in gateway.texts if places[1].code in each]
    assert len(told) == 1
    assert places[0].code not in told[0]
    assert places[2].code in told[0]


def test_a_parent_hears_of_the_child_in_the_parent_s_language_and_whom_it_is_about(app, texts):
    parent = PersonFactory(language="en", phone="+84912000222")
    child = PersonFactory(full_name="Lê Minh An", phone=None, born_in=clock.today().year - 8,
                          born_on=None)  # fmt: skip
    with transaction() as session:
        bond = Guardianship(guardian_id=parent.id, dependant_id=child.id, bond=Bond.PARENT)
        session.add(bond)
    (text,) = texts(lambda: operations.enrol(child.id, RunFactory().id))
    assert "About Le Minh An: You have a place in" in text


def test_results_are_told_and_a_correction_once_more(app, texts):
    run = RunFactory()
    place = join(run, language="en")
    texts()
    last_day = clock.at(run.ends_on, clock.local(clock.now()).time())
    with time_machine.travel(last_day):
        (first,) = texts(lambda: operations.record_results(run.id, [place.id], None))
        (second,) = texts(lambda: operations.record_results(run.id, [], None, "Nghỉ 5 buổi"))
        (third,) = texts(lambda: operations.record_results(run.id, [place.id], None))
        with transaction():
            tell_the_result(ResultRecorded(place.id))
        assert texts() == []
    assert "Congratulations" in first
    assert "did not complete" in second
    assert "Congratulations" in third


@pytest.fixture
def taught(app):
    """A run with two sessions to come, at a place of the provider, and somebody who learns."""
    run = RunFactory(capacity=3)
    SiteFactory(provider=run.course.provider, venue=run.venue)
    sessions = [
        SessionFactory(run=run, starts_at=clock.now() + timedelta(days=days)) for days in (5, 12)
    ]
    return run, [each.id for each in sessions], join(run, language="en")


def _to(session_id: int, days: int) -> dict[int, Meeting]:
    start = db.session.get_one(ClassSession, session_id).starts_at + timedelta(days=days)
    return {session_id: Meeting(starts_at=start, ends_at=start + timedelta(hours=2))}


def test_moved_sessions_are_one_letter_with_old_and_new_hours(taught, texts):
    run, (first, second), _place = taught
    to = _to(first, 1) | _to(second, 1)
    before = clock.local(db.session.get_one(ClassSession, first).starts_at)
    (text,) = texts(lambda: move_sessions(run.id, to))
    now = clock.local(to[first].starts_at)
    assert "2 classes of" in text
    assert f"{before:%H:%M}" in text
    assert f"{before.day} {before:%b %Y}" in text
    assert f"{now.day} {now:%b %Y}" in text


def test_a_second_move_makes_the_first_no_news(taught, run_jobs, gateway, connected, due_now):
    run, (first, _second), _place = taught
    run_jobs()
    gateway.taken.clear()
    gateway.status = 503
    move_sessions(run.id, _to(first, 1))
    run_jobs()
    move_sessions(run.id, _to(first, 1))
    gateway.status = 200
    due_now()
    (text,) = gateway.texts
    now = clock.local(db.session.get_one(ClassSession, first).starts_at)
    assert f"{now.day} {now:%b %Y}" in text


def test_another_place_names_the_new_one_and_the_old_one(taught, texts):
    run, _sessions, _place = taught
    there = VenueFactory(name_en="New hall")
    SiteFactory(provider=run.course.provider, venue=there)
    was = run.venue.name_en
    (text,) = texts(lambda: change_place(run.id, there.id))
    assert "New hall" in text
    assert f"not {was}" in text


def test_whoever_has_a_place_hears_that_the_run_goes_ahead(taught, texts):
    run, _sessions, _place = taught
    (text,) = texts(lambda: go_ahead(run.id))
    assert "takes place as planned" in text
    assert texts(lambda: go_ahead(run.id)) == []


def test_who_asked_hears_once_of_a_seat_for_anybody(full, texts):
    run, holder = full
    texts()
    with transaction() as session:
        alert = SeatAlert(code="ABCDE12345", run_id=run.id, contact="+84912000333", language="en")
        session.add(alert)
    told = texts(lambda: operations.withdraw(holder.id))
    assert [each for each in told if "A seat is free in" in each][0:1]
    again = operations.enrol(PersonFactory().id, run.id)
    told = texts(lambda: operations.withdraw(again.id))
    assert not any("A seat is free in" in each for each in told)
    assert db.session.scalars(select(SeatAlert)).all() == []


def test_a_seat_that_went_again_before_the_text_is_no_news_and_the_wish_stays(
    full, run_jobs, gateway, connected, due_now
):
    run, holder = full
    run_jobs()
    with transaction() as session:
        alert = SeatAlert(code="ABCDE12345", run_id=run.id, contact="+84912000333", language="en")
        session.add(alert)
    gateway.taken.clear()
    gateway.status = 503
    operations.withdraw(holder.id)
    run_jobs()
    again = operations.enrol(PersonFactory().id, run.id)
    gateway.status = 200
    due_now()
    assert not any("A seat is free in" in each for each in gateway.texts)
    operations.withdraw(again.id)
    due_now()
    assert len([each for each in gateway.texts if "A seat is free in" in each]) == 1


@pytest.fixture
def group(taught):
    run, _sessions, _place = taught
    asked = Group(
        organisation="Trường Tiểu học Hòa Bình", contact_name="Cô Hạnh", phone="+84912000444",
        learners=1, adults=1, language="en",
    )  # fmt: skip
    return operations.book_group(run.id, asked)


def test_a_group_s_contact_hears_of_the_booking_and_of_its_end(group, texts, run_jobs):
    run_jobs()
    first = db.session.scalars(select(Message).where(Message.to == group.phone)).one()
    assert "1 learner + 1 adult" in first.body
    assert group.code in first.body
    (text,) = texts(lambda: operations.change_group(group.id, 1, 0))
    assert "for 1 learner," in text
    (text,) = texts(lambda: operations.give_up_group(group.id))
    assert "are given up" in text


def test_another_contact_person_hears_that_they_are_it(group, texts):
    def change():
        with transaction() as session:
            session.get_one(GroupBooking, group.id).phone = "+84912000555"
            jobs.emit(GroupBooked(group.id))

    (text,) = texts(change)
    assert "You are now the contact person of Truong Tieu hoc Hoa Binh" in text


def test_a_group_s_contact_hears_what_everybody_of_the_class_hears(group, taught, texts):
    run, (first, second), _place = taught
    for step in (
        lambda: move_sessions(run.id, _to(first, 1)),
        lambda: go_ahead(run.id),
        lambda: cancel_session(second),
    ):
        assert len(texts(step)) == 2
    assert any("are cancelled too" in each for each in texts(lambda: cancel_run(run.id)))


def test_a_paid_fee_has_a_receipt(app, texts):
    place = join(RunFactory(fee=200_000), language="en")
    (text,) = texts(lambda: fees.mark_paid(place.id, None))
    assert "is paid" in text
    texts(lambda: fees.reopen_fee(place.id, None, "Nhầm"))
    (text,) = texts(lambda: fees.waive(place.id, None, "Hộ nghèo"))
    assert "You need not pay" in text


def test_handlers_that_run_twice_write_once(full, run_jobs):
    _run, holder = full
    run_jobs()
    with transaction():
        confirm_place(PlaceTaken(holder.id))
    run_jobs()
    assert len(db.session.scalars(select(Message)).all()) == 1
