"""A provider's classes that end in a term: who came, who finished, how full they were.

Counted in the database as it is now, of the provider's own people; a fixed number of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import ClassSession, Course, Run, RunStatus, SessionStatus
from app.core import clock
from app.core.db import db
from app.core.i18n import Bilingual
from app.enrolment.models import (
    CAME,
    Attendance,
    Enrolment,
    EnrolmentState,
    Register,
)
from app.participation.periods import Period


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one class, or of all of a term. `came` are the places somebody came with at least once."""

    persons: int = 0
    enrolments: int = 0
    attendances: int = 0
    came: int = 0
    completed: int = 0
    is_over: bool = False
    seats: int = 0
    seated: int = 0  # of places that are limited
    waiting: int = 0

    @property
    def completion(self) -> float | None:
        """Nobody is said to have stopped while the class goes on."""
        return self.completed / self.came if self.is_over and self.came else None

    @property
    def fill(self) -> float | None:
        """None where places are not limited."""
        return self.seated / self.seats if self.seats else None


@dataclass(frozen=True, slots=True)
class Class:
    """One line."""

    run: Run
    counts: Counts


@dataclass(frozen=True, slots=True)
class Term:
    """All classes of a term; the total counts each person once."""

    period: Period
    classes: Sequence[Class]
    total: Counts


@dataclass(frozen=True, slots=True)
class Figure:
    """What a column means; printed on the page and in the file."""

    name: str
    label: Bilingual
    meaning: Bilingual


FIGURES = (
    Figure(
        "persons",
        Bilingual("Số người", "Persons"),
        Bilingual(
            "Số người có mặt ít nhất một buổi. Ở dòng tổng, mỗi người chỉ tính một lần.",
            "People present at one session or more. In the total each person counts once.",
        ),
    ),
    Figure(
        "enrolments",
        Bilingual("Lượt ghi danh", "Enrolments"),
        Bilingual(
            "Số chỗ học đã giữ, trừ người rút trước buổi đầu và người trong danh sách chờ.",
            "Places held, without those given up before the first day and those who only waited.",
        ),
    ),
    Figure(
        "attendances",
        Bilingual("Lượt người", "Attendances"),
        Bilingual(
            "Số lần có mặt ở các buổi, kể cả đi muộn, cộng số người được đếm mà không ghi tên.",
            "Marks of presence, late ones too, and people who were counted without a name.",
        ),
    ),
    Figure(
        "completion",
        Bilingual("Hoàn thành", "Completion"),
        Bilingual(
            "Số chỗ đã hoàn thành chia số chỗ có mặt ít nhất một buổi, khi lớp đã kết thúc.",
            "Places completed, out of those whose people came at least once, once a class is over.",
        ),
    ),
    Figure(
        "fill",
        Bilingual("Lấp đầy", "Fill rate"),
        Bilingual(
            "Số chỗ đã giữ chia số chỗ của lớp. Không tính lớp không giới hạn chỗ.",
            "Seats taken out of all seats. Classes without a limit are left out.",
        ),
    ),
    Figure(
        "waiting",
        Bilingual("Đang chờ", "Waiting"),
        Bilingual("Số người đang trong danh sách chờ lúc này.", "People on the waiting list now."),
    ),
)


def of_term(provider_id: int, period: Period) -> Term:
    """The classes that end in these days, the latest first; four statements."""
    runs = _runs(provider_id, period)
    ids = [run.id for run in runs]
    places, heads = _places(ids), _headcounts(ids)
    classes = [Class(run, _counts(run, places.get(run.id), heads.get(run.id, 0))) for run in runs]
    return Term(period, classes, _total(ids, [each.counts for each in classes]))


def _runs(provider_id: int, period: Period) -> Sequence[Run]:
    mine = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Course.on_paper.is_(False),
        Run.status == RunStatus.PLANNED, Run.ends_on.between(period.first, period.last),
    )  # fmt: skip
    ordered = mine.options(joinedload(Run.course)).order_by(Run.ends_on.desc(), Run.id.desc())
    return db.session.scalars(ordered).all()


def _held(first: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Accepted, and not given up before the first session."""
    kept = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > first)
    counts = Enrolment.state.not_in((EnrolmentState.VOID, EnrolmentState.WAITING))
    return and_(Enrolment.seated_at.is_not(None), counts, kept)


def _places(run_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Of each run: persons, enrolments, marks of presence, places with one, and those completed."""
    marks = (
        select(Attendance.enrolment_id, func.count().label("number"))
        .join(Attendance.enrolment)
        .where(Enrolment.run_id.in_(run_ids), Attendance.status.in_(CAME))
        .group_by(Attendance.enrolment_id)
        .subquery()
    )
    first = (
        select(ClassSession.run_id, func.min(ClassSession.starts_at).label("begins"))
        .where(ClassSession.run_id.in_(run_ids), ClassSession.status == SessionStatus.PLANNED)
        .group_by(ClassSession.run_id)
        .subquery()
    )
    here = marks.c.number.is_not(None)
    done = and_(here, Enrolment.state == EnrolmentState.COMPLETED)
    query = select(
        Enrolment.run_id,
        func.count(distinct(Enrolment.person_id)).filter(here),
        func.count().filter(_held(first.c.begins)),
        func.coalesce(func.sum(marks.c.number), 0),
        func.count().filter(here),
        func.count().filter(done),
    ).outerjoin(marks, marks.c.enrolment_id == Enrolment.id)
    query = query.outerjoin(first, first.c.run_id == Enrolment.run_id)
    mine = query.where(Enrolment.run_id.in_(run_ids), Enrolment.state != EnrolmentState.VOID)
    rows = db.session.execute(mine.group_by(Enrolment.run_id))
    return {row[0]: tuple(int(number) for number in row[1:]) for row in rows}


def _headcounts(run_ids: Sequence[int]) -> Mapping[int, int]:
    query = select(ClassSession.run_id, func.sum(Register.headcount)).join(Register.session)
    rows = query.where(ClassSession.run_id.in_(run_ids)).group_by(ClassSession.run_id)
    return {row[0]: int(row[1] or 0) for row in db.session.execute(rows)}


def _counts(run: Run, places: tuple[int, ...] | None, unnamed: int) -> Counts:
    persons, enrolments, marks, came, completed = places or (0, 0, 0, 0, 0)
    return Counts(
        persons=persons, enrolments=enrolments, attendances=marks + unnamed, came=came,
        completed=completed, is_over=run.ends_on < clock.today(), seats=run.capacity or 0,
        seated=run.seats_taken if run.capacity else 0, waiting=run.waiting,
    )  # fmt: skip


def _total(run_ids: Sequence[int], each: Sequence[Counts]) -> Counts:
    """Sums, but for the persons, who are counted anew."""
    came = select(func.count(distinct(Enrolment.person_id))).join(Enrolment.attendances)
    persons = db.session.scalar(
        came.where(
            Enrolment.run_id.in_(run_ids),
            Enrolment.state != EnrolmentState.VOID,
            Attendance.status.in_(CAME),
        )
    )
    over = [counts for counts in each if counts.is_over]
    return Counts(
        persons=persons or 0,
        enrolments=sum(counts.enrolments for counts in each),
        attendances=sum(counts.attendances for counts in each),
        came=sum(counts.came for counts in over),
        completed=sum(counts.completed for counts in over),
        is_over=bool(over),
        seats=sum(counts.seats for counts in each),
        seated=sum(counts.seated for counts in each),
        waiting=sum(counts.waiting for counts in each),
    )
