"""People keep a question, and hear once of each class that is new to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.operations import wishes
from app.accounts.rights.holdings import all_holdings
from app.catalogue.models import CourseStatus, RunStatus, Topic
from app.core import clock, jobs
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.core.jobs import Job
from app.notices.models import Medium, Message
from app.search import in_step, queries
from app.search.errors import NowhereToWrite, TooManySaved
from app.search.models import Letters, SavedSearch
from app.search.saved import operations
from app.search.saved.events import LooksDue, SearchNews
from app.search.saved.jobs import announce_looks, look
from tests.factories import AccountFactory, CourseFactory, PersonFactory, RunFactory, TopicFactory

SEWING = "q=cắt+may"


@pytest.fixture
def owner(app):
    """Somebody with a proven mailbox who reads English."""
    now = clock.now()
    person = PersonFactory(language="en")
    return AccountFactory(person=person, email="hoa@example.org", email_proven_at=now)


def offer(title="Cắt may gia đình", **run):
    made = RunFactory(course=CourseFactory(title_vi=title), **run)
    index()
    return made


def index() -> None:
    db.session.commit()
    in_step.rebuild()


def saved(owner, question=SEWING, letters=Letters.DAILY) -> int:
    code = operations.save(owner.person_id, question, "cắt may", letters, owner.id)
    return db.session.scalar(select(SavedSearch.id).where(SavedSearch.code == code))


def next_day(days=1, hour=9):
    return time_machine.travel(
        clock.at(clock.today() + timedelta(days=days), time(hour, 30)), tick=False
    )


def look_around(run_jobs, days=1) -> list[Message]:
    """What a worker does in the morning of that day; every letter about searches so far."""
    with next_day(days):
        index()
        with transaction():
            announce_looks(None)
        run_jobs()
    return letters()


def letters() -> list[Message]:
    db.session.rollback()
    rows = select(Message).where(Message.key.startswith("search-"))
    return list(db.session.scalars(rows.order_by(Message.id)))


def test_a_letter_names_only_what_is_new_and_nothing_new_is_no_letter(owner, run_jobs):
    offer("Cắt may đã có")
    saved(owner)
    assert look_around(run_jobs) == []
    new = offer("Cắt may mới mở")
    offer("Nấu ăn chay")
    (letter,) = look_around(run_jobs, 2)
    assert "1 new result" in letter.subject
    assert f"/en/courses/{new.course_id}" in letter.body
    assert letter.body.count("/en/courses/") == 1
    assert letter.medium is Medium.EMAIL
    assert (letter.to, letter.person_id) == ("hoa@example.org", owner.person_id)
    assert look_around(run_jobs, 3) == [letter]


def test_a_class_is_news_when_a_seat_can_be_taken_and_again_never(owner, run_jobs):
    run = offer(capacity=1, seats_taken=1, waiting_capacity=5)
    saved(owner)
    assert look_around(run_jobs) == []
    run.seats_taken = 0
    assert len(look_around(run_jobs, 2)) == 1
    run.seats_taken = 1
    assert len(look_around(run_jobs, 3)) == 1
    run.seats_taken = 0
    assert len(look_around(run_jobs, 4)) == 1
    RunFactory(course=run.course)
    assert len(look_around(run_jobs, 5)) == 2


def test_letters_come_by_day_and_as_often_as_was_chosen(owner, run_jobs):
    saved(owner, letters=Letters.WEEKLY)
    offer()
    for days in range(1, 7):
        assert look_around(run_jobs, days) == [], days
    with next_day(7, hour=6), transaction():
        announce_looks(None)
        db.session.flush()
        assert not jobs.waiting_for(LooksDue)
    assert len(look_around(run_jobs, 7)) == 1


def test_filters_of_the_question_hold_and_a_value_that_is_gone_widens_nothing(owner, run_jobs):
    kept = RunFactory(course=CourseFactory(title_vi="Cắt may cơ bản"))
    topic = kept.course.topic.slug
    index()
    saved(owner, f"q=cắt+may&topic={topic}")
    RunFactory(course=CourseFactory(title_vi="Cắt may lớp khác", topic=TopicFactory(slug="music")))
    assert look_around(run_jobs) == []
    db.session.get(Topic, kept.course.topic_id).slug = "another-slug"
    db.session.commit()
    assert look_around(run_jobs, 2) == []


def test_what_is_gone_before_the_letter_is_written_is_not_told(owner, run_jobs):
    search_id = saved(owner)
    open_run, off, hidden = offer("Cắt may một"), offer("Cắt may hai"), offer("Cắt may ba")
    with next_day():
        operations.look(search_id, queries.labels())
        off.status = RunStatus.CANCELLED
        hidden.course.status = CourseStatus.WITHDRAWN
        db.session.commit()
        run_jobs()
    (letter,) = letters()
    assert letter.body.count("/en/courses/") == 1
    assert f"/en/courses/{open_run.course_id}" in letter.body


def test_two_workers_and_a_repeat_tell_it_once(owner, app, run_jobs):
    search_id = saved(owner)
    offer()

    def work(_n):
        with app.app_context():
            look(LooksDue([search_id]))
            db.session.remove()

    with next_day(), ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
        db.session.rollback()
        assert len(jobs.waiting_for(SearchNews)) == 1
        look(LooksDue([search_id]))
        run_jobs()
    assert len(letters()) == 1


def test_a_kill_between_finding_and_keeping_loses_nothing(owner, run_jobs, monkeypatch):
    search_id = saved(owner)
    offer()

    def killed(_event):
        raise SystemExit

    with next_day():
        monkeypatch.setattr(operations.jobs, "emit", killed)
        with pytest.raises(SystemExit):
            operations.look(search_id, queries.labels())
        monkeypatch.undo()
        db.session.rollback()
        look(LooksDue([search_id]))
        run_jobs()
    assert len(letters()) == 1


def test_one_click_stops_without_signing_in_and_a_waiting_letter_with_it(owner, client, run_jobs):
    search_id = saved(owner)
    offer()
    with next_day():
        look(LooksDue([search_id]))
        jobs.work_once()  # the letter is written and not sent
        stop = urlsplit(letters()[0].stop_url).path
        page = client.page(stop)
        assert db.session.get(SavedSearch, search_id).letters is Letters.DAILY
        assert "cắt may" in page.text
        for _twice in range(2):
            answer = client.post(stop, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 303
        run_jobs()
    assert letters() == []
    db.session.rollback()
    assert db.session.get(SavedSearch, search_id).letters is Letters.NONE
    stops = select(AuditEntry.id).where(AuditEntry.action == "search.stopped")
    assert len(db.session.scalars(stops).all()) == 1
    assert "You get no letters" in client.page(stop.replace("/vi/", "/en/")).text
    client.page(f"{stop[:-3]}AAA", status=404)


def test_a_resident_saves_what_is_on_the_page_renames_and_deletes_it(owner, client):
    offer()
    client.sign_in(owner)
    results = client.page("/en/courses?q=cat+may&free=1&page=1&sort=newest")
    link = results.find("a", string="Save this search")["href"]
    form = client.page(link)
    assert form.find(id="name")["value"] == "cat may · Free of charge"
    assert form.find("input", checked=True)["value"] == "none", "silence is no consent"
    client.send(link, {"name": "Mẹ học may", "letters": "weekly"})
    listed = client.page("/en/me/searches")
    row = listed.find("a", string="Mẹ học may")
    assert row["href"] == "/en/courses?q=cat+may&free=1"
    edit = listed.find("a", string="Change or delete")["href"]
    client.send(edit, {"name": "May vá", "letters": "none"})
    assert client.page("/en/me/searches").find("a", string="May vá")
    stranger = AccountFactory(person=PersonFactory())
    client.sign_in(stranger)
    client.page(edit, status=404)
    client.send(f"{edit}/delete", status=404, page="/en/me/profile")
    client.sign_in(owner)
    client.send(f"{edit}/delete", page=edit)
    client.send(f"{edit}/delete", status=404, page="/en/me/profile")
    assert db.session.scalar(select(SavedSearch.id)) is None


def test_an_empty_page_offers_to_tell_in_one_tap(owner, client, run_jobs):
    client.sign_in(owner)
    page = client.page("/en/courses?q=cat+may")
    form = page.find("form", method="post", action=lambda to: to and "searches/new" in to)
    data = {each["name"]: each["value"] for each in form.find_all("input")}
    for _twice in range(2):
        assert client.post(form["action"], data=data).status_code == 303
    found = db.session.scalars(select(SavedSearch)).one()
    assert (found.letters, found.question) == (Letters.DAILY, "q=cat+may")
    offer()
    assert len(look_around(run_jobs)) == 1


def test_a_visitor_signs_in_and_comes_back_to_the_question(client):
    answer = client.get("/vi/me/searches/new?q=may&free=1")
    assert answer.status_code == 302
    assert "next=/vi/me/searches/new?q%3Dmay%26free%3D1" in answer.location


def test_who_has_proven_no_contact_keeps_searches_without_letters(app):
    account = AccountFactory(person=PersonFactory(), email="x@example.org", email_proven_at=None)
    with pytest.raises(NowhereToWrite):
        operations.save(account.person_id, SEWING, "may", Letters.DAILY)
    operations.save(account.person_id, SEWING, "may", Letters.NONE)


def test_a_person_keeps_so_many_and_the_same_question_once(owner):
    for n in range(operations.MOST_SAVED):
        operations.save(owner.person_id, f"q=w{n}", "x", Letters.NONE)
    operations.save(owner.person_id, "q=w1", "y", Letters.NONE)
    with pytest.raises(TooManySaved):
        operations.save(owner.person_id, "q=more", "x", Letters.NONE)


def test_whoever_set_their_data_aside_hears_nothing(owner, run_jobs):
    saved(owner)
    offer()
    wishes.restrict(owner.person_id)
    assert look_around(run_jobs) == []


def test_saved_searches_are_copied_moved_and_erased_with_the_person(owner):
    search_id = saved(owner)
    other = PersonFactory()
    holding = next(each for each in all_holdings() if each.name == "saved_searches")
    (row,) = holding.copy(owner.person_id)
    assert (row["name"], row["question"]) == ("cắt may", "q=cắt may")
    with transaction() as session:
        moved = holding.move(session, owner.person_id, other.id)
    assert holding.count(other.id) == 1
    with transaction() as session:
        holding.move_back(session, owner.person_id, other.id, moved)
        holding.erase(session, owner.person_id, 0)
    assert db.session.get(SavedSearch, search_id) is None
    assert not db.session.scalars(select(Job.id).where(Job.handler.contains("saved"))).all()
