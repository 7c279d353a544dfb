"""What somebody should know before they send the form, though nothing keeps them out."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.catalogue import rule_words
from app.catalogue.models import ClassSession, Course, Run, SessionStatus
from app.catalogue.rules import Rules
from app.core import clock
from app.core.db import db
from app.core.formats import date_time
from app.core.i18n import Bilingual, gettext
from app.enrolment.models import LIVE, Enrolment
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
    found = [_without_course(person_id, Rules.read(run.rules)), _clash(person_id, run)]
    return [each for each in found if each]


def _without_course(person_id: int, rules: Rules) -> Caution | None:
    if rules.requires_course_id is None or rules.binds:
        return None
    if facts.of(db.session(), person_id, rules).had_course:
        return None
    return Caution("course_first", " ".join(rule_words.before(rules)))


def _clash(person_id: int, run: Run) -> Caution | None:
    """The first session that overlaps one of another place of the person."""
    here, there = aliased(ClassSession), aliased(ClassSession)
    query = (
        select(there.starts_at, Course.title_vi, Course.title_en)
        .join(Run, Run.id == there.run_id)
        .join(Course, Course.id == Run.course_id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(here, (here.starts_at < there.ends_at) & (there.starts_at < here.ends_at))
        .where(
            here.run_id == run.id, here.status == SessionStatus.PLANNED,
            there.run_id != run.id, there.status == SessionStatus.PLANNED,
            there.ends_at > clock.now(),
            Enrolment.person_id == person_id, Enrolment.state.in_(LIVE),
        )
        .order_by(there.starts_at)
    )  # fmt: skip
    row = db.session.execute(query.limit(1)).first()
    if row is None:
        return None
    title = Bilingual(row.title_vi, row.title_en).text()
    told = {"title": title, "when": date_time(row.starts_at)}
    words = gettext("At the same time there is “%(title)s”: %(when)s.", **told)
    return Caution("timetable_clash", words)
