"""The rows of a file, read by a child process that may fail without harm."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from threading import Timer
from typing import IO, Any

from app.feeds import child, legacy_fonts
from app.feeds.errors import FileRefused

WALL_SECONDS = 30.0
_LOOKED_AT = 300  # rows in which old fonts are looked for
_SHOWN = 6
_GUESSED = "cp1258"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file; `line` is the line on which it begins."""

    line: int
    cells: list[str]


@dataclass(slots=True)
class Source:
    """A file that is being read; `encoding` is how its letters were understood."""

    encoding: str
    rows: Iterator[RawRow] = field(repr=False)


@contextmanager
def opened(file: Path, encoding: str = "", sheet: str = "", letters: str = "") -> Iterator[Source]:
    """Start reading.

    Args:
        letters: the old font family that the text is converted from.

    Raises:
        FileRefused: now or while the rows are taken; the file is no table that can be read.
    """
    command = [sys.executable, "-I", child.__file__, str(file.resolve()), encoding, sheet]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own script
        alarm = Timer(WALL_SECONDS, process.kill)
        alarm.start()
        try:
            yield _source(process, letters)
        finally:
            alarm.cancel()
            process.kill()


def _source(process: subprocess.Popen[bytes], letters: str) -> Source:
    if process.stdout is None:
        raise FileRefused(code="broken_file")
    said = _said(process, process.stdout)
    head = next(said, None)
    if not isinstance(head, dict):
        raise FileRefused(code="too_big_to_read")
    used = head["encoding"]
    rows = (RawRow(line, cells) for line, cells in said)
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        raise FileRefused(code="no_rows")
    if not letters:
        _check_letters(first, used)
        return Source(used, chain(first, rows))
    return Source(letters, (_converted(row, used, letters) for row in chain(first, rows)))


def _converted(row: RawRow, used: str, letters: str) -> RawRow:
    cells = [legacy_fonts.converted(_as_latin(cell, used), letters) for cell in row.cells]
    return RawRow(row.line, cells)


def _said(process: subprocess.Popen[bytes], output: IO[bytes]) -> Iterator[Any]:
    """What the child prints; its last words may be a refusal, and silence is one too."""
    for line in output:
        said = json.loads(line) if line.endswith(b"\n") else {"error": "too_big_to_read"}
        if isinstance(said, dict) and "error" in said:
            raise FileRefused(said["error"], **said.get("values", {}))
        yield said
    if process.wait() != 0:
        raise FileRefused(code="too_big_to_read")


def _check_letters(rows: list[RawRow], used: str) -> None:
    """Refuse text for old fonts; and bytes in an encoding that only was a guess must make sense."""
    lines = [(row.line, _as_latin(cell, used)) for row in rows for cell in row.cells]
    found = legacy_fonts.find(lines)
    if found:
        font, line, word = found
        sample = _sample(rows, used, font)
        raise FileRefused(code="legacy_font", font=font, line=line, value=word, sample=sample)
    if used == _GUESSED and not legacy_fonts.mostly_vietnamese(
        cell for row in rows for cell in row.cells
    ):
        raise FileRefused(code="unknown_encoding")


def _sample(rows: list[RawRow], used: str, font: str) -> list[list[str]]:
    """A few cells as they stand in the file, and as they would be."""
    pairs = {
        cell: legacy_fonts.converted(_as_latin(cell, used), font)
        for row in rows
        for cell in row.cells
        if not cell.isascii()
    }
    changed = [[cell[:100], made[:100]] for cell, made in pairs.items() if made != cell]
    return changed[:_SHOWN]


def _as_latin(text: str, used: str) -> str:
    """Old fonts have their letters at the places of Latin-1."""
    return text.encode(used, "replace").decode("latin-1") if used == _GUESSED else text
