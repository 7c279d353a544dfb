"""The evening before a class: once for each phone and mailbox, and not for whoever wants none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Bond, Guardianship, Person
from app.accounts.operations import wishes
from app.catalogue.operations import cancel_session
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import BegunPeriod, Job
from app.core.tokens import read_token, token
from app.enrolment import operations
from app.notices.models import Medium, Message
from app.notices.reminders import STOP, announce_reminders
from tests.accounts.test_own_pages import filled
from tests.factories import (
    AccountFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
)


@pytest.fixture
def tomorrow(app):
    """`tomorrow(hour)`: a session of another run, on the day after the evening."""

    def make(hour: int = 18, **run):
        start = clock.at(clock.today() + timedelta(days=2), time(hour))
        made = RunFactory(capacity=5, **run)
        return SessionFactory(run=made, starts_at=start, ends_at=start + timedelta(hours=2))

    return make


def seat(session, **person):
    return operations.enrol(PersonFactory(**person).id, session.run_id)


def reminders(medium=Medium.SMS) -> list[Message]:
    db.session.rollback()
    rows = select(Message).where(Message.key.startswith("reminder-"), Message.medium == medium)
    return list(db.session.scalars(rows.order_by(Message.id)))


def worker(run_jobs) -> None:
    """What each worker does every few minutes."""
    with transaction() as session:
        for row in session.scalars(select(BegunPeriod)):
            row.begun_at = clock.now() - timedelta(days=1)
    jobs._look_again_at.clear()
    jobs.begin_periods()
    run_jobs()


def in_the_evening(days: int = 1, hour: int = 17):
    return time_machine.travel(clock.at(clock.today() + timedelta(days=days), time(hour, 30)),
                               tick=False)  # fmt: skip


def test_every_class_of_the_day_is_in_one_letter(tomorrow, run_jobs):
    person = PersonFactory(email="hoa@example.org", language="en")
    late, early = tomorrow(18), tomorrow(8)
    for session in (late, early):
        operations.enrol(person.id, session.run_id)
    run_jobs()
    with in_the_evening():
        worker(run_jobs)
        worker(run_jobs)
    (text,) = reminders()
    (letter,) = reminders(Medium.EMAIL)
    assert text.sent_at is not None
    assert "tomorrow" in text.body
    assert "08:00" in text.body
    assert "and 1 more" in text.body
    assert letter.body.index("08:00") < letter.body.index("18:00")
    assert "If you cannot come" in letter.body


@pytest.mark.parametrize(("days", "hour"), [(1, 15), (1, 21), (2, 7), (0, 17)])
def test_nobody_is_written_to_at_another_time(tomorrow, run_jobs, days, hour):
    seat(tomorrow(18))
    run_jobs()
    with in_the_evening(days, hour):
        worker(run_jobs)
    assert reminders() == []


def test_whoever_does_not_come_tomorrow_is_not_reminded(tomorrow, run_jobs):
    """A cancelled class, a place given up, a place in the queue, a class of another day."""
    off = tomorrow(18)
    seat(off)
    cancel_session(off.id)
    operations.withdraw(seat(tomorrow(18)).id)
    full = tomorrow(18)
    full.run.capacity = 0
    db.session.commit()
    seat(full)
    SessionFactory(run=seat(SessionFactory()).run, starts_at=clock.now() + timedelta(days=9))
    run_jobs()
    with in_the_evening():
        worker(run_jobs)
    assert reminders() == []


def test_workers_at_one_time_write_once(tomorrow, run_jobs, app):
    session = tomorrow(18)
    for _ in range(4):
        seat(session)
    run_jobs()
    with in_the_evening():
        for _ in range(3):
            with transaction():
                announce_reminders(jobs.PeriodBegan())
        db.session.rollback()

        def work(_):
            with app.app_context():
                try:
                    return jobs.work(once=True)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
        with transaction() as again:
            for job in again.scalars(select(Job)):
                job.due_at = clock.now()
        run_jobs()
    assert len(reminders()) == 4
    assert jobs.failing() == []


def test_a_class_cancelled_before_the_text_went_out_is_taken_off_it(
    tomorrow, run_jobs, gateway, connected, due_now
):
    person = PersonFactory(language="en")
    off, stays = tomorrow(8), tomorrow(18)
    for session in (off, stays):
        operations.enrol(person.id, session.run_id)
    run_jobs()
    with in_the_evening():
        gateway.taken.clear()
        gateway.status = 503
        worker(run_jobs)
        cancel_session(off.id)
        gateway.status = 200
        due_now()
        (text,) = [each for each in gateway.texts if "tomorrow" in each]
    assert "08:00" not in text
    assert "18:00" in text


def test_a_text_that_could_not_go_out_before_the_class_is_forgotten(
    tomorrow, run_jobs, gateway, connected, due_now
):
    session = tomorrow(8)
    seat(session)
    run_jobs()
    gateway.taken.clear()
    gateway.status = 503
    with in_the_evening():
        worker(run_jobs)
    gateway.status = 200
    with time_machine.travel(session.starts_at, tick=False):
        due_now()
    assert gateway.texts == []
    assert reminders() == []


def test_a_parent_gets_one_letter_for_all_children(tomorrow, run_jobs):
    parent = PersonFactory(language="en")
    session = tomorrow(9)
    for name in ("Lê Minh An", "Lê Minh Bảo"):
        child = PersonFactory(full_name=name, phone=None, born_on=None,
                              born_in=clock.today().year - 9)  # fmt: skip
        with transaction() as adding:
            bond = Guardianship(guardian_id=parent.id, dependant_id=child.id, bond=Bond.PARENT)
            adding.add(bond)
        operations.enrol(child.id, session.run_id)
    run_jobs()
    with in_the_evening():
        worker(run_jobs)
    (text,) = reminders()
    assert text.to == parent.phone
    assert "Le Minh An" in text.body


def test_whoever_wants_none_gets_none_and_all_other_news(tomorrow, run_jobs):
    person = PersonFactory()
    wishes.remind(person.id, on=False)
    session = tomorrow(18)
    operations.enrol(person.id, session.run_id)
    run_jobs()
    with in_the_evening():
        worker(run_jobs)
        assert reminders() == []
        cancel_session(session.id)
        run_jobs()
    keys = db.session.scalars(select(Message.key)).all()
    assert any("-off-" in key for key in keys)


def test_the_link_in_a_reminder_stops_them_without_signing_in(tomorrow, run_jobs, client):
    place = seat(tomorrow(18), language="en")
    other = PersonFactory(phone=place.person.phone)
    run_jobs()
    with in_the_evening():
        worker(run_jobs)
    (text,) = reminders()
    link = next(each for each in text.body.split() if "/reminders/" in each)
    path = "/en/reminders/" + link.rpartition("/")[2]
    page = client.page(path)
    assert "Stop the reminders?" in page.text
    db.session.rollback()
    assert db.session.get_one(Person, place.person_id).no_reminders_since is None
    client.send(path, {"reminders": "off"}, page=path)
    db.session.rollback()
    stopped = db.session.scalars(select(Person.id).where(Person.no_reminders_since.is_not(None)))
    assert sorted(stopped) == sorted([place.person_id, other.id])
    client.send(path, {"reminders": "on"}, page=path)
    db.session.rollback()
    assert db.session.get_one(Person, place.person_id).no_reminders_since is None


def test_nobody_can_make_up_a_link(app, client):
    person = PersonFactory()
    mine = token(STOP, person.id)
    assert read_token(STOP, mine) == person.id
    assert read_token("something-else", mine) is None
    changed = ("A" if mine[5] != "A" else "B").join((mine[:5], mine[6:]))
    for wrong in (changed, mine[:-2], str(person.id), "", "ă", token(STOP, 2**31 - 1)):
        assert client.get(f"/vi/reminders/{wrong}").status_code == 404


def test_reminders_are_chosen_on_the_page_of_one_s_profile(client, app):
    account = AccountFactory(person=PersonFactory())
    ResidenceFactory(person=account.person)
    person_id = account.person_id
    client.sign_in(account)
    page = client.page("/en/me/profile")
    assert "You need it to attend." in page.text
    answers = filled(page)
    assert answers["reminders"] == "yes"
    client.send("/en/me/profile", {**answers, "reminders": "no"})
    assert db.session.get_one(Person, person_id).no_reminders_since is not None
    checked = client.page("/en/me/profile").find("input", {"name": "reminders", "checked": True})
    assert checked["value"] == "no"
