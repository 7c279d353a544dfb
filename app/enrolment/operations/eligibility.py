"""Whether a person may have a place, and on what terms: read once, under the person's lock."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person, PriorityGroup
from app.catalogue import rule_words
from app.catalogue.models import Run
from app.catalogue.rules import Rules
from app.core import clock, config
from app.core.errors import DomainError
from app.core.prepared import Asked, Prepared
from app.enrolment.errors import (
    AgeUnknown,
    AlreadyEnrolled,
    AlreadyInCourse,
    DeletedMeanwhile,
    NeedsCourseFirst,
    NotInWard,
    NotYetForYou,
    TooManyPlaces,
    TooOld,
    TooYoung,
)
from app.enrolment.models import LIVE, Enrolment
from app.enrolment.operations import fees
from app.enrolment.operations.application import Application
from app.enrolment.operations.facts import Facts
from app.enrolment.operations.fees import FREE, Due
from app.enrolment.operations.known import Known
from app.enrolment.operations.seats import AnyRun

FIRST_IN_LINE, IN_LINE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the rules make of one person on one run.

    Args:
        due: what the person pays, by which fee group.
        groups: priority groups the person is known to belong to today.
        overridden: codes of the refusals that staff set aside, with their reason.
    """

    rank: int = IN_LINE
    reservation_id: int | None = None
    due: Due = FREE
    groups: frozenset[PriorityGroup] = frozenset()
    overridden: tuple[str, ...] = ()


_HELD = Prepared(
    select(Person.merged_into_id)
    .where(Person.id == bindparam("person_id"))
    .with_for_update(key_share=True)
)
_OTHERS = (
    select(func.count(Enrolment.id))
    .join(Enrolment.run)
    .where(
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.state.in_(LIVE),
        Enrolment.id != bindparam("besides"),
        Run.ends_on >= bindparam("today"),
    )
)


def held(session: Session, person_id: int) -> int:
    """The row that stands for this human now, locked: the person's places are counted under it.

    Raises:
        DeletedMeanwhile: there is no such person any more.
    """
    query, values = hold(person_id)
    return now(session, person_id, query.all(session, values))


def hold(person_id: int) -> Asked:
    """The statement for `now`, which locks a person."""
    return _HELD, {"person_id": person_id}


def now(session: Session, person_id: int, rows: Sequence[Any]) -> int:
    """As `held`, from the rows of `hold`."""
    if not rows:
        raise DeletedMeanwhile
    into = rows[0].merged_into_id
    return person_id if into is None else held(session, into)


def all_held(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """As `held` of several, in the order of the numbers that they have now."""
    is_now = {each: each for each in person_ids}
    while merged := dict(_merged(session, is_now.values())):
        is_now = {each: merged.get(number, number) for each, number in is_now.items()}
    locked = {each: held(session, each) for each in sorted(set(is_now.values()))}
    return {each: locked[number] for each, number in is_now.items()}


def _merged(session: Session, person_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """Those of them who are somebody else by now, and who."""
    rows = select(Person.id, Person.merged_into_id).where(Person.id.in_(person_ids))
    for number, into in session.execute(rows):
        if into is not None:
            yield number, into


def check(
    session: Session,
    run: AnyRun,
    person_id: int,
    asked: Application,
    known: Known,
    *,
    leaves_id: int | None = None,
) -> Standing:
    """What the rules say of this person, whose row is locked.

    Staff who give a reason let people in whom the rules of the run keep out; nothing lets anybody
    have two places.

    Args:
        leaves_id: the place on another run of the course that is given up for this one.

    Raises:
        AlreadyEnrolled, AlreadyInCourse, TooManyPlaces: as the names say.
        NotYetForYou, TooYoung, TooOld, AgeUnknown, NotInWard, NeedsCourseFirst: of the rules.
        WrongFeeGroup: there is no such reduced fee.
    """
    mine = [place for place in known.live if place.id != leaves_id]
    if any(place.run_id == run.id for place in mine):
        raise AlreadyEnrolled
    if any(place.course_id == run.course_id for place in mine):
        raise AlreadyInCourse
    if not asked.by_staff and len(mine) >= config.current().most_places:
        raise TooManyPlaces
    due = fees.due(run, asked.fee_group)
    if not (run.rules or run.reserved):
        return Standing(due=due)
    with_record = asked.record_counts(person_id)
    found = known.facts(session, with_record=with_record)
    refusals = list(_refusals(run, known.rules, found, with_record=with_record))
    if refusals and not (asked.by_staff and asked.override_reason):
        raise refusals[0]
    return Standing(
        rank=FIRST_IN_LINE if known.rules.puts_first(found.groups) else IN_LINE,
        due=due,
        groups=found.groups,
        overridden=tuple(refusal.code for refusal in refusals),
    )


def _refusals(
    run: AnyRun, rules: Rules, known: Facts, *, with_record: bool
) -> Iterator[DomainError]:
    """Every rule of the run that keeps this person out."""
    lives_there = known.lives_in(rules.wards)
    opens = rules.opens_for(run.enrol_from, groups=known.groups, lives_in_ward=lives_there)
    if rules.first_day and clock.today() < opens:
        yield NotYetForYou(rule_words.not_yet(rules, opens))
    if rules.wards_only and not lives_there:
        yield NotInWard(rule_words.only_wards(rules))
    yield from _by_age(run, rules, known)
    if rules.requires_course_id and rules.binds and not known.had_course:
        yield NeedsCourseFirst(rule_words.course_first(rules, is_known=with_record))


def _by_age(run: AnyRun, rules: Rules, known: Facts) -> Iterator[DomainError]:
    """By the year alone, whoever may be of the right age on that day is."""
    if not rules.asks_about_age:
        return
    youngest, oldest = known.ages(run.starts_on)
    if youngest is None or oldest is None:
        yield AgeUnknown()
    elif rules.age_from is not None and oldest < rules.age_from:
        yield TooYoung(rule_words.too_young(rules.age_from))
    elif rules.age_to is not None and youngest > rules.age_to:
        yield TooOld(rule_words.too_old(rules.age_to))


def check_limit(session: Session, person_id: int, besides: int) -> None:
    """Before an offer is taken: a place more than anybody may have is refused."""
    asked = {"person_id": held(session, person_id), "besides": besides, "today": clock.today()}
    if (session.scalar(_OTHERS, asked) or 0) >= config.current().most_places:
        raise TooManyPlaces
