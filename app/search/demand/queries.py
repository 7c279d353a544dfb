"""What was looked for in whole weeks, as it may be shown: small counts hidden, the rest rounded.

Only weeks that are over: no figure changes by one when somebody searches once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.core import clock, config
from app.core.db import db
from app.core.i18n import Bilingual, in_both
from app.core.i18n import lazy as _
from app.participation.disclosure.rounding import nearest
from app.search import queries
from app.search.demand.counting import monday
from app.search.demand.subjects import OTHER, SUBJECT, TOPIC, WORD
from app.search.models import SearchDemand
from app.search.subjects import CALLED

ROUND_TO = 5
MOST_LINES = 50
_CAPITALS = {"ai": "AI", "autocad": "AutoCAD", "english": "English", "ielts": "IELTS", "pc": "PC"}


@dataclass(frozen=True, slots=True)
class Line:
    """How often one thing was looked for; None is too few to say."""

    name: Bilingual
    asked: int
    empty: int | None
    closed: int | None
    link: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines that are enough to be shown, what is missing most first; how many are not."""

    lines: Sequence[Line]
    hidden: int


def by_subject(weeks: int, wards: Collection[str] | None = None) -> Table:
    """What was looked for in so many weeks, in these wards or in the whole city."""
    which = [] if wards is None else [SearchDemand.ward.in_(wards)]
    rows = _sums(SearchDemand.subject, weeks, *which)
    labels = _labels([subject for subject, *_rest in rows])
    names = queries.labels()["topic"]
    return _table(
        (_name(subject, names, labels), _link(subject, labels), *counts)
        for subject, *counts in rows
    )


def by_ward(weeks: int) -> Table:
    """Where most was looked for; questions without a ward are left out."""
    names = queries.labels()["ward"]
    rows = _sums(SearchDemand.ward, weeks, SearchDemand.ward.in_(names))
    return _table((names[ward], {"ward": ward}, *counts) for ward, *counts in rows)


def _sums(column: Any, weeks: int, *which: ColumnElement[bool]) -> list[tuple[str, int, int, int]]:
    end = monday(clock.today())
    total = func.sum(SearchDemand.asked)
    missing = func.sum(SearchDemand.empty + SearchDemand.closed)
    query = select(
        column, total, func.sum(SearchDemand.empty), func.sum(SearchDemand.closed)
    ).where(SearchDemand.week >= end - timedelta(weeks=weeks), SearchDemand.week < end, *which)
    ordered = query.group_by(column).order_by(missing.desc(), total.desc(), column)
    return [(name, int(a), int(e), int(c)) for name, a, e, c in db.session.execute(ordered)]


def _table(rows: Any) -> Table:
    few, lines, hidden = config.current().small_cell_below, [], 0
    for name, link, asked, empty, closed in rows:
        if asked < few:
            hidden += 1
        else:
            lines.append(Line(name, nearest(asked, ROUND_TO), _shown(empty, few),
                              _shown(closed, few), link))  # fmt: skip
    return Table(lines[:MOST_LINES], hidden)


def _shown(count: int, few: int) -> int | None:
    return None if 0 < count < few else nearest(count, ROUND_TO)


def _labels(subjects: Sequence[str]) -> dict[str, str]:
    named = [subject for subject in subjects if subject.startswith(WORD)]
    rows = select(SearchDemand.subject, func.max(SearchDemand.label)).where(
        SearchDemand.subject.in_(named)
    )
    return dict(db.session.execute(rows.group_by(SearchDemand.subject)).all())


def _name(subject: str, topics: Mapping[str, Bilingual], labels: Mapping[str, str]) -> Bilingual:
    if subject == OTHER:
        return in_both(_("Other words"))
    key = subject.partition(":")[2]
    if subject.startswith(TOPIC):
        return topics.get(key, Bilingual(key))
    if subject.startswith(SUBJECT):
        return _called(key)
    return Bilingual(labels.get(subject) or key)


def _called(key: str) -> Bilingual:
    """The usual name in Vietnamese, as the words of the search know it; in English its key."""
    english = " ".join(_CAPITALS.get(word, word) for word in key.split("-"))
    return Bilingual(_begun(next(iter(CALLED.get(key, ())), english)), _begun(english))


def _begun(name: str) -> str:
    """With a capital, as names of topics are written."""
    return name[:1].upper() + name[1:]


def _link(subject: str, labels: Mapping[str, str]) -> Mapping[str, Any]:
    """The search for it today."""
    key = subject.partition(":")[2]
    if subject.startswith(TOPIC):
        return {"topic": key}
    if subject.startswith(SUBJECT):
        return {"q": _called(key).vi.lower()}
    return {"q": labels.get(subject) or key} if key else {}
