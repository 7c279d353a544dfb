"""Settings of a run that contradict each other: looked at together, whichever page changed one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.catalogue import rule_words
from app.catalogue.errors import WrongRules
from app.catalogue.fees import read_fee_groups
from app.catalogue.models import Course, Run
from app.catalogue.rules import OLDEST, Rules
from app.core.db import db
from app.core.i18n import lazy as _


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code, the answer to change, and what to do."""

    code: str
    field: str
    message: str


def problems(run: Run) -> list[Problem]:
    """Everything about this run that cannot be meant; nothing of a run that is as it should be."""
    rules = Rules.read(run.rules)
    return [*_ages(rules), *_openings(run, rules), *_course(run, rules), *_days(run), *_fees(run)]


def check(run: Run, known: Collection[str] = ()) -> None:
    """Refuse settings that contradict each other.

    Args:
        known: codes of problems that were there before; they are shown and stop nobody.

    Raises:
        WrongRules: `field` says which answer to change.
    """
    for problem in problems(run):
        if problem.code not in known:
            raise WrongRules(problem.message, field=problem.field)


def _ages(rules: Rules) -> Iterator[Problem]:
    ages = [age for age in (rules.age_from, rules.age_to) if age is not None]
    if any(not 0 <= age <= OLDEST for age in ages):
        yield Problem("age_impossible", "age_to", _("Write ages from 0 to 120."))
    elif ages != sorted(ages):
        message = _("The highest age must not be below the lowest.")
        yield Problem("ages_crossed", "age_to", message)


def _openings(run: Run, rules: Rules) -> Iterator[Problem]:
    if set(rules.wards) - set(rule_words.ward_names(rules.wards) if rules.wards else ()):
        message = _("A ward of the rules does not exist any more. Name the ward it became.")
        yield Problem("ward_gone", "wards", message)
    if rules.wards_from and not rules.wards:
        yield Problem("wards_missing", "wards", _("Name the wards whose people come first."))
    if rules.groups_from and not rules.priority_groups:
        yield Problem("groups_missing", "priority_groups", _("Choose the groups that come first."))
    too_late = _("Choose a day before enrolment opens for everybody.")
    if rules.groups_from and rules.groups_from >= run.enrol_from:
        yield Problem("groups_not_first", "groups_from", too_late)
    if rules.wards_from and rules.wards_from >= run.enrol_from:
        yield Problem("wards_not_first", "wards_from", too_late)


def _course(run: Run, rules: Rules) -> Iterator[Problem]:
    if rules.requires_course_id is None:
        return
    if rules.requires_course_id == run.course_id:
        message = _("Choose another course than this one.")
        yield Problem("course_itself", "requires_course_id", message)
    elif db.session.get(Course, rules.requires_course_id) is None:
        message = _("The course to take before does not exist any more.")
        yield Problem("course_gone", "requires_course_id", message)


def _days(run: Run) -> Iterator[Problem]:
    if run.withdraw_until and run.withdraw_until > run.ends_on:
        message = _("Choose a day on which the class still runs.")
        yield Problem("withdraw_too_late", "withdraw_until", message)
    if run.decide_on and not run.minimum:
        message = _("Enter how many people are needed.")
        yield Problem("minimum_missing", "minimum", message)
    if run.minimum and run.decide_on is None:
        message = _("Enter the day on which you decide.")
        yield Problem("decide_on_missing", "decide_on", message)
    if run.decide_on and run.decide_on > run.starts_on:
        message = _("Decide before the class begins.")
        yield Problem("decide_too_late", "decide_on", message)
    if run.minimum and run.capacity is not None and run.minimum > run.capacity:
        message = _("The class has fewer places than it needs people.")
        yield Problem("minimum_too_high", "minimum", message)


def _fees(run: Run) -> Iterator[Problem]:
    if any(group.fee >= run.fee for group in read_fee_groups(run.fee_groups)):
        message = _("A reduced fee must be lower than the fee of the class.")
        yield Problem("fee_not_lower", "fee", message)
