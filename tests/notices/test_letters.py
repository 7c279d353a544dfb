from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import clock, jobs
from app.core.db import db
from app.core.jobs import Job
from app.enrolment import operations
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Enrolment
from app.notices.jobs import confirm_place
from app.notices.models import Medium, Message
from app.notices.wording import LONGEST_SMS, plain
from tests.factories import (
    AccountFactory,
    CourseFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
)


def messages():
    db.session.rollback()
    return db.session.scalars(select(Message).order_by(Message.id)).all()


def texts():
    return [message.body for message in messages() if message.medium is Medium.SMS]


@pytest.fixture
def place(app):
    return operations.enrol(PersonFactory().id, SessionFactory().run_id)


def test_a_place_is_confirmed_by_one_text_with_its_code(place, run_jobs):
    run_jobs()
    (message,) = messages()
    assert message.sent_at is not None
    assert message.to == place.person.phone
    assert place.code in message.body
    assert f"/vi/places/{place.code}" in message.body
    assert message.body.isascii()
    assert len(message.body) <= LONGEST_SMS


def test_a_handler_that_runs_twice_writes_once(place, run_jobs):
    confirm_place(PlaceTaken(place.id))
    db.session.commit()
    run_jobs()
    assert len(messages()) == 1


def test_somebody_with_an_address_also_gets_a_letter_with_marks(app, run_jobs, environment):
    person = PersonFactory(email="binh@example.org")
    place = operations.enrol(
        person.id, RunFactory(course=CourseFactory(title_vi="Tin học cơ bản")).id
    )
    run_jobs()
    letter = next(message for message in messages() if message.medium is Medium.EMAIL)
    assert "Tin học cơ bản" in letter.subject
    assert letter.key == f"place-{place.id}-enrolled-email"


def test_the_reader_s_language_is_spoken(app, run_jobs):
    operations.enrol(PersonFactory(language="en").id, RunFactory().id)
    run_jobs()
    assert "You have a place in Basic computing" in texts()[0]


def test_the_queue_and_the_seat_after_it_are_told_apart(app, run_jobs):
    run = RunFactory(capacity=1)
    holder = operations.enrol(PersonFactory().id, run.id)
    operations.enrol(PersonFactory().id, run.id)
    run_jobs()
    operations.withdraw(holder.id)
    run_jobs()
    _, waiting, given_up, seated = texts()
    assert "xep hang cho, so thu tu 1" in waiting
    assert "huy dang ky" in given_up
    assert "Da den luot ban" in seated


def test_no_letter_for_a_place_that_is_not_there_any_more(place, run_jobs):
    operations.withdraw(place.id)
    run_jobs()
    (text,) = texts()
    assert "huy dang ky" in text


def test_a_letter_that_still_waits_goes_when_the_place_goes(place, run_jobs, monkeypatch):
    def refuse(*_args):
        raise OSError

    monkeypatch.setattr("app.core.sms.send", refuse)
    run_jobs()
    assert messages()[0].sent_at is None
    assert jobs.failing()
    monkeypatch.undo()
    operations.withdraw(place.id)
    db.session.execute(update(Job).values(due_at=clock.now()))
    db.session.commit()
    run_jobs()
    (text,) = texts()
    assert "huy dang ky" in text


def test_a_long_title_is_cut_and_the_code_stays(app, run_jobs):
    title = "Chăm sóc sức khỏe người cao tuổi tại nhà " * 5
    session = SessionFactory(run__course__title_vi=title[:200])
    place = operations.enrol(PersonFactory().id, session.run_id)
    run_jobs()
    (text,) = texts()
    assert len(text) <= LONGEST_SMS
    assert place.code in text
    assert "..." in text


def test_lost_codes_go_to_the_phone_of_the_person_who_has_them(app, run_jobs):
    person = PersonFactory(full_name="Trần Văn Bình")
    places = [operations.enrol(person.id, RunFactory().id) for _ in range(2)]
    run_jobs()
    before = len(messages())
    operations.ask_for_code(person.phone, "tran van binh")
    operations.ask_for_code(person.phone, "tran van binh")
    operations.ask_for_code(person.phone, "Somebody Else")
    operations.ask_for_code("+84900000000", "tran van binh")
    run_jobs()
    (text,) = texts()[before:]
    assert all(place.code in text for place in places)
    assert len(text) <= LONGEST_SMS


def test_many_codes_still_fit_into_two_segments(app, run_jobs):
    person = PersonFactory(full_name="Trần Văn Bình")
    for _ in range(8):
        EnrolmentFactory(person=person)
    operations.ask_for_code(person.phone, "Trần Văn Bình")
    run_jobs()
    (text,) = texts()
    assert len(text) <= LONGEST_SMS
    assert all(code in text for code in db.session.scalars(select(Enrolment.code)))


def test_a_text_has_no_marks():
    assert plain("Đường Nguyễn Huệ – “Phố Học”, 18 giờ") == 'Duong Nguyen Hue - "Pho Hoc", 18 gio'


def test_administrators_see_what_failed_and_run_it_again(client, app):
    account = GrantFactory().account
    db.session.add(
        Job(
            handler="notices.jobs.send",
            event={"message_id": 1},
            attempts=12,
            error="OSError: no route",
            due_at=clock.now() + timedelta(days=1),
        )
    )
    db.session.add(Message(key="k", medium=Medium.SMS, to="+84912345678", body="secret"))
    db.session.commit()
    client.sign_in(account)
    page = client.page("/vi/staff/jobs")
    assert "OSError: no route" in page.text
    assert "+84912345678" not in page.text
    assert "secret" not in page.text
    job_id = db.session.scalars(select(Job.id)).one()
    client.send(f"/vi/staff/jobs/{job_id}/again", page="/vi/staff/jobs")
    assert jobs.work(once=True) == 1
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_nobody_else_sees_failed_jobs(client, app):
    assert "/sign-in" in client.get("/vi/staff/jobs").location
    client.sign_in(AccountFactory())
    assert client.get("/vi/staff/jobs").status_code == 403
