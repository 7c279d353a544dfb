"""Rules, fee groups and questions of a run as its provider sets them."""

from datetime import timedelta

import pytest

from app.accounts.models import PriorityGroup
from app.catalogue import rule_words
from app.catalogue.badges import seat_badge
from app.catalogue.conditions import problems
from app.catalogue.fees import MOST_GROUPS, FeeGroup
from app.catalogue.models import Run, RunState
from app.catalogue.operations import (
    Conditions,
    RunFields,
    add_fee_group,
    add_question,
    edit_run,
    remove_question,
    set_conditions,
)
from app.catalogue.questions import (
    MOST_QUESTIONS,
    Question,
    QuestionKind,
    known_questions,
    read_questions,
)
from app.catalogue.rules import Rules
from app.catalogue.sensitive import SUBJECTS, sensitive_subject
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import Bilingual, speaking
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Channel
from app.search.indexing import courses
from tests.factories import CourseFactory, PersonFactory, RunFactory, WardFactory

POOR = (PriorityGroup.POOR,)


def refusal(call):
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code, refused.value.field


def fields(run, **odd):
    names = ("enrol_from", "enrol_until", "capacity", "waiting_capacity", "fee", "venue_id")
    return RunFields(**{**{name: getattr(run, name) for name in names}, **odd})


def soon(days):
    return clock.today() + timedelta(days=days)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (lambda _run: Conditions(rules=Rules(age_from=30, age_to=16)), "age_to"),
        (lambda _run: Conditions(rules=Rules(age_to=200)), "age_to"),
        (lambda _run: Conditions(rules=Rules(wards=("99999",))), "wards"),
        (lambda _run: Conditions(rules=Rules(wards_from=soon(-20))), "wards"),
        (lambda _run: Conditions(rules=Rules(groups_from=soon(-20))), "priority_groups"),
        (
            lambda run: Conditions(rules=Rules(priority_groups=POOR, groups_from=run.enrol_from)),
            "groups_from",
        ),
        (
            lambda run: Conditions(rules=Rules(requires_course_id=run.course_id, binds=True)),
            "requires_course_id",
        ),
        (lambda run: Conditions(withdraw_until=run.ends_on + timedelta(1)), "withdraw_until"),
        (lambda _run: Conditions(minimum=1), "decide_on"),
        (lambda run: Conditions(decide_on=run.starts_on), "minimum"),
        (lambda run: Conditions(minimum=9, decide_on=run.starts_on), "minimum"),
        (
            lambda run: Conditions(minimum=1, decide_on=run.starts_on + timedelta(1)),
            "decide_on",
        ),
    ],
)
def test_settings_are_checked_together(app, wanted, field):
    """A setting that would leave nobody a way to join is refused, with the answer to change."""
    run = RunFactory()
    assert refusal(lambda: set_conditions(run.id, wanted(run))) == ("wrong_rules", field)
    assert db.session.get(Run, run.id, populate_existing=True).rules == {}


def test_a_new_date_or_number_is_checked_against_the_rules(app):
    run = RunFactory(capacity=9, fee=500_000, enrol_from=soon(3), venue=None)
    rules = Rules(priority_groups=POOR, groups_from=soon(1))
    set_conditions(run.id, Conditions(rules=rules, minimum=5, decide_on=run.starts_on))
    add_fee_group(run.id, FeeGroup(code="", name=Bilingual("Hộ nghèo"), fee=100_000))
    for change in ({"capacity": 4}, {"enrol_from": soon(0)}, {"fee": 50_000}):
        wanted = fields(db.session.get(Run, run.id), **change)
        assert refusal(lambda wanted=wanted: edit_run(run.id, wanted))[0] == "wrong_rules"
    edit_run(run.id, fields(db.session.get(Run, run.id), capacity=5))


def test_a_rule_that_no_longer_holds_together_is_told_and_stops_no_other_change(app):
    """A new rule makes no live class unsaveable."""
    run = RunFactory(rules={"wards": ["99999"], "age_from": 30, "age_to": 16}, venue=None)
    assert [problem.code for problem in problems(run)] == ["ages_crossed", "ward_gone"]
    edit_run(run.id, fields(run, capacity=7))
    assert db.session.get(Run, run.id).capacity == 7


def test_rules_are_said_in_one_sentence_each_in_both_languages(app):
    ward, first = WardFactory(), CourseFactory()
    rules = Rules(
        age_from=16, age_to=30, wards=(ward.code,), wards_from=soon(-2), priority_groups=POOR,
        groups_from=soon(-3), requires_course_id=first.id,
    )  # fmt: skip
    run = RunFactory(rules=rules.as_json(), enrol_from=soon(2))
    told = {}
    for language in ("vi", "en"):
        with speaking(language):
            told[language] = rule_words.sentences(run)
    assert len(told["vi"]) == len(told["en"]) == 7
    assert ward.full_name_vi in " ".join(told["vi"])
    assert ward.full_name_en in " ".join(told["en"])
    assert first.title_en in told["en"][-1]
    assert not set(told["vi"]) & set(told["en"])
    assert rule_words.sentences(RunFactory()) == []


