"""What somebody agrees to, and what they should know, before they send."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.catalogue import rule_words
from app.catalogue.models import ClassSession, Course, Mode, Run, RunState, SessionStatus
from app.catalogue.rules import Rules
from app.core.db import db
from app.core.formats import date_time, long_date, money, short_date
from app.core.i18n import Bilingual, gettext, ngettext
from app.core.vi import name_match_key
from app.enrolment.enrol_forms import EnrolForm
from app.enrolment.models import LIVE, Enrolment


def sentences(run: Run, fee: str = "") -> list[str]:
    """The terms of a run; they are frozen with the place.

    Args:
        fee: the reduced fee that was chosen, in words.
    """
    days = {"first": short_date(run.starts_on), "last": short_date(run.ends_on)}
    last = min(run.withdraw_until or run.ends_on, run.ends_on)
    return [
        _fee(run, fee),
        _when(run, days),
        gettext("You can give the place up until %(day)s.", day=long_date(last)),
        *rule_words.sentences(run),
        rule_words.completion(run),
        *([_approval()] if run.needs_approval else []),
    ]


def _when(run: Run, days: Mapping[str, str]) -> str:
    if run.mode is Mode.SELF_PACED and run.pace_weeks:
        return ngettext(
            "You learn at your own pace and have %(num)s week from the day you enrol.",
            "You learn at your own pace and have %(num)s weeks from the day you enrol.",
            run.pace_weeks,
        )
    if run.ends_on > run.starts_on:
        return gettext("The class goes from %(first)s to %(last)s.", **days)
    return gettext("The class is on %(day)s.", day=days["first"])


def early(run: Run) -> list[str]:
    """Who may come already, while it is too early for everybody."""
    if run.state is not RunState.EARLY:
        return []
    return list(rule_words.first(Rules.read(run.rules), run.enrol_from))


def _fee(run: Run, chosen: str) -> str:
    if chosen:
        return gettext("Your fee: %(fee)s. What is due is paid at the centre.", fee=chosen)
    if not run.fee:
        return gettext("The class is free of charge.")
    return gettext("The fee is %(fee)s. You pay it at the centre.", fee=money(run.fee))


def _approval() -> str:
    return gettext("The provider answers first. Until then a place is kept for you.")


def clashes(run: Run, person_ids: Collection[int]) -> Mapping[int, str]:
    """For each of these people who learns something else at that time: what, and when first."""
    if not person_ids:
        return {}
    here, there = aliased(ClassSession), aliased(ClassSession)
    overlap = and_(there.starts_at < here.ends_at, there.ends_at > here.starts_at)
    both = (here.status == SessionStatus.PLANNED, there.status == SessionStatus.PLANNED)
    query = (
        select(Enrolment.person_id, Course.title_vi, Course.title_en, there.starts_at)
        .join(there, there.run_id == Enrolment.run_id)
        .join(here, and_(here.run_id == run.id, overlap))
        .join(Enrolment.run)
        .join(Run.course)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.state.in_(LIVE))
        .where(Enrolment.run_id != run.id, *both)
        .order_by(there.starts_at)
    )
    found: dict[int, str] = {}
    for person_id, vi, en, starts_at in db.session.execute(query):
        told = {"title": Bilingual(vi, en).text(), "time": date_time(starts_at)}
        words = gettext("Has another class at that time: “%(title)s”, %(time)s.", **told)
        found.setdefault(person_id, words)
    return found


def warnings(run: Run, form: EnrolForm, places: Sequence[Enrolment]) -> list[str]:
    """What a visitor is warned of: only from places this browser may open anyway."""
    typed = {_who(guest.full_name, guest.born_in) for guest in form.guests()}
    people: dict[int, Person] = {}
    for place in places:
        if _who(place.person.full_name, place.person.born_in) in typed:
            people[place.person_id] = place.person
    found = clashes(run, people)
    return [f"{people[person_id].full_name}: {words}" for person_id, words in found.items()]


def _who(name: str, born_in: int | None) -> tuple[str, int | None]:
    return name_match_key(name), born_in
