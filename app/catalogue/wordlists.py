"""The city's lists of subjects and audiences: what may be chosen, what uses them, what ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlalchemy import func, select

from app.catalogue.models import Audience, Course, Topic, course_audiences
from app.core.db import db
from app.core.i18n import lazy as _

Term = Topic | Audience


class Kind(StrEnum):
    TOPIC = "topic"
    AUDIENCE = "audience"


TABLES: Mapping[Kind, type[Topic]] = {
    Kind.TOPIC: Topic, Kind.AUDIENCE: cast("type[Topic]", Audience),
}  # fmt: skip
"""What both lists have bears the same names in both tables."""


@dataclass(frozen=True, slots=True)
class Use:
    """One kind of rows that bear a term."""

    label: str
    count: Callable[[Kind], Mapping[int, int]]
    """By the number of the term."""


_uses: dict[str, Use] = {}


def register(name: str, use: Use) -> None:
    """Packages above say what else bears the terms; the same name again replaces it."""
    _uses[name] = use


def uses() -> Sequence[Use]:
    return tuple(_uses.values())


def terms(kind: Kind) -> Sequence[Topic]:
    """All of them, also those that ended, in their order."""
    table = TABLES[kind]
    return db.session.scalars(select(table).order_by(table.position, table.id)).all()


def term(kind: Kind, term_id: int) -> Topic | None:
    return db.session.get(TABLES[kind], term_id)


def next_position(kind: Kind) -> int:
    """Behind the last."""
    return (db.session.scalar(select(func.max(TABLES[kind].position))) or 0) + 1


def open_topics() -> list[Topic]:
    """What may be chosen for something new."""
    mine = select(Topic).where(Topic.ended_on.is_(None))
    return list(db.session.scalars(mine.order_by(Topic.position, Topic.id)))


def open_audiences() -> list[Audience]:
    """What may be chosen for something new."""
    mine = select(Audience).where(Audience.ended_on.is_(None))
    return list(db.session.scalars(mine.order_by(Audience.position, Audience.id)))


def courses_with(kind: Kind, term_id: int, most: int) -> Sequence[Course]:
    """Some of the courses that bear it."""
    mine = select(Course).order_by(Course.id).limit(most)
    if kind is Kind.TOPIC:
        mine = mine.where(Course.topic_id == term_id)
    else:
        chosen = select(course_audiences.c.course_id).where(
            course_audiences.c.audience_id == term_id
        )
        mine = mine.where(Course.id.in_(chosen))
    return db.session.scalars(mine).all()


def _courses(kind: Kind) -> Mapping[int, int]:
    column = Course.topic_id if kind is Kind.TOPIC else course_audiences.c.audience_id
    counted = select(column, func.count()).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(counted)}


register("courses", Use(_("Courses"), _courses))
