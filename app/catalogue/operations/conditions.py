"""Who may come to a run, what it costs whom, and what it asks; nobody who has a place loses it."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.catalogue.conditions import check
from app.catalogue.errors import (
    NotAskedLikeThis,
    RunIsOver,
    SensitiveQuestion,
    TooManyFeeGroups,
    TooManyQuestions,
)
from app.catalogue.fees import MOST_GROUPS, FeeGroup, known_fee_groups, read_fee_groups
from app.catalogue.models import Run
from app.catalogue.operations.runs import note
from app.catalogue.questions import (
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Question,
    QuestionKind,
    known_questions,
    read_questions,
)
from app.catalogue.rules import EVERYBODY, Rules
from app.catalogue.sensitive import sensitive_subject
from app.core import clock
from app.core.db import transaction
from app.core.i18n import gettext
from app.core.keys import random_code

_FEWEST_OPTIONS = 2
_CODE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the provider asks of people and keeps to itself to decide."""

    rules: Rules = EVERYBODY
    needs_approval: bool = False
    minimum: int | None = None
    decide_on: date | None = None
    withdraw_until: date | None = None


def set_conditions(run_id: int, wanted: Conditions, by_id: int | None = None) -> Run:
    """Replace all of them.

    Raises:
        WrongRules: two of them, or one and the run, contradict each other; `field` says which.
        RunIsOver: as the name says.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        run.rules = wanted.rules.as_json()
        run.needs_approval, run.minimum = wanted.needs_approval, wanted.minimum
        run.decide_on, run.withdraw_until = wanted.decide_on, wanted.withdraw_until
        check(run)
        note("run.rules_set", run, by_id)
        return run


def add_fee_group(run_id: int, group: FeeGroup, by_id: int | None = None) -> FeeGroup:
    """One more reduced fee; its code is made here.

    Raises:
        TooManyFeeGroups, RunIsOver: as the names say.
        WrongRules: it is not lower than the fee of the run.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        if len(read_fee_groups(run.fee_groups)) >= MOST_GROUPS:
            raise TooManyFeeGroups
        new = replace(group, code=random_code()[:_CODE].lower())
        run.fee_groups = [*run.fee_groups, new.as_json()]
        check(run)
        note("run.fee_groups_set", run, by_id, groups=len(read_fee_groups(run.fee_groups)))
        return new


def remove_fee_group(run_id: int, code: str, by_id: int | None = None) -> Run:
    """Nobody can choose it any more; whoever has a place by it keeps their fee."""
    with transaction() as session:
        run = _locked(session, run_id)
        known = known_fee_groups(run.fee_groups)
        left = [replace(each, retired=each.retired or each.code == code) for each in known]
        if left != known:
            run.fee_groups = [each.as_json() for each in left]
            note("run.fee_groups_set", run, by_id, groups=len(read_fee_groups(run.fee_groups)))
        return run


def add_question(run_id: int, question: Question, by_id: int | None = None) -> Question:
    """One more question on the form of the run; its id is made here.

    Raises:
        SensitiveQuestion: it asks about what the law calls sensitive.
        NotAskedLikeThis: a choice has not two to ten options.
        TooManyQuestions, RunIsOver: as the names say.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        if len(read_questions(run.questions)) >= MOST_QUESTIONS:
            raise TooManyQuestions
        new = replace(question, id=random_code()[:_CODE].lower())
        _check_question(new)
        run.questions = [*run.questions, new.as_json()]
        note("run.questions_set", run, by_id, questions=len(read_questions(run.questions)))
        return new


def remove_question(run_id: int, question_id: str, by_id: int | None = None) -> Run:
    """Nobody is asked any more; answers that were given stay."""
    with transaction() as session:
        run = _locked(session, run_id)
        known = known_questions(run.questions)
        left = [replace(each, retired=each.retired or each.id == question_id) for each in known]
        if left != known:
            run.questions = [each.as_json() for each in left]
            note("run.questions_set", run, by_id, questions=len(read_questions(run.questions)))
        return run


def _check_question(question: Question) -> None:
    subject = sensitive_subject(question)
    if subject:
        raise SensitiveQuestion(
            gettext(
                "Do not ask about %(subject)s. The law calls it sensitive, "
                "and a class can be held without it.",
                subject=subject,
            )
        )
    is_choice = question.kind is QuestionKind.CHOICE
    if is_choice and not _FEWEST_OPTIONS <= len(question.options) <= MOST_OPTIONS:
        raise NotAskedLikeThis


def _locked(session: Session, run_id: int) -> Run:
    run = session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)
    if run.ends_on < clock.today():
        raise RunIsOver
    return run