def test_a_run_open_for_some_first_promises_nothing_to_everybody(app):
    rules = Rules(priority_groups=POOR, groups_from=soon(-1))
    run = RunFactory(rules=rules.as_json(), enrol_from=soon(2))
    later = RunFactory(enrol_from=soon(2), rules={"groups_from": soon(1).isoformat()})
    assert (run.state, later.state) == (RunState.EARLY, RunState.NOT_YET)
    assert seat_badge(run)[0] == "soon"
    (document,) = courses([run.course_id])
    assert document.open is False
    assert document.soonest is not None


def question(text="Bạn biết lớp này từ đâu?", **odd):
    return Question(id="", text=Bilingual(text), **odd)


SENSITIVE = [
    "Số CCCD của bạn?", "Please give your passport number", "Ban theo dao gi?",
    "What is your religion?", "Bạn có bệnh gì không?", "Do you have any allergies?",
    "Bạn là người dân tộc nào?", "Your ethnicity", "Bạn có phải đảng viên không?",
    "Which party do you vote for?", "So tai khoan ngan hang", "Your bank account number",
    "Thu nhập mỗi tháng của bạn?", "What is your salary?", "Xu hướng tính dục của bạn?",
    "Your sexual orientation",
]  # fmt: skip


def test_a_sensitive_question_is_refused_with_the_reason(app):
    run = RunFactory()
    with pytest.raises(DomainError) as refused:
        add_question(run.id, question("Bạn có bệnh gì không?"))
    assert refused.value.code == "sensitive_question"
    assert "sức khỏe" in str(refused.value.message)


@pytest.mark.parametrize("text", SENSITIVE)
def test_sensitive_questions_are_known_in_both_languages(text):
    assert sensitive_subject(question(text))
    other = question(kind=QuestionKind.CHOICE, options=(Bilingual("Khác"), Bilingual(text)))
    assert sensitive_subject(other)


def test_every_sensitive_subject_is_tried():
    assert len({sensitive_subject(question(text)) for text in SENSITIVE}) == len(SUBJECTS)


@pytest.mark.parametrize(
    "text",
    [
        "Bạn đã dùng máy tính bao lâu?", "Chất lượng lớp trước thế nào?", "Số lượng sách bạn cần?",
        "How did you hear of us?", "Do you need step-free access?", "Thuộc khu phố nào?",
        "Which chapter will you read first?", "Bạn mang máy tính riêng không?",
    ],
)  # fmt: skip
def test_ordinary_questions_are_not(text):
    assert sensitive_subject(question(text)) is None


def test_a_choice_needs_options_and_there_are_few_questions(app):
    run = RunFactory()
    alone = question(kind=QuestionKind.CHOICE, options=(Bilingual("Một"),))
    assert refusal(lambda: add_question(run.id, alone)) == ("not_asked_like_this", "options")
    for _ in range(MOST_QUESTIONS):
        add_question(run.id, question())
    assert refusal(lambda: add_question(run.id, question()))[0] == "too_many_questions"
    ids = [each.id for each in read_questions(db.session.get(Run, run.id).questions)]
    assert len(set(ids)) == MOST_QUESTIONS
    remove_question(run.id, ids[0])
    add_question(run.id, question())
    known = known_questions(db.session.get(Run, run.id).questions)
    assert known[0].id == ids[0], "answers to it are still understood"


def test_reduced_fees_are_lower_and_few(app):
    run = RunFactory(fee=100_000)
    group = FeeGroup(code="", name=Bilingual("Học sinh"), fee=100_000)
    assert refusal(lambda: add_fee_group(run.id, group)) == ("wrong_rules", "fee")
    cheaper = FeeGroup(code="", name=Bilingual("Học sinh"), fee=1)
    for _ in range(MOST_GROUPS):
        add_fee_group(run.id, cheaper)
    assert refusal(lambda: add_fee_group(run.id, cheaper))[0] == "too_many_fee_groups"


def test_answers_are_kept_as_asked(app):
    run = RunFactory(capacity=9)
    needed = add_question(run.id, question(required=True)).id
    choice = add_question(
        run.id,
        question(kind=QuestionKind.CHOICE, options=(Bilingual("Sáng"), Bilingual("Chiều"))),
    ).id

    def enrol(**asked):
        return operations.enrol(PersonFactory().id, run.id, **asked)

    assert refusal(enrol) == ("wrong_answer", f"question_{needed}")
    wrong = {needed: "Qua bạn bè", choice: "7"}
    assert refusal(lambda: enrol(answers=wrong)) == ("wrong_answer", f"question_{choice}")
    given = {needed: " Qua  bạn bè ", choice: "1", "other": "x"}
    assert enrol(answers=given).answers == {needed: "Qua bạn bè", choice: "1"}
    assert enrol(channel=Channel.STAFF).answers == {}
    assert audit_invariants() == []
