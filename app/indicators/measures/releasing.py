"""Figures as others may see them: few people hidden, and for the public rounded."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.core import config
from app.core.rounding import to_places
from app.indicators.measures.formula import DividedBy, Form
from app.indicators.measures.results import Cell, ReleasedResult, Result
from app.participation import disclosure
from app.participation.disclosure.rounding import SMALLEST_BASE, nearest
from app.participation.queries import Key

_PLACES = 2
Hiding = Callable[[Result, int, int | None], frozenset[Key]]


def hidden(result: Result, below: int, round_to: int | None) -> frozenset[Key]:
    """What the table of these people hides, and what is divided by or the rest of it would."""
    formula = result.definition.formula
    if not any(count.what.is_about_people for count in formula.counts):
        return frozenset()
    out = {
        key
        for table in result.tables
        for key, counts in disclosure.release(table, below, public_base=round_to).cells.items()
        if counts is None
    }
    return frozenset(out).union(*_hidden_apart(result, below, round_to))


def release(
    result: Result,
    *,
    public: bool,
    below: int | None = None,
    round_to: int | None = None,
    most: int | None = None,
    hiding: Hiding = hidden,
) -> ReleasedResult:
    """The same figure as it may be shown.

    Cells about too few people are hidden, and those from which they could be worked out; for the
    public, numbers are rounded and a percentage of a small base is left out.

    Args:
        result: the exact figure.
        public: whether everybody will read it.
        below: fewer people than these are few; as the city has set it when not given.
        round_to: the public reads multiples of this; as the city has set it when not given.
        most: the public reads no hours of which one provider gave more than so many per cent; as
            the city has set it when not given.
        hiding: tells what `hidden` tells, perhaps sooner.
    """
    below = below or config.current().small_cell_below
    rounding = (round_to or config.current().round_to) if public else None
    out = of_few = hiding(result, below, rounding)
    if public and any(cell.largest_share for cell in result.cells.values()):
        most = most or config.current().one_provider_most
        out |= _of_one_provider(result, below, most, of_few)
    cells = {
        key: None if key in out else _shown(cell, result, rounding, below)
        for key, cell in result.cells.items()
    }
    return ReleasedResult(result, cells, below, public, of_few)


def _of_one_provider(
    result: Result, below: int, most: int, hidden: frozenset[Key]
) -> frozenset[Key]:
    """What would tell the hours of one provider, with what is hidden already."""
    shares = {key: cell.largest_share for key, cell in result.cells.items()}
    told = disclosure.of_one_provider(shares, most)
    if not told:
        return told
    people = {key: cell.people for key, cell in result.cells.items()}
    hours = {key: round(cell.numerator) for key, cell in result.cells.items()}
    return disclosure.hidden(people, below, places=hours, told=told | hidden)


def _hidden_apart(result: Result, below: int, round_to: int | None) -> Iterator[frozenset[Key]]:
    """For the people behind the number, behind what it is divided by, and the rest of these."""
    is_of_facts = result.definition.formula.counted.what.is_of_facts
    people = {key: cell.people for key, cell in result.cells.items()}
    numbers = {key: round(cell.numerator) for key, cell in result.cells.items()}
    yield disclosure.hidden(people, below, places=None if is_of_facts else numbers)
    bases = {k: c.base_people for k, c in result.cells.items() if c.base_people is not None}
    if not bases:
        return
    divisors = {key: round(result.cells[key].denominator or 0) for key in bases}
    yield disclosure.hidden(bases, below, places=None if is_of_facts else divisors)
    yield disclosure.hidden({key: max(0, base - people[key]) for key, base in bases.items()}, below)
    if result.definition.formula.counted.where.groups:
        everybody = {key for key, base in bases.items() if 0 < base == people[key]}
        yield disclosure.hidden(people, below, told=everybody)
    if round_to:  # somebody may have places in both, so the rest of the places is told as well
        rest = {key: max(0, divisors[key] - numbers[key]) for key in bases}
        told = {
            key
            for key in bases
            if disclosure.tells_apart(divisors[key], numbers[key], below, round_to)
        }
        if told:
            yield disclosure.hidden(rest, below, told=told)


def _shown(cell: Cell, result: Result, round_to: int | None, below: int) -> Cell:
    """Rounded for the public; its percentages of counts are made of the counts as shown.

    Of a ratio nobody can check which counts it was made of, so these are always rounded.
    """
    formula = result.definition.formula
    is_share = formula.divided_by is DividedBy.COUNT
    is_of_people = formula.counted.what.is_about_people
    too_few = is_share and is_of_people and (cell.base_people or 0) < SMALLEST_BASE
    if round_to is None:
        return replace(cell, value=None) if too_few else cell
    share = _identified(cell, round_to)
    cell = replace(cell, people=0, base_people=None, identified_share=share, attendances=None)
    coarse = max(round_to, below)
    if formula.form is Form.RATIO:
        value = None if cell.value is None else _ratio(cell, coarse if is_of_people else 1)
        return replace(cell, numerator=0, denominator=None, value=value, rates=())
    numerator = nearest(round(cell.numerator), round_to) if is_of_people else cell.numerator
    denominator = cell.denominator
    if is_share and is_of_people and denominator:
        denominator = nearest(round(denominator), round_to)
    value = cell.value
    if formula.divided_by is DividedBy.NOTHING:
        value = numerator
    elif is_share and is_of_people and value is not None:
        value = None if too_few else disclosure.percentage(numerator, denominator or 0)
    elif value is not None:
        value = (
            to_places(numerator * formula.form.times / denominator, _PLACES)
            if denominator
            else None
        )
    return replace(cell, numerator=numerator, denominator=denominator, value=value)


def _identified(cell: Cell, round_to: int) -> float | None:
    """Of the attendances as they are shown; that of exact ones would narrow these down."""
    if cell.attendances is None:
        return cell.identified_share
    named, every = (nearest(each, round_to) for each in cell.attendances)
    share = disclosure.percentage(named, every)
    return None if share is None else share / 100


def _ratio(cell: Cell, round_to: int) -> float:
    """Of the counts as they are shown by themselves; of exact ones it would tell these."""
    above, below = (nearest(round(count), round_to) / by for count, by in cell.rates)
    return to_places(above / below, _PLACES)
