"""What a definition is, and what computing it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.core.i18n import Bilingual
from app.indicators.measures.formula import DividedBy, Formula, What
from app.indicators.models import Status
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.participation.queries import Key, Residents, Table


class CountedResidents(StrEnum):
    """Who is a resident of the city, as the city decides."""

    ALL = "all"  # everybody who lives here, however it is registered
    PERMANENT = "permanent"  # only those with permanent residence


class Attendance(StrEnum):
    """What one lượt người is, as the city decides."""

    SESSION = "session"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a city decides for all its figures; every figure says which was used."""

    residents: CountedResidents = CountedResidents.ALL
    attendance: Attendance = Attendance.SESSION

    def of(self, formula: Formula) -> "Rules":
        """What holds for this formula: a share of attendances is always one of sessions."""
        if formula.divided_by is DividedBy.NOTHING and formula.counted.what is What.ATTENDANCES:
            return self
        return replace(self, attendance=Attendance.SESSION)

    def notes(self, formula: Formula) -> tuple[Bilingual, ...]:
        """What must be said beside a figure of this formula."""
        found = []
        if any(count.where.residents is not Residents.ANY for count in formula.counts):
            found.append(_RESIDENTS[self.residents])
        if any(count.what in (What.ATTENDANCES, What.NAMED) for count in formula.counts):
            found.append(_ATTENDANCE[self.of(formula).attendance])
        return tuple(found)


_RESIDENTS = {
    CountedResidents.ALL: Bilingual(
        "Người cư trú gồm người thường trú, người tạm trú và người chưa nói rõ là diện nào.",
        "Residents are people with permanent or temporary residence, and those who have not said "
        "which.",
    ),
    CountedResidents.PERMANENT: Bilingual(
        "Người cư trú chỉ gồm người thường trú.",
        "Residents are people with permanent residence only.",
    ),
}
_ATTENDANCE = {
    Attendance.SESSION: Bilingual(
        "Một lượt người là một người dự một buổi học.",
        "One attendance is one person at one session.",
    ),
    Attendance.COURSE: Bilingual(
        "Một lượt người là một người dự một lớp, dù dự mấy buổi; người không ghi tên tính theo "
        "buổi đông nhất của lớp.",
        "One attendance is one person at one course, however many sessions; people without a name "
        "count as at the fullest session of the course.",
    ),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a figure's definition."""

    code: str
    version: int
    name: Bilingual
    meaning: Bilingual
    source: Bilingual
    status: Status
    formula: Formula


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: a provider's, those of the residents of a ward, or the whole city's."""

    provider_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure and what it was made of.

    `people` are the distinct persons behind the numerator and `base_people` those behind a
    numerator's divisor, where that is a count; both decide what may be shown. `attendances` are
    those with a name, and all, of the sessions whose identified share is told. `rates`: the count
    and the divisor of each of two rates that are compared. `largest_share`: of hours, the part
    that the provider with the most of them gave.
    """

    numerator: float
    denominator: float | None
    value: float | None
    people: int
    identified_share: float | None = None
    base_people: int | None = None
    attendances: tuple[int, int] | None = None
    rates: tuple[tuple[float, float], ...] = ()
    largest_share: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A figure for a period, exact, with everything that must be said beside it."""

    definition: Definition
    period: Period
    by: tuple[Dimension, ...]
    scope: Scope
    cells: Mapping[Key, Cell]
    as_of: datetime | None
    denominator_source: Bilingual | None = None
    missing: Bilingual | None = None  # why there is no value, or not in every cell
    notes: tuple[Bilingual, ...] = ()
    rules: Rules = field(default_factory=Rules)
    tables: tuple[Table, ...] = field(default=(), repr=False)
    """The counts it was made of, for hiding the same cells as wherever else they are shown."""

    @property
    def total(self) -> Cell | None:
        return self.cells.get((None,) * len(self.by))


@dataclass(frozen=True, slots=True)
class ReleasedResult:
    """A result as it may be shown: a hidden cell is None.

    A cell that is shown has no value where its base is too small for a percentage. `of_few` are
    the cells hidden for the sake of people; the others are hidden for that of a provider.
    """

    result: Result
    cells: Mapping[Key, Cell | None]
    below: int
    is_public: bool
    of_few: frozenset[Key] = frozenset()

    @property
    def total(self) -> Cell | None:
        return self.cells.get((None,) * len(self.result.by))

    @property
    def hides_something(self) -> bool:
        return None in self.cells.values()
