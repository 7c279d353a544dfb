"""What somebody should know before they send the form, though nothing keeps them out."""

from dataclasses import dataclass

from app.catalogue import rule_words
from app.catalogue.models import Run
from app.catalogue.rules import Rules
from app.core.db import db
from app.enrolment import terms
from app.enrolment.operations import facts


@dataclass(frozen=True, slots=True)
class Caution:
    """A stable code and a sentence in the language of the page."""

    code: str
    text: str


def warnings(person_id: int, run_id: int) -> list[Caution]:
    """What speaks against this run for this person.

    Only for who may see the person's places: themselves, their family, staff of the run.
    """
    run = db.session.get_one(Run, run_id)
    found = []
    rules = Rules.read(run.rules)
    if rules.requires_course_id is not None and not rules.binds:
        known = facts.of(db.session(), person_id, rules)
        if not known.had_course:
            found.append(Caution("course_first", " ".join(rule_words.before(rules))))
    clashes = terms.clashes(run, [person_id])
    return found + [Caution("timetable_clash", words) for words in clashes.values()]
