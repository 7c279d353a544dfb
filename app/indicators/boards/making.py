"""Boards made of computed figures: of the city, of every ward, of every provider.

Only the city's statisticians see exact figures, everybody else released ones. A public total of a
ward or an age is hidden wherever the public table of both hides it, so that no page shows what
another one hides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.core import config
from app.core.i18n import Bilingual
from app.indicators.boards import words
from app.indicators.boards.board import HIDDEN, Board, BoardTable, Line, Value
from app.indicators.boards.city import City
from app.indicators.measures import engine
from app.indicators.measures.counting import Counter
from app.indicators.measures.releasing import Hiding, hidden, release
from app.indicators.measures.results import Cell, Definition, Result
from app.participation.dimensions import NOT_STATED, OUTSIDE, Dimension
from app.participation.labels import Value as NamedValue
from app.participation.labels import values_of
from app.participation.periods import Period
from app.participation.queries import Key, Question, Table
from app.participation.statements import Lines
from app.providers.models import Provider

COUNTED = ("N1", "N2", "N3", "N4")
OF_WARDS = ("N1", "N2", "N3", "N4", "R1")
OF_MONTHS = ("N1", "N3")
PERSONS = "N1"
By = tuple[Dimension, ...]
Cells = Mapping[Key, Cell | None]
Releasing = Callable[[Result, Hiding], Cells]
Total = Callable[[Definition, Period], Value]
Ask = Callable[[Question], Table]
Rows = tuple[Mapping[str, set[str]], list[tuple[NamedValue, bool]]]
"""The values of one breakdown, each with its values of another; all of these, and which are always
there."""
_WARD, _PROVIDER = Dimension.WARD, Dimension.PROVIDER
_WARD_AND_AGE = (_WARD, Dimension.AGE_BAND)
_NOBODY = Cell(0, None, 0, 0)


def exact(result: Result, _hiding: Hiding) -> Cells:
    """For the city's statisticians."""
    return result.cells


def internal(result: Result, hiding: Hiding) -> Cells:
    """For one commune or provider: not rounded, and nobody can be recognised."""
    return release(result, public=False, hiding=hiding).cells


def public(result: Result, hiding: Hiding) -> Cells:
    return release(result, public=True, hiding=hiding).cells


@dataclass(frozen=True, slots=True)
class Whose:
    """What a board is about."""

    name: Bilingual
    code: str
    unit_id: int | None = None
    breaks: tuple[date, ...] = ()


