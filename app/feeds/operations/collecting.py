"""The rows of a file, in our columns and in the order of their courses."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from app.core import vi
from app.feeds import source
from app.feeds.errors import FileRefused
from app.feeds.mapping import FEED, HEADER_WITHIN, OWN, FeedMapping, Row, Table, bind
from app.feeds.problems import Wrong
from app.feeds.report import Report
from app.feeds.source import RawRow
from app.feeds.spool import Spool

Progress = Callable[[str, int, int], None]
FEEDS = frozenset({"xcri", "schema_org"})
_PLAIN = frozenset({"utf-8", "utf-8-sig", "utf-16", "xlsx", "xls", "json", *FEEDS})
_SAMPLE, _EVERY = 6, 500


def silent(_phase: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read.

    Args:
        letters: the old font family it is converted from.
        fixes: cells in our columns that lie over those of a line.
        left_out: lines that are not taken.
        most_rows: None is as many as any file may have.
        format: what a feed has to be in, empty for anything.
    """

    file: Path
    mapping: FeedMapping = OWN
    letters: str = ""
    fixes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    most_rows: int | None = None
    format: str = ""
    progress: Progress = silent


def collect(reading: Reading, report: Report, spool: Spool) -> Table:
    """Read the whole file, so that nothing is written for one that breaks in the middle.

    Raises:
        FileRefused: it is no table that can be read.
    """
    mapping = reading.mapping
    with source.opened(reading.file, mapping.encoding, mapping.sheet, reading.letters) as opened:
        report.encoding = opened.encoding
        if reading.format and reading.format != opened.encoding:
            raise FileRefused(code="other_kind")
        mapping = FEED if opened.encoding in FEEDS else mapping
        first = list(islice(opened.rows, HEADER_WITHIN))
        table, head = bind(mapping, first)
        report.ignored, report.columns = table.ignored, list(table.columns)
        for raw in _bounded(chain(first[head:], opened.rows), reading, report):
            _take(table, raw, reading, report, spool)
    return table


def _bounded(rows: Iterator[RawRow], reading: Reading, report: Report) -> Iterator[RawRow]:
    shows = report.encoding not in _PLAIN
    for raw in rows:
        report.rows += 1
        if reading.most_rows is not None and report.rows > reading.most_rows:
            raise FileRefused(code="too_many_for_web", most=reading.most_rows)
        if report.rows % _EVERY == 0:
            reading.progress("reading", report.rows, 0)
        if shows and len(report.sample) < _SAMPLE:
            report.sample += [[cell[:100], ""] for cell in raw.cells if not cell.isascii()][:2]
        yield raw


def _take(table: Table, raw: RawRow, reading: Reading, report: Report, spool: Spool) -> None:
    """Put a row aside for its course; one that belongs to none is a problem already."""
    if raw.line in reading.left_out:
        report.skipped += 1
        return
    try:
        row = _row(table, raw, reading.fixes.get(raw.line))
        if row is None:
            report.skipped += 1
            return
        key = vi.clean(row.texts["course_id"])
        if not key:
            raise Wrong(code="missing")  # noqa: TRY301 - one way for every wrong row
        spool.add(key, row)
    except Wrong as wrong:
        about = "course_id" if wrong.code == "missing" else "session_on"
        report.refused += 1
        report.findings.add(wrong.at(raw.line, table.mapping.shown(about), about))
        fixed = reading.fixes.get(raw.line)
        report.findings.keep(raw.line, dict(fixed) if fixed else table.texts(raw))


def _row(table: Table, raw: RawRow, fixed: Mapping[str, str] | None) -> Row | None:
    """What was put right lies over the file, also over a row that could not be read."""
    try:
        row = table.row(raw)
    except Wrong:
        if not fixed:
            raise
        row = Row(raw.line, table.texts(raw))
    if row is not None and fixed:
        row.texts |= {name: text for name, text in fixed.items() if name in row.texts}
    return row
