"""Reading what communes entered from paper, and which of their centres sent nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, selectinload

from app.accounts.models import Account
from app.catalogue.models import ClassSession, Course, CourseStatus, Run
from app.core import clock
from app.core.db import db
from app.enrolment.models import Register
from app.indicators.models import PaperActivity, PaperChange, PaperRow, ReportingPeriod, Return
from app.indicators.models.periods import Party
from app.indicators.queries import returns
from app.participation.periods import Period
from app.providers.models import Provider

_MOST_NAMES = 400


@dataclass(frozen=True, slots=True)
class Parts:
    """Sums of rows, and how many people the rows are about that tell women and older people."""

    sessions: int = 0
    people: int = 0
    women: int = 0
    women_of: int = 0
    older: int = 0
    older_of: int = 0


@dataclass(frozen=True, slots=True)
class Centre:
    """One centre in one period: what came on paper, and what its own registers say."""

    provider: Provider
    found: Return | None
    paper: Parts
    registers: int

    @property
    def sent_nothing(self) -> bool:
        is_certified = self.found is not None and self.found.is_certified
        return not (self.paper.sessions or self.registers or is_certified)


def rows(unit_id: int, period: Period) -> Sequence[PaperRow]:
    """The rows of a commune's centres in a period, the latest day first."""
    mine = select(PaperRow).join(PaperRow.activity).join(PaperActivity.provider)
    mine = mine.where(Provider.unit_id == unit_id, *_in(period))
    told = contains_eager(PaperRow.activity).contains_eager(PaperActivity.provider)
    ordered = mine.options(told).order_by(PaperRow.day.desc(), PaperRow.id.desc())
    return db.session.scalars(ordered).all()


def row(unit_id: int, row_id: int) -> PaperRow | None:
    """One row of this commune with its history; also one that was removed."""
    mine = select(PaperRow).join(PaperRow.activity).join(PaperActivity.provider)
    mine = mine.where(Provider.unit_id == unit_id, PaperRow.id == row_id)
    told = contains_eager(PaperRow.activity).contains_eager(PaperActivity.provider)
    return db.session.scalar(mine.options(told, selectinload(PaperRow.changes)))


def names(changes: Sequence[PaperChange], *others: int | None) -> Mapping[int, str]:
    """Who changed something, by account."""
    ids = {change.by_id for change in changes} | {*others}
    found = select(Account.id, Account.display_name).where(Account.id.in_(ids - {None}))
    return dict(db.session.execute(found).all())


def known_names(unit_id: int) -> Sequence[str]:
    """What the activities and courses of a commune's centres are called."""
    here = select(Provider.id).where(Provider.unit_id == unit_id)
    activities = select(PaperActivity.name).where(PaperActivity.provider_id.in_(here))
    courses = select(Course.title_vi).where(
        Course.provider_id.in_(here), Course.status == CourseStatus.PUBLISHED
    )
    found = activities.union(courses).order_by("name").limit(_MOST_NAMES)
    return db.session.scalars(found).all()


def centres(of: ReportingPeriod, unit_id: int, period: Period) -> list[Centre]:
    """Every centre that owes a return; three statements, however many there are."""
    owing = returns.in_commune(of, unit_id)
    here = [provider.id for provider, _found in owing]
    paper = _by_provider(period, PaperActivity.provider_id.in_(here))
    registers = _registers(period, here)
    return [
        Centre(provider, found, paper.get(provider.id, Parts()), registers.get(provider.id, 0))
        for provider, found in owing
    ]


def parts_of(party: Party, period: Period) -> Parts:
    """Of one provider, or of all those of a commune."""
    if party.provider_id is not None:
        which = PaperActivity.provider_id == party.provider_id
    else:
        here = select(Provider.id).where(Provider.unit_id == party.unit_id)
        which = PaperActivity.provider_id.in_(here)
    return total(_by_provider(period, which).values())


def total(parts: Iterable[Parts]) -> Parts:
    """All of them together."""
    every = list(parts)
    names_ = ("sessions", "people", "women", "women_of", "older", "older_of")
    return Parts(**{name: sum(getattr(each, name) for each in every) for name in names_})


def _by_provider(period: Period, which: ColumnElement[bool]) -> Mapping[int, Parts]:
    def stated(column: InstrumentedAttribute[int | None]) -> ColumnElement[int]:
        return func.coalesce(func.sum(PaperRow.headcount).filter(column.is_not(None)), 0)

    columns = (
        func.count(), func.sum(PaperRow.headcount),
        func.coalesce(func.sum(PaperRow.women), 0), stated(PaperRow.women),
        func.coalesce(func.sum(PaperRow.older), 0), stated(PaperRow.older),
    )  # fmt: skip
    query = select(PaperActivity.provider_id, *columns).join(PaperRow.activity)
    grouped = query.where(which, *_in(period)).group_by(PaperActivity.provider_id)
    return {
        each[0]: Parts(*(int(number or 0) for number in each[1:]))
        for each in db.session.execute(grouped)
    }


def _registers(period: Period, provider_ids: Sequence[int]) -> Mapping[int, int]:
    """How many sessions have a register of their own."""
    first, last = clock.day_bounds(period.first, period.last)
    query = select(Course.provider_id, func.count()).select_from(Register)
    query = query.join(ClassSession, ClassSession.id == Register.session_id)
    query = query.join(Run, Run.id == ClassSession.run_id).join(Course, Course.id == Run.course_id)
    mine = query.where(
        Course.provider_id.in_(provider_ids), Course.on_paper.is_(False),
        ClassSession.starts_at >= first, ClassSession.starts_at < last,
    )  # fmt: skip
    return dict(db.session.execute(mine.group_by(Course.provider_id)).all())


def _in(period: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        PaperRow.removed_at.is_(None),
        PaperRow.day >= period.first,
        PaperRow.day <= period.last,
    )