@dataclass
class Maker:
    """All boards of one period; every question is counted once, by the units of today.

    `ask` and `hiding`: who counts, and who says what is hidden.
    """

    city: City
    period: Period
    ask: Ask | None = None
    hiding: Hiding = hidden
    counter: Counter = field(init=False)
    _results: dict[tuple[Period, str, By], Result | None] = field(default_factory=dict)
    _cells: dict[tuple[Period, str, By, Releasing], Cells | None] = field(default_factory=dict)
    _rows: dict[tuple[By, Releasing], Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counter = Counter(lines=self.city.of_today, ask=self.ask)

    @cached_property
    def definitions(self) -> list[Definition]:
        return [each for each in self.city.definitions if each.formula.periods.fit(self.period)]

    def of_city(self, releasing: Releasing) -> Board:
        """The whole city; the exact one also on other maps."""
        by = [Dimension.TOPIC, Dimension.AGE_BAND, Dimension.SEX]
        if releasing is exact:
            by.insert(2, Dimension.PROVIDER_TYPE)
        tables = [self._table(each, COUNTED, releasing) for each in by]
        tables += [self._wards(releasing), self._table(Dimension.MONTH, OF_MONTHS, releasing)]
        if releasing is exact:
            tables += self._other_maps()
        unit = self.city.unit
        whose = Whose(unit.full_name, unit.code, unit.id, self.city.breaks)
        return self._board(whose, tables, releasing, self._of_all(releasing))

    def of_wards(self, releasing: Releasing) -> Iterator[tuple[int, Board]]:
        """Every ward of today whose residents learned in this period or the one before.

        To the public by age alone: more breakdowns of few people would tell about each of them.
        """
        more = (Dimension.SEX, Dimension.TOPIC, Dimension.MONTH)
        by = (Dimension.AGE_BAND, *(() if releasing is public else more))
        for unit_id, ward in self.city.wards.items():
            if self._has_any(_WARD, raw := str(unit_id)):
                tables = [self._part(_WARD, raw, each, releasing) for each in by]
                breaks = self.city.atlas.breaks(unit_id)
                whose = Whose(ward.full_name, ward.code, unit_id, breaks)
                total = self._of_ward(raw, releasing)
                yield unit_id, self._board(whose, tables, releasing, total)

    def of_providers(self, providers: Iterable[Provider]) -> Iterator[tuple[int, Board]]:
        """Every provider that taught in this period or the one before."""
        by = (Dimension.TOPIC, Dimension.AGE_BAND, Dimension.SEX, Dimension.MONTH)
        for provider in providers:
            if self._has_any(_PROVIDER, raw := str(provider.id)):
                tables = [self._part(_PROVIDER, raw, each, internal) for each in by]
                whose = Whose(provider.name, provider.slug)
                total = self._of_provider(raw)
                yield provider.id, self._board(whose, tables, internal, total)

    def _of_all(self, releasing: Releasing) -> Total:
        return lambda definition, period: self._value(definition, releasing, (), (), period)

    def _of_provider(self, raw: str) -> Total:
        return lambda definition, period: self._value(
            definition, internal, (_PROVIDER,), (raw,), period
        )

    def _of_ward(self, raw: str, releasing: Releasing) -> Total:
        def total(definition: Definition, period: Period) -> Value:
            if self._hides_ward(raw, releasing, period):
                return HIDDEN
            return self._value(definition, releasing, (_WARD,), (raw,), period)

        return total

    def _hides_ward(self, raw: str, releasing: Releasing, period: Period) -> bool:
        """Whether any table that shows the ward's total of persons hides it."""
        if releasing is exact:
            return False
        return any(
            self._value(self._persons, releasing, by, key, period) == HIDDEN
            for by, key in (((_WARD,), (raw,)), (_WARD_AND_AGE, (raw, None)))
        )

    def _hides_age(self, raw: str | None, releasing: Releasing) -> bool:
        """Whether the public table of wards by age hides the total of this age."""
        if releasing is not public:
            return False
        key = (None, raw)
        return self._value(self._persons, public, _WARD_AND_AGE, key, self.period) == HIDDEN

    @cached_property
    def _persons(self) -> Definition:
        return next(each for each in self.definitions if each.code == PERSONS)

    def _has_any(self, by: Dimension, raw: str) -> bool:
        for period in (self.period, self.period.previous()):
            for definition in self.definitions:
                found = self.result(definition, (by,), period)
                if found and (raw,) in found.cells:
                    return True
        return False

    def result(self, definition: Definition, by: By, period: Period) -> Result | None:
        """None where the definition does not allow the breakdown."""
        key = (period, definition.code, by)
        if key not in self._results:
            allowed = not set(by) - set(definition.formula.by)
            self._results[key] = (
                engine.compute(definition, period, by=by, counter=self.counter) if allowed else None
            )
        return self._results[key]

    def released(self, definition: Definition, by: By, period: Period) -> Cells | None:
        """What the public has of the figure, but for totals that other tables hide."""
        return self._released(definition, by, public, period)

    def _released(
        self, definition: Definition, by: By, releasing: Releasing, period: Period
    ) -> Cells | None:
        key = (period, definition.code, by, releasing)
        if key not in self._cells:
            found = self.result(definition, by, period)
            self._cells[key] = None if found is None else releasing(found, self.hiding)
        return self._cells[key]

    def _value(
        self, definition: Definition, releasing: Releasing, by: By, key: Key, period: Period
    ) -> Value:
        cells = self._released(definition, by, releasing, period)
        if cells is None:
            return None
        empty = 0 if definition.formula.form in words.COUNTS else None
        cell = cells.get(key, _NOBODY)
        if cell is None:
            return HIDDEN
        return empty if cell is _NOBODY else cell.value

    def _columns(self, codes: Sequence[str], by: By) -> dict[int, Definition]:
        """The board's figures that have this breakdown, by their place on the board."""
        return {
            at: each
            for at, each in enumerate(self.definitions)
            if each.code in codes and not set(by) - set(each.formula.by)
        }

    def _table(self, by: Dimension, codes: Sequence[str], releasing: Releasing) -> BoardTable:
        """A breakdown of the whole city."""
        columns = self._columns(codes, (by,))
        found = self._found(columns, (by,), releasing) | self._always_there(by)
        day = self.period.reference_date
        lines = []
        for value in values_of(by, found, day):
            values = self._values(columns, releasing, (by,), (value.raw,))
            if by is Dimension.AGE_BAND and self._hides_age(value.raw, releasing):
                values = (HIDDEN,) * len(values)
            lines.append(Line(value.code, value.label, values))
        return BoardTable(by.value, by.name_of, tuple(columns), tuple(lines))

    def _part(self, of: Dimension, raw: str, by: Dimension, releasing: Releasing) -> BoardTable:
        """One line of a table of two breakdowns: persons alone."""
        pair = (of, by)
        columns = self._columns((PERSONS,), pair)
        found, named = self._rows_of(pair, releasing)
        lines = [
            Line(value.code, value.label, self._values(columns, releasing, pair, (raw, value.raw)))
            for value, is_always_there in named
            if is_always_there or value.raw in found.get(raw, ())
        ]
        return BoardTable(by.value, by.name_of, tuple(columns), tuple(lines))

    def _rows_of(self, pair: By, releasing: Releasing) -> Rows:
        """What each value of the first breakdown has of the second, and the names of all these."""
        if (pair, releasing) not in self._rows:
            found: dict[str, set[str]] = defaultdict(set)
            for first, second in self._released(self._persons, pair, releasing, self.period) or ():
                if first is not None and second is not None:
                    found[first].add(second)
            day, by = self.period.reference_date, pair[1]
            every = self._always_there(by)
            always = {each.raw for each in values_of(by, every, day)}
            named = values_of(by, every.union(*found.values()), day)
            self._rows[pair, releasing] = found, [(each, each.raw in always) for each in named]
        return self._rows[pair, releasing]

    def _wards(self, releasing: Releasing) -> BoardTable:
        """Wards of today in their order, then what cannot be told apart, then everybody else."""
        columns = self._columns(OF_WARDS, (_WARD,))
        found = self._found(columns, (_WARD,), releasing) | set(map(str, self.city.wards))
        lines = []
        for value in values_of(_WARD, found, self.city.today):
            raw = value.raw or ""
            values = self._values(columns, releasing, (_WARD,), (raw,))
            if releasing is public and self._hides_ward(raw, releasing, self.period):
                values = (HIDDEN,) * len(values)
            name = value.label if self._is_of_today(raw) else words.split(value.label)
            lines.append(Line(value.code, name, values, self.city.spots.get(raw)))
        lines.sort(key=_place_in_list)
        return BoardTable(_WARD.value, _WARD.name_of, tuple(columns), tuple(lines))

    def _is_of_today(self, raw: str) -> bool:
        return raw in (OUTSIDE, NOT_STATED) or int(raw) in self.city.wards

    def _other_maps(self) -> Iterator[BoardTable]:
        """The wards' figures counted anew on the units as recorded, of before, and by province."""
        if len(self.city.provinces) > 1:
            yield self._on_map("former", words.FORMER, self.city.of_provinces)
        if self.city.of_today or self.city.of_before:
            yield self._on_map("own_map", words.OWN_MAP, ())
            yield self._on_map("old_map", words.OLD_MAP, self.city.of_before)

    def _on_map(self, kind: str, name: Bilingual, moves: Lines) -> BoardTable:
        columns = self._columns(COUNTED, (_WARD,))
        counter = Counter(lines=moves, ask=self.ask)
        counted = [
            engine.compute(each, self.period, by=(_WARD,), counter=counter).cells
            for each in columns.values()
        ]
        found = {key[0] for cells in counted for key in cells if key[0] is not None}
        lines = [
            Line(
                value.code,
                value.label,
                tuple(cells.get((value.raw,), _NOBODY).value for cells in counted),
            )
            for value in values_of(_WARD, found, self.period.reference_date)
        ]
        notes = (words.CANNOT_BE_PARTED,) if kind == "old_map" else ()
        return BoardTable(kind, name, tuple(columns), tuple(lines), notes)

    def _always_there(self, by: Dimension) -> set[str]:
        """Every month that has begun, so that a line over time leaves none out."""
        if by is not Dimension.MONTH:
            return set()
        last = min(self.period.last, self.city.today)
        first = self.period.first.year * 12 + self.period.first.month - 1
        months = range(first, last.year * 12 + last.month)
        return {f"{month // 12}-{month % 12 + 1:02}" for month in months}

    def _found(self, columns: Mapping[int, Definition], by: By, releasing: Releasing) -> set[str]:
        """The values that anybody has."""
        return {
            value
            for definition in columns.values()
            for key in self._released(definition, by, releasing, self.period) or ()
            if (value := key[0]) is not None
        }

    def _values(
        self, columns: Mapping[int, Definition], releasing: Releasing, by: By, key: Key
    ) -> tuple[Value, ...]:
        return tuple(
            self._value(each, releasing, by, key, self.period) for each in columns.values()
        )

    def _board(
        self, whose: Whose, tables: Sequence[BoardTable], releasing: Releasing, total: Total
    ) -> Board:
        whole = [self.result(each, (), self.period) for each in self.definitions]
        is_public = releasing is public
        has_map = bool(self.city.of_today) and any(table.by == _WARD for table in tables)
        return Board(
            period=self.period.code,
            place=whose.name,
            place_code=whose.code,
            unit_id=whose.unit_id,
            as_of=next((each.as_of for each in whole if each and each.as_of), None),
            is_internal=not is_public,
            below=config.current().small_cell_below,
            round_to=config.current().round_to if is_public else 0,
            figures=tuple(map(words.figure, self.definitions, whole)),
            total=tuple(total(each, self.period) for each in self.definitions),
            before=tuple(total(each, self.period.previous()) for each in self.definitions),
            tables=tuple(tables),
            breaks=whose.breaks,
            notes=words.notes(filter(None, whole), is_public=is_public, has_map=has_map),
        )


def _place_in_list(line: Line) -> int:
    """Wards first, then units that cannot be told apart, then everybody who lives in none."""
    if line.code in (OUTSIDE, NOT_STATED):
        return 2
    return 1 if "@" in line.code else 0
