import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.models import Consent, Person, Residence
from app.catalogue.models import CourseStatus, RunState, RunStatus
from app.core import clock
from app.core.db import db
from app.core.formats import short_date
from app.core.slugs import slug_of
from app.enrolment import draft, operations
from app.enrolment.models import Draft, Enrolment, EnrolmentState
from app.places.models import Sex
from tests.client import read
from tests.factories import (
    AccountFactory,
    CourseFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
    WardFactory,
)

HERE = "/vi/runs/{}/enrol"
BINH = {
    "full_name": "Trần Văn Bình",
    "phone": "0912 345 678",
    "birth-day": "27",
    "birth-month": "3",
    "birth-year": "1955",
    "outside": "y",
    "sex": "not_stated",
}


def only_place():
    return db.session.scalars(select(Enrolment)).one()


def count(table=Enrolment):
    return db.session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def fill(client):
    """Open the form of a run as a browser does, and send it step by step."""

    def send(run, step="send", status=303, **odd):
        page = client.page(HERE.format(run.id))
        key = page.select_one("input[name=form_key]")["value"]
        queue = page.select_one("input[name=queue]")["value"]
        data = {**BINH, "form_key": key, "queue": queue, "step": step, **odd}
        return client.send(HERE.format(run.id), data, status=status)

    return send


def test_from_the_course_to_a_place_in_three_pages(client):
    run = SessionFactory().run
    course = client.page(f"/vi/courses/{run.course_id}-{slug_of(run.course.title_vi)}")
    assert course.select(f'a.button[href="{HERE.format(run.id)}"]')
    details = client.page(HERE.format(run.id))
    key = details.select_one("input[name=form_key]")["value"]
    assert not details.select("input[checked]")
    typed = {**BINH, "form_key": key, "step": "check"}
    check = client.page(client.send(HERE.format(run.id), typed).location)
    sent = {
        field["name"]: field["value"]
        for field in check.select("form.main, main form input[type=hidden]")
    }
    assert "27/03/1955" in check.text
    assert count() == 0
    answer = client.send(HERE.format(run.id), {**sent, "step": "send"})
    place = only_place()
    assert answer.location == f"/vi/places/{place.code}"
    page = client.page(answer.location)
    assert page.select_one(".ref").text == place.code
    assert page.select_one("img[src^='data:image/svg+xml']")["alt"]
    assert place.person.phone == "+84912345678"
    assert place.person.sex is Sex.NOT_STATED
    assert count(Consent) == 1


def test_enrolling_asks_five_questions(client, app):
    page = client.page(HERE.format(RunFactory().id))
    asked = {
        re.split("[-_]", field["name"])[0]
        for field in page.select("main input")
        if field["type"] != "hidden"
    }
    assert asked == {"full", "phone", "birth", "ward", "outside", "sex"}


def test_the_same_form_sent_twice_leads_to_the_same_place(client, fill):
    run = RunFactory()
    first = fill(run, form_key="the-key")
    second = fill(run, form_key="the-key")
    assert first.location == second.location
    assert count() == 1
    assert count(Consent) == 1


def test_another_form_of_the_same_person_reveals_no_code(client, fill, app):
    run = RunFactory()
    fill(run)
    stranger = app.test_client()
    page = stranger.page(HERE.format(run.id))
    data = {**BINH, "form_key": page.select_one("input[name=form_key]")["value"], "step": "send"}
    answer = read(stranger.send(HERE.format(run.id), data, status=409))
    assert only_place().code not in str(answer)
    assert answer.select('a[href="/vi/my-place"]')
    assert answer.select('a[href="/vi/my-place/lost-code"]')
    assert not answer.select("button[value=send]")


def test_another_phone_or_birth_year_is_another_person_and_says_nothing(client, fill):
    run = RunFactory()
    fill(run)
    fill(run, phone="0987654321")
    fill(run, **{"birth-year": "1956"})
    assert count(Person) == 3 == count()


