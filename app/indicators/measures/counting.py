"""The numbers figures are made of: over participation facts, and over what other tables keep."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from app.core import config
from app.core.i18n import Bilingual
from app.enrolment.feedback.questions import GOOD_FROM, SHOWN_FROM
from app.indicators.measures.formula import Count, What
from app.indicators.measures.results import Attendance, CountedResidents, Rules, Scope
from app.indicators.queries import records, returns
from app.participation import queries, store
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.participation.queries import Counts, Filter, Key, Question, Residents, Table
from app.participation.statements import Lines

_OF_PEOPLE = (
    "ages", "sexes", "groups", "groups_known", "residents", "units", "employment", "fees",
    "min_weekly_minutes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything besides the formula that a number depends on."""

    period: Period
    by: tuple[Dimension, ...] = ()
    scope: Scope = field(default_factory=Scope)
    as_known: datetime | None = None
    rules: Rules = field(default_factory=Rules)
    reviewed_within: int | None = None  # months; of resources


@dataclass(frozen=True, slots=True)
class Number:
    number: float
    people: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number for each cell that is not empty; `missing` says why there can be none."""

    cells: Mapping[Key, Number]
    table: Table | None = None  # of the facts they were read from
    missing: Bilingual | None = None

    def at(self, key: Key) -> Number:
        return self.cells.get(key, _NOBODY)


_NOBODY = Number(0, 0)
_MINUTES = 60
"""In an hour: whole numbers, of which a part is as exact as can be."""
_OF_SPACES = frozenset({What.SPACES, What.EVENTS})
"""Counted by another statement, which the others need not wait for."""


@dataclass
class Counter:
    """Counts over the newest files; the same question is put once.

    `lines`: the map on which people are counted; without it by the units as recorded.
    """

    folder: Path = field(default_factory=lambda: store.folder(config.current()))
    lines: Lines = ()
    ask: Callable[[Question], Table] | None = None
    """Who answers in place of the newest files."""
    _answers: dict[Question, Table] = field(default_factory=dict)

    def count(self, count: Count, asked: Asked, units: frozenset[int] = frozenset()) -> Numbers:
        """The numbers of every cell.

        Args:
            units: only people who live in one of these; all when empty.

        Raises:
            NotReady: there are no files of facts yet.
        """
        if not count.what.is_of_facts:
            return self._of_records(count, asked)
        where = _limited(count.where, asked, units)
        read = _READ[count.what, asked.rules.attendance]
        spaces = count.what in _OF_SPACES
        if count.none_of:
            return self._others(where, count.none_of, read, asked, spaces=spaces)
        table = self._table(where, asked, spaces=spaces)
        cells = {key: Number(read(each), each.people) for key, each in table.cells.items()}
        return Numbers(cells, table)

    def _others(
        self,
        where: Filter,
        groups: frozenset[str],
        read: Callable[[Counts], float],
        asked: Asked,
        *,
        spaces: bool,
    ) -> Numbers:
        """Those whose answer is known, less those in the groups.

        On the reference date a person is in them or not, so the difference is exact.
        """
        known = self._table(replace(where, groups_known=True), asked, spaces=spaces)
        among_known = replace(where, groups_known=True, groups=groups)
        inside = self._table(among_known, asked, spaces=spaces)
        cells = {}
        for key, all_of_them in known.cells.items():
            of_groups = inside.cells.get(key, Counts())
            number = read(all_of_them) - read(of_groups)
            cells[key] = Number(number, all_of_them.people - of_groups.people)
        return Numbers(cells, inside)

    def attendances(self, count: Count, asked: Asked) -> Callable[[Key], Counts | None]:
        """The counts of the same sessions, whoever came: how many of them have a name."""
        of_session = tuple(each for each in asked.by if not each.is_of_person)
        places = [asked.by.index(each) for each in of_session]
        empty = Filter()
        where = replace(count.where, **{name: getattr(empty, name) for name in _OF_PEOPLE})
        table = self._table(where, replace(asked, by=of_session))

        return lambda key: table.cells.get(tuple(key[place] for place in places))

    def largest_shares(self, count: Count, asked: Asked, units: frozenset[int]) -> dict[Key, float]:
        """Of each cell the part of its hours that the provider with the most of them gave."""
        by = (*asked.by, Dimension.PROVIDER)
        hours = self.count(count, replace(asked, by=by), units)
        minutes = {key: round(each.number * _MINUTES) for key, each in hours.cells.items()}
        most: dict[Key, int] = {}
        for (*key, provider), each in minutes.items():
            if provider is not None:
                most[tuple(key)] = max(most.get(tuple(key), 0), each)
        wholes = {key: minutes[*key, None] for key in most}
        return {key: most[key] / whole for key, whole in wholes.items() if whole}

    def _table(self, where: Filter, asked: Asked, *, spaces: bool = False) -> Table:
        provider = asked.scope.provider_id
        question = Question(
            asked.period, asked.by, provider, where, asked.as_known, self.lines,
            by_course=asked.rules.attendance is Attendance.COURSE, spaces=spaces,
        )  # fmt: skip
        if question not in self._answers:
            ask = self.ask or partial(queries.count, self.folder)
            self._answers[question] = ask(question)
        return self._answers[question]

    @staticmethod
    def _of_records(count: Count, asked: Asked) -> Numbers:
        reader = _RECORDS[count.what]
        if asked.scope.unit_id is not None:
            return Numbers({}, missing=_NOT_BY_RESIDENCE)
        return reader(count, asked)


def _limited(where: Filter, asked: Asked, units: frozenset[int]) -> Filter:
    """With the city's rule of who is a resident, and only people of these units."""
    only_permanent = asked.rules.residents is CountedResidents.PERMANENT
    if where.residents is Residents.CITY and only_permanent:
        where = replace(where, residents=Residents.PERMANENT)
    return replace(where, units=units) if units else where


