"""Answers to the provider's own questions."""

from app.catalogue.questions import read_answers, read_questions
from app.enrolment.errors import WrongAnswer
from app.enrolment.operations.application import Application
from app.enrolment.operations.seats import AnyRun


def accepted(run: AnyRun, asked: Application) -> dict[str, str]:
    """The answers that are kept; staff need not ask everything.

    Raises:
        WrongAnswer: one is missing or not among the options; `field` is `question_<id>`.
    """
    if not run.questions:
        return {}
    questions = read_questions(run.questions)
    answers = read_answers(questions, asked.answers)
    for question in questions:
        answer = answers.get(question.id)
        is_missing = answer is None and question.required and not asked.by_staff
        if is_missing or (answer is not None and not question.takes(answer)):
            raise WrongAnswer(field=f"question_{question.id}")
    return answers