def test_what_is_wrong_is_said_twice_and_everything_is_kept(client, fill):
    odd = {
        "phone": "12",
        "birth-day": "31",
        "birth-month": "2",
        "sex": "",
        "outside": "",
        "ward": "Xyzzy",
    }
    page = read(fill(RunFactory(), "check", 422, **odd))
    assert page.title.text.startswith("Lỗi:")
    for link in page.select(".error-summary a"):
        target = page.select_one(link["href"])
        assert target is not None
        assert link.text in target.find_parent(class_="field").text
    assert len(page.select(".error-summary a")) == 4
    kept = {field["name"]: field.get("value") for field in page.select("main input")}
    assert kept["full_name"] == "Trần Văn Bình"
    assert (kept["phone"], kept["birth-day"], kept["ward"]) == ("12", "31", "Xyzzy")


def test_a_ward_is_understood_without_marks(client, fill):
    ward = WardFactory(code="26740", name_vi="Bến Thành")
    fill(RunFactory(), outside="", ward="ben thanh")
    assert db.session.scalars(select(Residence.unit_id)).one() == ward.id


def test_several_wards_are_offered_and_the_chosen_one_is_taken(client, fill):
    first = WardFactory(code="26740", name_vi="Tân Sơn Nhất")
    WardFactory(code="26743", name_vi="Tân Sơn Nhì")
    run = RunFactory()
    page = read(fill(run, "check", 422, outside="", ward="tan son"))
    assert {box["value"] for box in page.select("input[type=radio][name=ward_code]")} == {
        "26740",
        "26743",
    }
    assert page.select_one("input[name=ward]")["value"] == "tan son"
    fill(run, outside="", ward="tan son", ward_code="26740")
    assert db.session.scalars(select(Residence.unit_id)).one() == first.id


def test_a_ward_left_over_from_another_text_is_not_taken(client, fill):
    WardFactory(code="26740", name_vi="Bến Thành")
    other = WardFactory(code="26743", name_vi="Sài Gòn")
    fill(RunFactory(), outside="", ward="sai gon", ward_code="26740")
    assert db.session.scalars(select(Residence.unit_id)).one() == other.id


def test_change_and_back_keep_what_was_typed(client, fill):
    run = RunFactory()
    check = client.page(fill(run, "check").location)
    page = client.page(check.select_one(".change a")["href"])
    assert page.select_one("input[name=full_name]")["value"] == "Trần Văn Bình"
    assert page.select_one("input[name=sex][checked]")["value"] == "not_stated"
    assert not page.select(".error-summary")
    other = client.page(HERE.format(RunFactory().id))
    assert not other.select_one("input[name=full_name]")["value"]


def test_what_was_typed_is_forgotten_after_a_while(client, fill, monkeypatch):
    run = RunFactory()
    fill(run, "check")
    monkeypatch.setattr(draft, "KEPT", timedelta(seconds=-1))
    assert not client.page(HERE.format(run.id)).select_one("input[name=full_name]")["value"]


def test_nobody_fills_the_database_with_forms_that_are_not_sent(fill, client, monkeypatch):
    monkeypatch.setattr(draft, "NEW_FROM_ONE_ADDRESS", 1)
    run = RunFactory()
    for status in (303, 303):
        fill(run, "check", status, **{f"box{number}": "x" * 900 for number in range(90)})
    kept = db.session.scalars(select(Draft)).one().typed
    assert sum(len(value) for values in kept.values() for value in values) <= 30_000
    client.delete_cookie("session")
    fill(run, "check", 429)


def test_back_from_the_place_offers_the_place(client, fill):
    run = RunFactory()
    check = fill(run, "check").location
    fill(run)
    assert client.get(check).location == HERE.format(run.id)
    page = client.page(HERE.format(run.id))
    assert page.select(f'main a[href="/vi/places/{only_place().code}"]')
    assert not page.select_one("input[name=full_name]")["value"]


def test_a_class_that_fills_up_meanwhile_offers_the_queue(client, fill):
    run = RunFactory(capacity=1)
    page = client.page(HERE.format(run.id))
    data = {**BINH, "form_key": page.select_one("input[name=form_key]")["value"], "queue": ""}
    operations.enrol(PersonFactory().id, run.id)
    refused = read(client.send(HERE.format(run.id), {**data, "step": "send"}, status=409))
    assert refused.select(".error-summary")
    kept = {
        field["name"]: field["value"] for field in refused.select("main form input[type=hidden]")
    }
    assert kept["full_name"] == "Trần Văn Bình"
    assert refused.select_one("button[value=send]").text == "Vào danh sách chờ"
    answer = client.send(HERE.format(run.id), {**kept, "step": "send"})
    assert "Bạn đang ở vị trí số 1" in client.page(answer.location).text


