"""Which boards everybody may see: only after an audit of everything that was ever published.

Public are half-years and calendar years that are over. They lie within one another, so a reader who
subtracts them gets another published period. School years would cut them, and twelve months to a
day that move on by a month each month would tell one month's people by subtraction.

A board that is out stays as it is for `PAUSE`, and then takes in all corrections at once, so that
two versions never differ by what one register said. The auditor looks at it together with all
boards and reports that overlap it in time. From a first board that would reveal something, more and
more is left out (`STAGES`); a correction that would is not made, and the city is told.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.core import clock, config
from app.core.i18n import Bilingual
from app.indicators.boards import making as boards
from app.indicators.boards import tables as board_tables
from app.indicators.boards.board import Board
from app.indicators.boards.making import Maker
from app.indicators.boards.tables import Told
from app.indicators.queries import reports, told
from app.indicators.queries.told import Telling
from app.indicators.reports import gate, parameters
from app.participation.disclosure import audit
from app.participation.disclosure.audit import PublishedTable
from app.participation.periods import Kind, Period

PUBLIC_KINDS = (Kind.HALF_YEAR, Kind.YEAR)
PAUSE = timedelta(days=30)
NOTHING, AGES, WARDS, BREAKDOWNS, ALL = "", "ages", "wards", "breakdowns", "all"
STAGES = (NOTHING, AGES, WARDS, BREAKDOWNS)
"""What is left out of a first board, least first."""
CORRECTION = "correction"
_BECAUSE = Bilingual(
    "vì cùng với những gì đã công bố, người đọc có thể tính ra số liệu đã ẩn.",
    "because with what is published already readers could work out hidden figures.",
)
_WORDS = {
    AGES: Bilingual(
        "Trang công khai không có bảng độ tuổi của từng phường, xã,",
        "The public page leaves out the ages in each ward,",
    ),
    WARDS: Bilingual(
        "Trang công khai không có số liệu của từng phường, xã,",
        "The public page leaves out the figures of each ward,",
    ),
    BREAKDOWNS: Bilingual(
        "Trang công khai chỉ có các số chung,", "The public page has the totals alone,"
    ),
    ALL: Bilingual(
        "Trang công khai không có số liệu của kỳ này,",
        "The public page has nothing of this period,",
    ),
    CORRECTION: Bilingual(
        "Trang công khai vẫn giữ số liệu cũ của kỳ này, chưa có các sửa đổi,",
        "The public page keeps the former figures of this period, without corrections,",
    ),
}
WITHHELD = {
    word: Bilingual(f"{said.vi} {_BECAUSE.vi}", f"{said.en} {_BECAUSE.en}")
    for word, said in _WORDS.items()
}
"""What the city's statisticians are told."""
_WARD = "ward"
Wards = Mapping[int, Board]


def is_public(period: Period, today: date) -> bool:
    return period.kind in PUBLIC_KINDS and period.last < today


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the public boards of a period. `withheld`: one of the words above."""

    withheld: str
    city: Board | None = None
    wards: Wards | None = None
    told: Telling | None = None  # to be kept under `key`
    key: str = ""
    stays: bool = False  # what is shown now


def decide(maker: Maker) -> Decision:
    """Make the boards, audit them, and say what may be shown of them."""
    below, round_to = config.current().small_cell_below, config.current().round_to
    former = told.all_told()
    mine = _last_of(maker.period, former, below)
    rules = [["round_to", round_to], *([each.code, each.version] for each in maker.definitions)]
    if mine and mine["rules"] == rules and clock.now() - _moment(mine) < PAUSE:
        return Decision(mine["withheld"], stays=True)
    whole = maker.of_city(boards.public), dict(maker.of_wards(boards.public))
    around = _around(maker.period, _tables(former, below))
    for stage in [mine["withheld"]] if mine else STAGES:
        city, wards = _without(stage, *whole)
        new = list(Told(maker, below, round_to).tables(city, wards))
        kept = json.loads(json.dumps([board_tables.written(each) for each in new]))
        if mine and kept == mine["tables"]:
            return Decision(stage, city, wards)
        if not _reveals(around, new, below):
            telling = {
                "period": maker.period.code, "at": clock.now().isoformat(), "below": below,
                "rules": rules, "withheld": stage, "tables": kept,
            }  # fmt: skip
            return Decision(stage, city, wards, telling, told.next_key(len(former)))
    return Decision(CORRECTION, stays=True) if mine else Decision(ALL)


def tables_told(below: int) -> list[PublishedTable]:
    """Everything that public boards have told under this limit."""
    return _tables(told.all_told(), below, with_reports=False)


def _without(stage: str, city: Board, wards: Wards) -> tuple[Board, Wards]:
    if stage == AGES:
        return city, {each: replace(board, tables=()) for each, board in wards.items()}
    if stage == WARDS:
        return replace(city, tables=tuple(t for t in city.tables if t.by != _WARD)), {}
    if stage == BREAKDOWNS:
        return replace(city, tables=()), {}
    return city, wards


def _reveals(around: Sequence[PublishedTable], new: Sequence[PublishedTable], below: int) -> bool:
    """Whether more can be worked out than before."""
    leaks = audit.find_leaks([*around, *new], below)
    return bool(leaks) and len(leaks) > len(audit.find_leaks(around, below))


def _last_of(period: Period, former: Iterable[Telling], below: int) -> Telling | None:
    """None also where another limit held: what was shown under it must not stay."""
    mine = [each for each in former if each["period"] == period.code]
    return mine[-1] if mine and mine[-1]["below"] == below else None


def _moment(kept: Telling) -> datetime:
    return datetime.fromisoformat(kept["at"])


def _tables(
    former: Iterable[Telling], below: int, *, with_reports: bool = True
) -> list[PublishedTable]:
    """What was told under this limit; under another one other cells were hidden."""
    found = [
        board_tables.read(table, f"board {each['at'][:10]}")
        for each in former
        if each["below"] == below
        for table in each["tables"]
    ]
    for report in reports.published() if with_reports else ():
        frozen = reports.frozen(report)
        if int(frozen.stated.parameters[parameters.BELOW]) == below:
            found += gate.tables_of(reports.name_of(report), frozen)
    return found


def _around(period: Period, tables: Sequence[PublishedTable]) -> list[PublishedTable]:
    """Those that overlap the boards of the period in time, and those that overlap these."""
    spans = {(period.first, period.last), (period.previous().first, period.previous().last)}
    while True:
        near = [
            each
            for each in tables
            if any(each.first <= last and first <= each.last for first, last in spans)
        ]
        more = spans | {(each.first, each.last) for each in near}
        if more == spans:
            return near
        spans = more
