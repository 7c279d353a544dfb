"""Before a change of a class is made, staff see who will be told and how; then it is so."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.models import RunStatus, SessionStatus
from app.catalogue.operations import go_ahead
from app.core import clock, jobs
from app.core.access import ProviderRole
from app.core.db import db
from app.enrolment import operations, queries
from app.enrolment.models import Enrolment, EnrolmentState, GroupBooking
from app.notices import run_jobs as told_of
from app.notices import telling
from app.notices.models import Message
from tests.client import read
from tests.factories import (
    CourseFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
)


@pytest.fixture
def site(app):
    return SiteFactory()


@pytest.fixture
def run(site):
    made = RunFactory(
        course=CourseFactory(provider=site.provider), venue=site.venue, capacity=2, minimum=5
    )
    for week in range(2):
        start = clock.now().replace(microsecond=0) + timedelta(days=12 + 7 * week)
        SessionFactory(run=made, starts_at=start, ends_at=start + timedelta(hours=2))
    people = [
        PersonFactory(full_name="Trần Văn Út", email="ut@example.org"),
        PersonFactory(full_name="Lê Thị Ba", language="en"),
        PersonFactory(full_name="Nguyễn Thị Chờ"),
    ]
    for person in people:
        operations.enrol(person.id, made.id)
    jobs.work(once=True)
    return made


@pytest.fixture
def editor(client, site):
    return client.sign_in(StaffFactory(provider=site.provider, role=ProviderRole.EDITOR).account)


def url(run, page):
    return f"/vi/provider/{run.course.provider.slug}/{page}"


def shown(page):
    """Who is told, as the page says."""
    return [row.text for row in page.select("main table tbody th")]


def messages():
    return db.session.scalar(select(func.count()).select_from(Message))


def new_messages(act):
    """What is written to people because of it."""
    known = set(db.session.scalars(select(Message.id)))
    act()
    jobs.work(once=True)
    db.session.expire_all()
    return [each for each in db.session.scalars(select(Message)) if each.id not in known]


def answers(page):
    fields = page.select("main form input[type=hidden]")
    return {field["name"]: field["value"] for field in fields if field["name"] != "csrf_token"}


def yes(editor, address, page):
    return lambda: editor.send(address, answers(page))


def page_after(editor, address, data):
    return read(editor.send(address, data, status=200))


def test_a_moved_session_is_first_shown_and_then_told_as_shown(editor, run):
    meeting = run.sessions[0]
    before = meeting.starts_at
    day = clock.local(before).date() + timedelta(days=1)
    address = url(run, f"sessions/{meeting.id}/move")
    form = {
        "day": f"{day:%d/%m/%Y}", "begins": "08:00", "ends": "10:00", "venue_id": "0", "seen": "0",
    }  # fmt: skip
    page = page_after(editor, address, form)
    assert shown(page) == ["Lê Thị Ba", "Trần Văn Út"]
    db.session.expire_all()
    assert meeting.starts_at == before
    assert not db.session.scalars(
        select(jobs.Job).where(jobs.Job.handler == "notices.run_jobs.tell_of_moved_sessions")
    ).all()
    sent = new_messages(yes(editor, address, page))
    assert meeting.starts_at == clock.at(day, clock.local(meeting.starts_at).time())
    assert len(sent) == 3  # two to one of them: a text and a letter
    letter = next(each for each in sent if each.medium == "email")
    assert letter.subject in page.text
    assert letter.body.splitlines()[0] in page.text
    text = next(each for each in sent if each.person_id != letter.person_id)
    assert "08:00" in text.body


def test_whoever_is_to_be_approved_or_asked_plans_to_come_too(editor, run):
    run.capacity = 3
    db.session.commit()
    operations.settle_run(run.id)  # the third is offered the new seat
    jobs.work(once=True)
    meeting = run.sessions[0]
    page = editor.page(url(run, f"sessions/{meeting.id}/cancel"))
    assert shown(page) == ["Lê Thị Ba", "Trần Văn Út", "Nguyễn Thị Chờ"]
    sent = new_messages(yes(editor, url(run, f"sessions/{meeting.id}/cancel"), page))
    assert len({message.person_id for message in sent}) == 3


def test_a_move_that_is_refused_shows_nobody(editor, run):
    first, second = run.sessions
    local = clock.local(second.starts_at)
    form = {
        "day": f"{local:%d/%m/%Y}", "begins": f"{local:%H:%M}", "ends": "23:59", "venue_id": "0",
        "seen": "0",
    }  # fmt: skip
    second.starts_at = clock.at(local.date(), local.time().replace(second=0))
    db.session.commit()
    editor.send(url(run, f"sessions/{first.id}/move"), form, status=409)
    db.session.expire_all()
    assert first.sequence == 0


def test_another_place_is_one_letter_for_all_sessions(editor, run, site):
    new = SiteFactory(provider=site.provider).venue
    address = url(run, f"runs/{run.id}/place")
    page = page_after(editor, address, {"venue_id": str(new.id)})
    assert new.name_vi in page.text
    assert len(shown(page)) == 2
    sent = new_messages(yes(editor, address, page))
    assert run.venue_id == new.id
    assert len({each.person_id for each in sent}) == 2
    assert len(sent) == 3


def test_nothing_is_cancelled_by_looking(editor, run):
    meeting = run.sessions[0]
    address = url(run, f"sessions/{meeting.id}/cancel")
    page = editor.page(address)
    assert shown(page) == ["Lê Thị Ba", "Trần Văn Út"]
    db.session.expire_all()
    assert meeting.status is SessionStatus.PLANNED
    sent = new_messages(yes(editor, address, page))
    assert meeting.status is SessionStatus.CANCELLED
    assert len(sent) == 3


def test_a_cancelled_class_is_told_to_those_who_wait_too_and_keeps_no_place(editor, run):
    address = url(run, f"runs/{run.id}/cancel")
    page = editor.page(address)
    assert sorted(shown(page)) == ["Lê Thị Ba", "Nguyễn Thị Chờ", "Trần Văn Út"]
    db.session.expire_all()
    assert run.status is RunStatus.PLANNED
    sent = new_messages(yes(editor, address, page))
    assert len({each.person_id for each in sent}) == 3
    states = db.session.scalars(select(Enrolment.state)).all()
    assert set(states) == {EnrolmentState.CANCELLED}
    assert (run.seats_taken, run.waiting) == (0, 0)


def test_a_group_is_told_by_its_contact_and_whom_nothing_reaches_is_named(editor, run):
    place = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    place.person.phone = place.person.email = None
    booking = GroupBooking(
        code="NHOM123456", run_id=run.id, organisation="Trường Kim Đồng", contact_name="Hà",
        phone="+84912345678", learners=20, state=EnrolmentState.ENROLLED,
    )  # fmt: skip
    db.session.add(booking)
    db.session.commit()
    address = url(run, f"sessions/{run.sessions[0].id}/cancel")
    page = editor.page(address)
    assert place.person.full_name in page.select_one("main .notice--warn").text
    assert "Trường Kim Đồng" in shown(page)
    sent = new_messages(yes(editor, address, page))
    assert booking.phone in {each.to for each in sent}
    assert len({each.to for each in sent}) == len(shown(page))


def test_a_class_below_its_minimum_takes_place_when_staff_say_so(editor, run):
    address = url(run, f"runs/{run.id}/go-ahead")
    sent = new_messages(yes(editor, address, editor.page(address)))
    assert run.going_ahead_at is not None
    assert len(sent) == 3


def test_who_is_told_of_a_big_class_is_read_at_once_and_keeps_nobody_waiting(run, at_most):
    run.capacity = None
    db.session.commit()
    for _ in range(20):
        operations.enrol(PersonFactory().id, run.id)
    act, run_id = telling.cancelling_run(run.id, None), run.id
    db.session.rollback()
    with at_most(22) as sent:
        assert len(telling.look_ahead(run_id, act).told) == 23
    changed = [at for at, each in enumerate(sent) if each.startswith("UPDATE")]
    lists = [at for at, each in enumerate(sent) if "guardianships" in each]
    assert len(lists) == 1
    assert max(changed) < lists[0]


def test_a_big_class_is_told_some_at_a_time_and_everybody_once(run, run_jobs, monkeypatch):
    monkeypatch.setattr(told_of, "AT_ONCE", 1)
    go_ahead(run.id)
    run_jobs()
    assert jobs.waiting() == 0
    told = select(Message.to).where(Message.key.startswith("goes-ahead-"))
    roster = queries.roster(run.id).seated
    reached = [each for one in roster for each in (one.person.phone, one.person.email) if each]
    assert sorted(db.session.scalars(told)) == sorted(reached)
    assert len(reached) == 3