def test_a_full_class_says_so_and_takes_nobody(client, fill):
    run = RunFactory(capacity=0, waiting_capacity=1)
    page = client.page(HERE.format(run.id))
    key = page.select_one("input[name=form_key]")["value"]
    operations.enrol(PersonFactory().id, run.id)
    data = {**BINH, "form_key": key, "queue": "1", "step": "send"}
    refused = read(client.send(HERE.format(run.id), data, status=409))
    assert not refused.select("button[value=send]")
    assert count() == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"capacity": 0, "waiting_capacity": 0},
        {"enrol_from": clock.today() + timedelta(days=1)},
        {"enrol_until": clock.today() - timedelta(days=1)},
        {"status": RunStatus.CANCELLED},
    ],
)
def test_a_run_nobody_can_join_shows_no_form(client, odd):
    run = RunFactory(**odd)
    other = RunFactory(course=run.course)
    page = client.page(HERE.format(run.id))
    assert not page.select("main form")
    ways = [link["href"] for link in page.select("main .ways a")]
    assert HERE.format(other.id) in ways
    assert f"tel:{run.course.provider.phone}" in ways
    assert (f"/vi/runs/{run.id}/alert" in ways) == (run.state is RunState.FULL)


ASKED = {
    "fee": 300_000,
    "fee_groups": [
        {"code": "poor", "name_vi": "Hộ nghèo", "name_en": "", "fee": 0, "needs_document": True}
    ],
    "questions": [
        {"id": "pc", "text_vi": "Bạn có máy tính không?", "kind": "yes_no", "required": True},
        {"id": "why", "text_vi": "Bạn muốn học gì nhất?", "kind": "text"},
    ],
}


def test_what_a_run_asks_beside_is_asked_checked_shown_and_kept(client, fill):
    run = RunFactory(**ASKED)
    page = client.page(HERE.format(run.id))
    assert "Mang giấy tờ" in page.main.text
    missing = read(fill(run, "check", 422))
    assert missing.select_one('.error-summary a[href="#question_pc-0"]')
    answered = {"question_pc": "yes", "question_why": "Gọi hình", "fee_group": "poor"}
    check = client.page(fill(run, "check", **answered).location)
    for words in ("Bạn có máy tính không?", "Gọi hình", "Mức của bạn: Hộ nghèo"):
        assert words in check.main.text
    fill(run, **answered)
    place = only_place()
    assert place.answers == {"pc": "yes", "why": "Gọi hình"}
    assert (place.fee, place.fee_group) == (0, "poor")


def test_what_nobody_may_answer_is_not_taken(client, fill):
    run = RunFactory(**ASKED)
    fill(run, "check", 422, question_pc="perhaps")
    fill(run, "check", 422, question_pc="yes", fee_group="rich")
    assert count() == 0


def test_a_partner_s_code_opens_a_kept_place_of_a_full_class(client, fill):
    run = RunFactory(capacity=1, waiting_capacity=0)
    assert not client.page(HERE.format(run.id)).select("input[name=partner_code]")
    kept = operations.reserve(run.id, 1, partner="Trường A")
    assert client.page(HERE.format(run.id)).select("details input[name=partner_code]")
    refused = read(fill(run, status=409, partner_code="ABCDEFGH00"))
    assert refused.select_one('.error-summary a[href="#partner_code"]')
    assert refused.select("details[open] #partner_code")
    assert count() == 0
    fill(run, partner_code=kept.code)
    assert only_place().reservation_id == kept.id


def test_the_terms_stand_on_the_page_before_sending(client, fill):
    run = RunFactory(
        fee=300_000, needs_approval=True, rules={"age_from": 18}, withdraw_until=clock.today()
    )
    text = client.page(fill(run, "check").location).main.text
    for words in ("300.000", short_date(clock.today()), "18", "Đơn vị tổ chức sẽ trả lời trước"):
        assert words in text


def test_a_rule_in_the_way_is_said_with_ways_out_and_changes_nothing(client, fill):
    run = RunFactory(rules={"age_to": 30})
    other = RunFactory(course=run.course)
    refused = read(fill(run, status=409))
    assert refused.select(f'.ways a[href="{HERE.format(other.id)}"]')
    assert not refused.select("button[value=send]")
    assert (count(), count(Person)) == (0, 0)


