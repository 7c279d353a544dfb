"""What learners think of a class: one answer each, nobody known, small numbers hidden."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.operations.erasure import erase
from app.core import clock
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.tokens import token
from app.enrolment.feedback import operations, queries, rounds
from app.enrolment.feedback.errors import AlreadyAnswered, FeedbackClosed
from app.enrolment.feedback.holdings import _move as move_marks
from app.enrolment.feedback.models import (
    CommentState,
    FeedbackAnswer,
    FeedbackMark,
    FeedbackRound,
)
from app.enrolment.feedback.questions import FEEDBACK, SHOWN_FROM
from app.notices.models import Message
from tests.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    RegisterFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)


@pytest.fixture
def run(app):
    """Over since yesterday."""
    today = clock.today()
    return RunFactory(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1),
        enrol_from=today - timedelta(days=30), enrol_until=today - timedelta(days=10),
    )  # fmt: skip


def learners(run, count):
    return [EnrolmentFactory(run=run).id for _ in range(count)]


def asked(run, count):
    """So many people of a class whose questions are open."""
    ids = learners(run, count)
    rounds.open_round(run.id)
    return ids


def form_of(place_id):
    return f"/vi/feedback/{token(FEEDBACK, place_id)}"


def close(run):
    db.session.get(FeedbackRound, run.id).until = clock.today() - timedelta(days=1)
    db.session.commit()
    assert run.id in rounds.over()
    rounds.close_round(run.id)
    db.session.expire_all()


def page_and_file(client, run):
    base = f"/vi/provider/{run.course.provider.slug}/runs/{run.id}/feedback"
    return client.page(base), client.get(f"{base}.csv").text.splitlines()[1:]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_person_answers_by_the_link_of_the_letter_without_an_account(client, run, run_jobs):
    place = EnrolmentFactory(run=run)
    rounds.open_round(run.id)
    run_jobs()
    letter = db.session.scalar(select(Message.body).where(Message.key.startswith("feedback")))
    address = form_of(place.id)
    assert address in letter
    assert place.code not in letter
    client.send(address, {"usefulness": "5"}, status=422)
    sent = {"usefulness": "5", "satisfaction": "4", "comment": "Phòng hơi nóng"}
    client.send(address, sent)
    assert "Cảm ơn bạn" in client.page(address).select_one("h1").text
    (said,) = db.session.scalars(select(FeedbackAnswer))
    assert (said.usefulness, said.satisfaction, said.comment_state) == (5, 4, CommentState.WAITING)
    assert client.send(address, sent, status=422)
    assert client.get("/vi/feedback/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_whoever_opens_their_place_finds_the_way_to_the_questions_while_they_are_open(client, run):
    place = EnrolmentFactory(run=run, person=PersonFactory(phone="+84912345678"))
    page = f"/vi/places/{place.code}"
    link = f"a[href='{form_of(place.id)}']"
    client.send(page, {"phone": "0912345678"})
    assert not client.page(page).select(link)
    rounds.open_round(run.id)
    assert client.page(page).select(link)
    operations.answer(place.id, 5, 5, "")
    assert not client.page(page).select(link)


def test_of_several_who_send_at_once_for_one_person_one_counts(run, at_once):
    (place_id,) = asked(run, 1)
    answers = at_once([lambda: operations.answer(place_id, 5, 5, "")] * 4)
    assert sorted(map(str, answers)) == ["None", *["already_answered"] * 3]
    assert (count(FeedbackAnswer), count(FeedbackMark)) == (1, 1)


def test_nothing_in_the_database_leads_from_an_answer_to_a_person_or_a_moment(run):
    for place_id in asked(run, 3):
        operations.answer(place_id, 5, 5, "tốt")
    columns = set(FeedbackAnswer.__table__.columns.keys())
    assert columns & {"person_id", "enrolment_id", "created_at", "at"} == set()
    assert set(FeedbackMark.__table__.columns.keys()) == {"run_id", "person_id"}
    kept = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "feedback.answered")
    ).all()
    assert {(each.person_id, each.account_id, str(each.details)) for each in kept} == {
        (None, None, "{}")
    }


def test_when_a_round_closes_who_answered_is_forgotten_and_the_answers_are_written_anew(run):
    places = asked(run, 4)
    for place_id in places[:3]:
        operations.answer(place_id, 5, 3, "tốt")
    before = set(db.session.scalars(select(FeedbackAnswer.id)))
    close(run)
    after = set(db.session.scalars(select(FeedbackAnswer.id)))
    assert len(after) == 3
    assert not before & after
    assert count(FeedbackMark) == 0
    assert db.session.get(FeedbackRound, run.id).invited == 4
    with pytest.raises(FeedbackClosed):
        operations.answer(places[3], 5, 5, "")


def test_below_the_threshold_neither_page_nor_file_shows_anything(client, run):
    client.sign_in(StaffFactory(provider=run.course.provider).account)
    places = asked(run, SHOWN_FROM)
    for place_id in places[:-1]:
        operations.answer(place_id, 5, 5, "Bà Hoa dạy hay")
    close(run)
    page, lines = page_and_file(client, run)
    assert not page.select("main table")
    assert "Hoa" not in page.text
    assert lines == []


def test_while_people_answer_nothing_is_shown_so_that_nobody_watches_who_adds_what(client, run):
    client.sign_in(StaffFactory(provider=run.course.provider).account)
    for place_id in asked(run, SHOWN_FROM + 2):
        operations.answer(place_id, 5, 5, "")
    page, lines = page_and_file(client, run)
    assert not page.select("main table")
    assert lines == []
    assert queries.waiting() == []


def test_small_counts_are_hidden_alike_in_page_and_file(client, run):
    client.sign_in(StaffFactory(provider=run.course.provider).account)
    scales = [(5, 5)] * 7 + [(3, 5)] * 5 + [(1, 1)] * 2
    for place_id, (useful, satisfied) in zip(asked(run, 20), scales, strict=False):
        operations.answer(place_id, useful, satisfied, "")
    close(run)
    page, lines = page_and_file(client, run)
    assert [line.rsplit(",", 1)[1] for line in lines] == ["7", "", "", "", "0", ""]
    shown = [row.select("td")[-1].text.strip() for row in page.select("main tbody tr")]
    assert shown == ["7", "•", "•", "•", "0", "•"]
    assert "70%" in page.select_one("dl.summary").text


def test_a_hidden_number_is_not_the_rest_of_a_sum():
    assert queries.protected([7, 5, 2], 5) == [7, None, None]
    assert queries.protected([12, 0, 2], 5) == [None, 0, None]
    assert queries.protected([8, 3, 2], 5) == [8, None, None]
    assert queries.protected([12, 5, 0], 5) == [12, 5, 0]


def test_the_city_reads_a_comment_before_the_provider_does(client, run):
    for place_id in asked(run, SHOWN_FROM):
        operations.answer(place_id, 5, 5, "Nên có máy lạnh" if count(FeedbackMark) < 2 else "")
    close(run)
    staff = StaffFactory(provider=run.course.provider).account
    client.sign_in(staff)
    page, _ = page_and_file(client, run)
    assert "máy lạnh" not in page.text
    assert client.get("/vi/staff/feedback/").status_code == 403
    client.sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)
    desk = client.page("/vi/staff/feedback/")
    assert desk.text.count("máy lạnh") == 2
    first, second = (form["action"] for form in desk.select("main form"))
    client.send(first, {"act": "show"}, page="/vi/staff/feedback/")
    client.send(second, {"act": "hide"}, page="/vi/staff/feedback/")
    client.send(second, {"act": "show"}, page="/vi/staff/feedback/")
    client.sign_in(staff)
    page, _ = page_and_file(client, run)
    assert page.text.count("máy lạnh") == 1
    assert db.session.scalars(
        select(FeedbackAnswer.comment).where(FeedbackAnswer.comment_state == CommentState.HIDDEN)
    ).all() == [""]


def test_only_people_who_came_are_asked_and_lately_ended_classes_alone(run):
    session = SessionFactory(run=run, starts_at=clock.now() - timedelta(days=2))
    RegisterFactory(session=session)
    came, away = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    AttendanceFactory(session=session, enrolment=came)
    old = RunFactory(starts_on=clock.today() - timedelta(90), ends_on=clock.today() - timedelta(60))
    EnrolmentFactory(run=old)
    EnrolmentFactory(run=RunFactory())
    assert rounds.due() == [run.id]
    assert rounds.open_round(run.id)
    assert not rounds.open_round(run.id)
    assert rounds.due() == []
    with pytest.raises(FeedbackClosed):
        operations.answer(away.id, 5, 5, "")
    operations.answer(came.id, 5, 5, "")


def test_two_places_of_one_person_are_one_answer_after_a_merge_and_erasure(run):
    kept, gone = PersonFactory(), PersonFactory()
    first, second = EnrolmentFactory(run=run, person=kept), EnrolmentFactory(run=run, person=gone)
    rounds.open_round(run.id)
    operations.answer(first.id, 5, 5, "")
    operations.answer(second.id, 4, 4, "")
    session = db.session()
    assert move_marks(session, gone.id, kept.id) == []
    session.commit()
    assert db.session.scalars(select(FeedbackMark.person_id)).all() == [kept.id]
    erase(kept.id, None)
    assert (count(FeedbackMark), count(FeedbackAnswer)) == (1, 2)
    db.session.expire_all()
    with pytest.raises(AlreadyAnswered):
        operations.answer(first.id, 1, 1, "")
