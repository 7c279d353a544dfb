"""The newest figure of each indicator of a list: of its measure, or as an office entered it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import clock
from app.core.formats import number
from app.core.i18n import Bilingual
from app.indicators.boards import prepared
from app.indicators.forms.boxes import written
from app.indicators.measures import engine
from app.indicators.measures.counting import Counter
from app.indicators.measures.errors import UnknownMeasure
from app.indicators.models import Criterion, EnteredValue, Framework
from app.indicators.models.frameworks import SourceKind
from app.indicators.queries import frameworks, values
from app.participation import periods
from app.participation.periods import Period
from app.participation.queries import NotReady
from app.places import queries as places


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in words: the number, its period, and where it is from."""

    number: str
    period: Bilingual
    source: str = ""


def newest(framework: Framework, *, count: bool = False) -> Mapping[str, Shown]:
    """By code of the indicator; those without a figure are left out.

    Those of the platform are read where the worker has put them.

    Args:
        count: the others too; in a great city this takes a while.
    """
    city = places.city()
    entered = values.latest(framework, city.id) if city else {}
    found = {code: _entered(value) for code, value in entered.items()}
    lines = frameworks.criteria(framework.id)
    platform = {
        line.code: line.measure_code for line in lines if line.source_kind is SourceKind.PLATFORM
    }
    known = dict(_prepared())
    if count:
        counter = Counter()
        known |= {code: _counted(code, counter) for code in {*platform.values()} - known.keys()}
    return found | {
        code: figure for code, measure in platform.items() if (figure := known.get(measure))
    }


def of_measure(criterion: Criterion) -> Shown | None:
    """Counted now, for the last twelve months; None for an indicator that no measure fills."""
    return _counted(criterion.measure_code) if criterion.measure_code else None


def _counted(measure: str, counter: Counter | None = None) -> Shown | None:
    period = _twelve_months()
    try:
        result = engine.compute(engine.definition(measure), period, counter=counter)
    except (UnknownMeasure, NotReady):
        return None
    total = result.total
    source = result.missing or result.denominator_source
    value = total.value if total else None
    return Shown(_number(value), period.label, str(source or ""))


def _prepared() -> Mapping[str, Shown | None]:
    board = prepared.board(prepared.EXACT, _twelve_months().code)
    if board is None:
        return {}
    label = _twelve_months().label
    return {
        figure.code: Shown(_number(value), label)
        for figure, value in zip(board.figures, board.total, strict=True)
        if isinstance(value, int | float)
    }


def _twelve_months() -> Period:
    """The last twelve months that are over: they fit every measure."""
    today = clock.today()
    return next(
        each for each in periods.usual(today) if each.kind is periods.Kind.TWELVE_MONTHS
    )  # fmt: skip


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return number(int(value)) if float(value).is_integer() else number(value, 1)


def _entered(value: EnteredValue) -> Shown:
    return Shown(written(value.number), periods.parse(value.period).label, value.source)
