"""Rare words of weeks that are over become other words; old weeks go."""

from datetime import date, timedelta

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.rights.retention import Rule, register
from app.core import clock, config
from app.core.db import inserting, transaction
from app.core.i18n import lazy as _
from app.core.jobs import DayBegan, handles
from app.search.demand.counting import monday
from app.search.demand.subjects import OTHER, WORD
from app.search.models import SearchDemand

KEPT = timedelta(weeks=104)


@handles(DayBegan)
def fold_rare_words(_event: DayBegan) -> None:
    """Of a whole week what very few looked for tells more of them than of the city."""
    this_week = monday(clock.today())
    weeks = select(SearchDemand.week).where(
        SearchDemand.week < this_week, SearchDemand.subject.startswith(WORD)
    )
    with transaction() as session:
        for week in session.scalars(weeks.distinct().order_by(SearchDemand.week)).all():
            _fold(session, week)


def _fold(session: Session, week: date) -> None:
    few = config.current().small_cell_below
    asked = func.sum(SearchDemand.asked)
    rare = select(SearchDemand.subject).where(
        SearchDemand.week == week, SearchDemand.subject.startswith(WORD)
    )
    names = session.scalars(rare.group_by(SearchDemand.subject).having(asked < few)).all()
    if not names:
        return
    gone = delete(SearchDemand).where(SearchDemand.week == week, SearchDemand.subject.in_(names))
    rows = session.execute(
        gone.returning(
            SearchDemand.ward, SearchDemand.asked, SearchDemand.empty, SearchDemand.closed
        )
    ).all()
    other = inserting(SearchDemand)
    more = {
        name: getattr(SearchDemand, name) + other.excluded[name]
        for name in ("asked", "empty", "closed")
    }
    upsert = other.on_conflict_do_update(index_elements=["week", "subject", "ward"], set_=more)
    for ward, asked_, empty, closed in sorted(rows):
        session.execute(
            upsert,
            {"week": week, "subject": OTHER, "ward": ward, "label": "", "asked": asked_,
             "empty": empty, "closed": closed},
        )  # fmt: skip


def _forget_old(session: Session, most: int) -> int:
    old = select(SearchDemand.week, SearchDemand.subject, SearchDemand.ward).where(
        SearchDemand.week < clock.today() - KEPT
    )
    keys = [tuple(key) for key in session.execute(old.limit(most))]
    one_of = tuple_(SearchDemand.week, SearchDemand.subject, SearchDemand.ward).in_(keys)
    session.execute(delete(SearchDemand).where(one_of))
    return len(keys)


register(
    Rule(
        code="search_demand",
        what=_("How often subjects are looked for, by week and ward, without any person"),
        kept=_("2 years"),
        then=_("Deleted"),
        why=_("So that courses are offered where they are missing."),
        apply=_forget_old,
    )
)