def test_before_it_opens_for_all_the_form_says_for_whom_it_is_open(client, fill):
    opens, today = clock.today() + timedelta(days=3), clock.today().isoformat()
    ward = WardFactory(name_vi="Bến Thành")
    run = RunFactory(enrol_from=opens, rules={"wards": [ward.code], "wards_from": today})
    assert "Bến Thành" in client.page(HERE.format(run.id)).main.text
    read(fill(run, status=409))
    assert count() == 0
    fill(run, outside="", ward="ben thanh")
    assert count() == 1


def test_who_has_a_place_in_another_class_of_the_course_can_move_it(client, fill):
    there = RunFactory()
    here = RunFactory(course=there.course)
    fill(there)
    refused = read(fill(here, status=409))
    assert refused.select(f'.ways a[href="/vi/places/{only_place().code}/move"]')


def test_a_run_of_a_draft_is_no_page(client):
    run = RunFactory(course=CourseFactory(status=CourseStatus.DRAFT))
    missing = client.page(HERE.format(run.id + 1), status=404)
    assert client.page(HERE.format(run.id), status=404).main.text == missing.main.text


def test_an_account_that_types_its_own_details_stays_one_person(client):
    me = ResidenceFactory(unit=WardFactory(name_vi="Bến Thành")).person
    client.sign_in(AccountFactory(person=me))
    run = RunFactory()
    page = client.page(f"{HERE.format(run.id)}?for=other")
    typed = {
        **BINH,
        "full_name": me.full_name,
        "phone": me.phone,
        "birth-day": str(me.born_on.day),
        "birth-month": str(me.born_on.month),
        "birth-year": str(me.born_on.year),
        "form_key": page.select_one("input[name=form_key]")["value"],
        "step": "send",
    }
    client.send(HERE.format(run.id), typed)
    assert only_place().person_id == me.id
    client.send(HERE.format(run.id), {**typed, "full_name": "Con gái"})
    assert count(Person) == 2


def test_a_place_opens_by_code_and_phone_only(client, fill, app):
    fill(RunFactory())
    place = only_place()
    stranger = app.test_client()
    url = f"/vi/places/{place.code}"
    asked = stranger.page(url)
    assert "Trần" not in asked.text
    wrong = stranger.send(url, {"phone": "0987654321"}, status=422)
    none = stranger.send("/vi/places/0000000000", {"phone": "0912345678"}, status=422)
    assert (
        read(wrong).main.select_one(".error-summary").text
        == read(none).main.select_one(".error-summary").text
    )
    stranger.send(url.lower(), {"phone": "+84 912 345 678"})
    assert "Trần Văn Bình" in stranger.page(url).text


def test_asking_for_another_s_place_and_for_none_looks_alike(client, fill, app):
    fill(RunFactory())
    stranger = app.test_client()
    there = stranger.page(f"/vi/places/{only_place().code}")
    none = stranger.page("/vi/places/0000000000")
    assert there.main.text.split() == none.main.text.split()
    for path in ("/slip", "/withdraw", ".ics"):
        for code in (only_place().code, "0000000000"):
            assert stranger.get(f"/vi/places/{code}{path}").status_code == 303


def test_guessing_ends_after_ten_tries(client, fill, app):
    fill(RunFactory())
    url = f"/vi/places/{only_place().code}"
    stranger = app.test_client()
    for _ in range(10):
        stranger.send(url, {"phone": "0987654321"}, status=422)
    stranger.send(url, {"phone": "0912345678"}, status=429)
    stranger.send("/vi/my-place", {"code": "ABCDEFGH00", "phone": "0912345678"}, status=429)


def test_looking_at_one_s_own_place_is_never_limited(client, fill, app):
    fill(RunFactory())
    for _ in range(12):
        browser = app.test_client()
        browser.send("/vi/my-place", {"code": only_place().code.lower(), "phone": "0912345678"})


def test_my_place_lists_what_this_browser_knows(client, fill):
    run = RunFactory()
    fill(run)
    assert run.course.title_vi in client.page("/vi/my-place").main.text


