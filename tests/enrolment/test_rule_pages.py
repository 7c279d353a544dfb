"""The provider's pages of a run's rules, and what residents read of them."""

from datetime import timedelta

import pytest

from app.accounts.models import PriorityGroup
from app.catalogue.cards import course_slug
from app.catalogue.fees import read_fee_groups
from app.catalogue.models import Run
from app.catalogue.questions import QuestionKind, read_questions
from app.catalogue.rules import Rules
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.enrolment import operations, queries
from tests.client import read
from tests.factories import CityFactory, CourseFactory, RunFactory, StaffFactory, WardFactory


@pytest.fixture
def staff(app):
    CityFactory()
    return StaffFactory(role=ProviderRole.EDITOR)


@pytest.fixture
def run(staff):
    course = CourseFactory(provider=staff.provider)
    opens = clock.today() + timedelta(days=3)
    return RunFactory(course=course, capacity=9, fee=500_000, enrol_from=opens, venue=None)


@pytest.fixture
def editor(client, staff, run):
    client.sign_in(staff.account)
    return client


def at(run, page="rules"):
    return f"/vi/provider/{run.course.provider.slug}/runs/{run.id}/{page}"


def written(day):
    return f"{day:%d/%m/%Y}"


def again(run_id):
    return db.session.get(Run, run_id, populate_existing=True)


def test_an_editor_says_who_may_come_and_residents_read_it(editor, run):
    ward = WardFactory(full_name_vi="Phường Sông Xanh", name_vi="Sông Xanh")
    before = CourseFactory(provider=run.course.provider, title_vi="Gõ phím")
    WardFactory(full_name_vi="Phường Sông Đỏ", name_vi="Sông Đỏ")
    url, run_id = at(run), run.id
    first, last = clock.today() - timedelta(days=1), run.ends_on
    decide = run.starts_on
    sent = {
        "age_from": "16", "age_to": "30", "residence": "first", "wards": "song xanh",
        "wards_from": written(first), "priority_groups": ["poor", "disability"],
        "groups_from": written(first), "requires_course_id": str(before.id), "binds": "y",
        "needs_approval": "y", "withdraw_until": written(last), "minimum": "4",
        "decide_on": written(decide),
    }  # fmt: skip
    editor.send(url, sent)
    saved = again(run_id)
    assert Rules.read(saved.rules) == Rules(
        age_from=16, age_to=30, wards=(ward.code,), wards_from=first,
        priority_groups=(PriorityGroup.POOR, PriorityGroup.DISABILITY), groups_from=first,
        requires_course_id=before.id, binds=True,
    )  # fmt: skip
    assert (saved.needs_approval, saved.minimum, saved.decide_on) == (True, 4, decide)
    shown = editor.page(url)
    assert shown.select_one("textarea[name=wards]").text.strip() == "Phường Sông Xanh"
    course = editor.page(f"/vi/courses/{saved.course_id}-{course_slug(saved.course)}").main.text
    for words in ("16", "Phường Sông Xanh", "hộ nghèo", "Gõ phím", f"{last:%d/%m/%Y}"):
        assert words in course


@pytest.mark.parametrize(
    ("wards", "words"),
    [("Sông", "Phường Sông Xanh, Phường Sông Đỏ"), ("Núi Cao", "Núi Cao"), ("", "mỗi dòng")],
)
def test_a_ward_that_is_not_clear_is_asked_for_again(editor, run, wards, words):
    for name in ("Sông Đỏ", "Sông Xanh"):
        WardFactory(full_name_vi=f"Phường {name}", name_vi=name)
    sent = {"residence": "only", "wards": wards, "requires_course_id": "0"}
    answer = editor.send(at(run), sent, status=422)
    error = read(answer).select_one("#wards-error").text
    assert all(part in error for part in words.split(", "))


def test_rules_that_contradict_each_other_are_told_beside_the_answer(editor, run):
    sent = {"residence": "everywhere", "age_from": "30", "age_to": "16", "requires_course_id": "0"}
    page = read(editor.send(at(run), sent, status=422))
    assert page.select_one("#age_to-error")
    assert page.select_one(".error-summary")


def test_an_old_rule_that_no_longer_holds_is_shown(editor, run):
    run.rules = {"wards": ["99999"]}
    db.session.commit()
    assert "phường, xã mới" in editor.page(at(run)).select_one(".notice--warn").text


def test_a_reduced_fee_is_added_and_removed(editor, run):
    url, run_id = at(run, "fee-groups"), run.id
    sent = {"name_vi": "Hộ nghèo", "name_en": "Poor", "fee": "100.000", "group": "poor"}
    editor.send(url, {**sent, "needs_document": "y"})
    (group,) = read_fee_groups(again(run_id).fee_groups)
    assert (group.fee, group.group, group.needs_document) == (100_000, PriorityGroup.POOR, True)
    assert "100.000" in editor.page(url).select_one("section h2").text
    too_much = read(editor.send(url, {**sent, "fee": "900000"}, status=422))
    assert too_much.select_one("#fee-error")
    editor.send(f"{url}/{group.code}/remove", page=url)
    assert read_fee_groups(again(run_id).fee_groups) == []


def test_a_question_is_added_and_removed_and_a_sensitive_one_refused(editor, run):
    url, run_id = at(run, "questions"), run.id
    sent = {"text_vi": "Bạn học buổi nào?", "kind": "choice", "options": "Sáng / Morning\nChiều"}
    editor.send(url, sent)
    (question,) = read_questions(again(run_id).questions)
    assert question.kind is QuestionKind.CHOICE
    assert [option.text("en") for option in question.options] == ["Morning", "Chiều"]
    refused = read(editor.send(url, {"text_vi": "Bạn có bệnh gì?", "kind": "text"}, status=422))
    assert "sức khỏe" in refused.select_one("#text_vi-error").text
    editor.send(f"{url}/{question.id}/remove", page=url)
    assert read_questions(again(run_id).questions) == []


def test_places_are_kept_changed_and_opened_to_everybody(editor, run):
    url, run_id = at(run, "kept-places"), run.id
    editor.send(url, {"group": "", "partner": "Hội Phụ nữ", "places": "3"})
    (kept,) = queries.reservations(run_id)
    one, code = f"{url}/{kept.id}", kept.code
    assert f"{code[:5]} {code[5:]}" in editor.page(url).text
    assert read(editor.send(url, {"group": "poor", "places": "99"}, status=422))
    editor.send(one, {"places": "2", "until": ""})
    assert again(run_id).reserved == 2
    editor.send(f"{one}/release", page=one)
    assert again(run_id).reserved == 0
    assert "/kept-places/" not in editor.page(url).main.decode()


def test_only_editors_of_this_provider_set_rules(client, run, staff):
    pages = [at(run, page) for page in ("rules", "fee-groups", "questions", "kept-places")]
    other = RunFactory(capacity=5)
    kept = operations.reserve(other.id, 1, partner="Hội").id
    theirs = at(run, f"kept-places/{kept}")
    client.sign_in(StaffFactory(provider=staff.provider, role=ProviderRole.TEACHER).account)
    assert {client.get(url).status_code for url in pages} == {403}
    client.sign_in(StaffFactory().account)
    assert {client.get(url).status_code for url in pages} <= {403, 404}
    client.sign_in(staff.account)
    assert client.get(theirs).status_code == 404