_PLAIN: Mapping[What, Callable[[Counts], float]] = {
    What.PERSONS: lambda counts: counts.persons,
    What.ENROLMENTS: lambda counts: counts.enrolments,
    What.ATTENDANCES: lambda counts: counts.attendances,
    What.NAMED: lambda counts: counts.named,
    What.HOURS: lambda counts: counts.hours,
    What.SPACES: lambda counts: counts.venues,
    What.EVENTS: lambda counts: counts.sessions,
    What.RUNS: lambda counts: counts.runs,
}
_READ = {(what, rule): read for what, read in _PLAIN.items() for rule in Attendance} | {
    (What.ATTENDANCES, Attendance.COURSE): lambda counts: counts.course_visits
}


def _read_returns(count: Count, asked: Asked) -> Numbers:
    found = returns.completeness(asked.period.code)
    if found is None:
        return Numbers({}, missing=_NO_SUCH_PERIOD)
    number = found.reported if count.what is What.RETURNS else found.due
    return Numbers({(None,) * len(asked.by): Number(number, 0)})


def _read_places(count: Count, asked: Asked) -> Numbers:
    found = records.ended_places(
        asked.period, asked.by, count.where, asked.scope.provider_id,
        only_completed=count.what is What.COMPLETIONS,
    )  # fmt: skip
    return Numbers({key: Number(*numbers) for key, numbers in found.items()})


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _read_resources(count: Count, asked: Asked) -> Numbers:
    until = asked.period.last
    since = _months_before(until, asked.reviewed_within or 0)
    found = records.good_resources(since, until, asked.by, count.where, asked.scope.provider_id)
    return Numbers({key: Number(number, 0) for key, number in found.items()})


def _read_certificates(count: Count, asked: Asked) -> Numbers:
    found = records.certificates(asked.period, asked.by, count.where, asked.scope.provider_id)
    empty = {(None,) * len(asked.by): Number(0, 0)}
    return Numbers(empty | {key: Number(*numbers) for key, numbers in found.items()})


def _read_answers(count: Count, asked: Asked) -> Numbers:
    """Of fewer than ten nothing is told, however many of them are good."""
    where, provider_id = count.where, asked.scope.provider_id
    everybody = records.answers(asked.period, where, provider_id)
    if everybody < SHOWN_FROM:
        return Numbers({}, missing=_TOO_FEW)
    least = GOOD_FROM if count.what is What.GOOD_ANSWERS else 0
    number = records.answers(asked.period, where, provider_id, at_least=least)
    return Numbers({(None,) * len(asked.by): Number(number, everybody)})


_NO_SUCH_PERIOD = Bilingual(
    "Kỳ này chưa được mở để báo cáo nên chưa có phiếu nào phải nộp.",
    "No reports were asked for this period, so no returns are due.",
)
_NOT_BY_RESIDENCE = Bilingual(
    "Số liệu này không tính được theo nơi ở của người học.",
    "This figure cannot be given by where learners live.",
)
_TOO_FEW = Bilingual(
    "Chưa có số liệu: chưa đến 10 phiếu trả lời của các lớp đã kết thúc trong kỳ.",
    "No data here: fewer than 10 answers about the classes that ended in the period.",
)


_RECORDS: Mapping[What, Callable[[Count, Asked], Numbers]] = {
    What.COMPLETIONS: _read_places,
    What.FINISHED: _read_places,
    What.RESOURCES: _read_resources,
    What.RETURNS: _read_returns,
    What.PROVIDERS_DUE: _read_returns,
    What.CERTIFICATES: _read_certificates,
    What.ANSWERS: _read_answers,
    What.GOOD_ANSWERS: _read_answers,
}