def test_giving_a_place_up_asks_first_and_frees_the_seat(client, fill):
    run = RunFactory(capacity=1)
    fill(run)
    url = f"/vi/places/{only_place().code}"
    assert client.page(f"{url}/withdraw").select("main form button")
    assert only_place().state is EnrolmentState.ENROLLED
    client.send(f"{url}/withdraw")
    client.send(f"{url}/withdraw", page=HERE.format(run.id))
    assert only_place().state is EnrolmentState.WITHDRAWN
    db.session.refresh(run)
    assert run.seats_taken == 0
    assert "Đã hủy đăng ký" in client.page(url).h1.text


def test_a_stranger_cannot_give_a_place_up(client, fill, app):
    fill(RunFactory())
    stranger = app.test_client()
    for code in (only_place().code, "0000000000"):
        stranger.send(f"/vi/places/{code}/withdraw", page="/vi/my-place", status=404)
    assert only_place().state is EnrolmentState.ENROLLED


@pytest.mark.parametrize("phone", ["0912345678", "0987654321"])
def test_asking_for_a_lost_code_always_answers_the_same(client, fill, phone):
    fill(RunFactory())
    answer = client.send("/vi/my-place/lost-code", {"full_name": "Tran van BINH", "phone": phone})
    told = client.page(answer.location).select_one("[role=status]").text
    assert "Nếu có chỗ học" in told


def test_personal_pages_are_kept_nowhere(client, fill):
    run = RunFactory()
    fill(run)
    for url in (HERE.format(run.id), f"/vi/places/{only_place().code}", "/vi/my-place"):
        answer = client.get(url)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("path", ["/vi/my-place", "/vi/my-place/lost-code"])
def test_errors_are_told_in_the_order_of_the_page(client, path):
    page = read(client.send(path, {}, status=422))
    told = [link["href"][1:] for link in page.select(".error-summary a")]
    assert told == [field["id"] for field in page.select("main form input[type=text], [type=tel]")]


def test_a_place_given_up_is_listed_as_such_and_its_code_is_no_treasure(client, fill):
    fill(RunFactory())
    client.send(f"/vi/places/{only_place().code}/withdraw")
    assert "Đã hủy đăng ký" in client.page("/vi/my-place").main.text
    assert "hãy giữ lại" not in client.page(f"/vi/places/{only_place().code}").text


def test_the_slip_has_what_one_needs_on_the_way(client, fill):
    session = SessionFactory()
    fill(session.run)
    page = client.page(f"/vi/places/{only_place().code}/slip")
    assert only_place().code in page.main.text
    assert session.run.venue.address in page.main.text


def test_every_page_of_the_journey_speaks_english(client, fill):
    run = SessionFactory().run
    fill(run)
    code = only_place().code
    for url in (
        HERE.format(run.id),
        f"/vi/places/{code}",
        f"/vi/places/{code}/slip",
        f"/vi/places/{code}/withdraw",
        "/vi/my-place",
        "/vi/my-place/lost-code",
    ):
        english = client.page(url.replace("/vi/", "/en/", 1))
        assert english.html["lang"] == "en"
        assert not english.select('main [lang="vi"]')


def test_an_address_has_many_but_not_endless_tries(client, fill, monkeypatch):
    monkeypatch.setattr("app.enrolment.views.shown.FROM_ONE_ADDRESS", 2)
    run = RunFactory(capacity=9)
    for n in range(2):
        fill(run, full_name=f"Lê Thị Hoa {n}")
    kept = read(fill(run, status=429))
    assert kept.select("button[value=send]")


def test_a_phone_gets_no_more_than_so_many_texts_a_day(client, fill, monkeypatch):
    monkeypatch.setattr("app.enrolment.views.enrol.WITH_ONE_PHONE_A_DAY", 2)
    monkeypatch.setattr("app.enrolment.views.finding.LOST_CODES_PER_PHONE_A_DAY", 2)
    run = RunFactory(capacity=9)
    for n in range(3):
        with time_machine.travel(clock.now() + timedelta(minutes=20 * n)):
            fill(run, full_name=f"Lê Thị Hoa {n}", status=429 if n == 2 else 303)
            lost = {"full_name": "Lê Thị Hoa", "phone": BINH["phone"]}
            client.send("/vi/my-place/lost-code", lost, status=429 if n == 2 else 303)
