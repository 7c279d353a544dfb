"""The rows of a file, in our columns and in the order of their courses."""

from itertools import chain, islice
from pathlib import Path

from app.core import vi
from app.feeds import source
from app.feeds.mapping import HEADER_WITHIN, FeedMapping, Table, bind
from app.feeds.problems import Wrong
from app.feeds.report import Report
from app.feeds.source import RawRow
from app.feeds.spool import Spool


def collect(file: Path, mapping: FeedMapping, report: Report, spool: Spool) -> Table:
    """Read the whole file, so that nothing is written for one that breaks in the middle.

    Raises:
        FileRefused: it is no table that can be read.
    """
    with source.opened(file, mapping.encoding, mapping.sheet) as opened:
        report.encoding = opened.encoding
        first = list(islice(opened.rows, HEADER_WITHIN))
        table, head = bind(mapping, first)
        report.ignored = table.ignored
        for raw in chain(first[head:], opened.rows):
            report.rows += 1
            _take(table, raw, report, spool)
    return table


def _take(table: Table, raw: RawRow, report: Report, spool: Spool) -> None:
    """Put a row aside for its course; one that belongs to none is a problem already."""
    key = ""
    try:
        row = table.row(raw)
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
        report.findings.add(wrong.at(raw.line, table.mapping.shown(about)))
