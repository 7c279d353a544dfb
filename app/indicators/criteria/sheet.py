"""Reading a sheet of criteria: what it says, and line by line what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core import vi
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.core.tables import safe_text
from app.feeds.errors import FileRefused
from app.feeds.source import RawRow
from app.indicators.criteria.columns import COLUMNS, COMMUNES, LABELS, PROVIDERS, Row
from app.indicators.models.frameworks import CriterionKind, SourceKind

MOST_LINES = 600
LONGEST_TEXT, LONGEST_UNIT, LONGEST_CODE = 1000, 60, 20

MESSAGES: dict[str, str] = {
    "missing": _("This cell is empty and must be filled."),
    "too_long": _("%(length)s characters are too many; at most %(most)s fit."),
    "unknown_word": _("“%(value)s” is none of: %(known)s."),
    "code_is_a_date": _(
        "“%(value)s” is a date: Excel has changed the code. Make the column text and write it anew."
    ),
    "repeated": _(
        "Line %(line)s already has the code %(value)s. Excel turns 4.10 into 4.1: make the column "
        "text."
    ),
    "no_parent_above": _("No line above has the code “%(value)s”."),
    "wrong_parent": _("“%(value)s” is of a kind that cannot hold this one."),
    "needs_parent": _("Say to which line above this one belongs."),
    "only_indicators": _("Only an indicator has this."),
    "needs_measure": _("Write the code of the measure that fills this indicator."),
    "unknown_measure": _("There is no measure “%(value)s”. Known: %(known)s."),
    "not_asked": _("The platform fills this indicator itself, so nobody is asked for it."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of the sheet; `code` is stable, the words are not."""

    line: int
    column: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(MESSAGES[self.code]) % self.values

    @property
    def head(self) -> Bilingual:
        return LABELS[self.column]


@dataclass(slots=True)
class Sheet:
    """What could be read, and what could not."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


NEEDED = ("kind", "code", "text_vi")
_OF_INDICATORS = ("source_kind", "measure_code", "unit_vi", "unit_en", "asked_of")
_LONGEST = {"code": LONGEST_CODE, "parent": LONGEST_CODE, "measure_code": LONGEST_CODE,
            "unit_vi": LONGEST_UNIT, "unit_en": LONGEST_UNIT}  # fmt: skip
_KINDS = {
    "area": CriterionKind.AREA, "linh vuc": CriterionKind.AREA, "nhom": CriterionKind.AREA,
    "feature": CriterionKind.FEATURE, "tieu chi": CriterionKind.FEATURE,
    "indicator": CriterionKind.INDICATOR, "chi so": CriterionKind.INDICATOR,
}  # fmt: skip
_SOURCES = {
    "": SourceKind.ENTERED, "entered": SourceKind.ENTERED, "nhap": SourceKind.ENTERED,
    "platform": SourceKind.PLATFORM, "nen tang": SourceKind.PLATFORM,
    "survey": SourceKind.SURVEY, "khao sat": SourceKind.SURVEY,
    "expert": SourceKind.EXPERT, "chuyen gia": SourceKind.EXPERT,
}  # fmt: skip
_ASKED = {"providers": PROVIDERS, "don vi": PROVIDERS, "co so": PROVIDERS,
          "communes": COMMUNES, "xa": COMMUNES, "phuong": COMMUNES}  # fmt: skip
_KNOWN = {
    "kind": "lĩnh vực, tiêu chí, chỉ số / area, feature, indicator",
    "source_kind": "nền tảng, nhập, khảo sát, chuyên gia / platform, entered, survey, expert",
    "asked_of": "đơn vị, xã / providers, communes",
}
_HOLDS = {
    CriterionKind.AREA: {CriterionKind.AREA},
    CriterionKind.FEATURE: {CriterionKind.AREA},
    CriterionKind.INDICATOR: {CriterionKind.AREA, CriterionKind.FEATURE},
}
_A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_A_FRACTION = re.compile(r"(\d+\.\d+?)0*")  # 4.2 comes out of a workbook as 4.200000


def read(raw: Iterable[RawRow], measures: frozenset[str] | None = None) -> Sheet:
    """The criteria of a sheet, and everything that is wrong with it.

    Args:
        measures: the codes that may be referred to; None: any.

    Raises:
        FileRefused: it has no heads, or far too many lines.
    """
    reader = _Reader(measures)
    rows = iter(raw)
    heads = _heads(rows)
    for number, each in enumerate(rows):
        if number >= MOST_LINES:
            raise FileRefused(code="too_many_rows", most=MOST_LINES)
        reader.take(each.line, _cells(heads, each.cells))
    if not reader.sheet.rows and not reader.sheet.problems:
        raise FileRefused(code="no_rows")
    return reader.sheet


def _heads(rows: Iterator[RawRow]) -> dict[int, str]:
    """Which column of ours stands at which place, by machine name or by either label."""
    known = {
        vi.fold(text): column.name
        for column in COLUMNS
        for text in (column.name, column.label.vi, column.label.en)
    }
    missing: list[str] = list(NEEDED)
    for row in rows:
        found = {at: known[vi.fold(cell)] for at, cell in enumerate(row.cells)
                 if vi.fold(cell) in known}  # fmt: skip
        if len(set(found.values())) < len(found):
            twice = next(n for n in found.values() if list(found.values()).count(n) > 1)
            raise FileRefused(code="head_twice", head=twice)
        lacking = [name for name in NEEDED if name not in found.values()]
        if not lacking:
            return found
        missing = min(missing, lacking, key=len)
    heads = (f"{LABELS[name].vi} ({name})" for name in missing)
    raise FileRefused(code="no_header", missing=", ".join(heads))


def _cells(heads: Mapping[int, str], cells: list[str]) -> dict[str, str]:
    found = {
        name: _unquoted(vi.clean_lines(cells[at])) if at < len(cells) else ""
        for at, name in heads.items()
    }
    return {column.name: found.get(column.name, "") for column in COLUMNS}


def _unquoted(text: str) -> str:
    """Our own files put an apostrophe before what a spreadsheet would run as a formula."""
    return text[1:] if text.startswith("'") and safe_text(text[1:]) == text else text


class _Reader:
    """Reads line after line; a line may only refer to those above it."""

    def __init__(self, measures: frozenset[str] | None) -> None:
        self.sheet = Sheet()
        self._measures = measures
        self._seen: dict[str, tuple[int, CriterionKind | None]] = {}
        self._line = 0

    def take(self, line: int, cells: dict[str, str]) -> None:
        self._line = line
        before = len(self.sheet.problems)
        for name in ("code", "parent"):
            cells[name] = _as_code(cells[name])
        self._check_texts(cells)
        kind = self._word("kind", cells["kind"], _KINDS) if cells["kind"] else None
        self._check_code(cells, kind)
        if kind is not None:
            self._check_parent(cells, kind)
        if kind in {CriterionKind.AREA, CriterionKind.FEATURE}:
            self._check_plain(cells)
        row = self._row(cells, kind or CriterionKind.INDICATOR)
        if len(self.sheet.problems) == before:
            self.sheet.rows.append(row)

    def _wrong(self, column: str, code: str, **values: object) -> None:
        shown = {name: str(value)[:100] for name, value in values.items()}
        self.sheet.problems.append(Problem(self._line, column, code, shown))

    def _check_texts(self, cells: Mapping[str, str]) -> None:
        for name in NEEDED:
            if not cells[name]:
                self._wrong(name, "missing")
        for name, text in cells.items():
            most = _LONGEST.get(name, LONGEST_TEXT)
            if len(text) > most:
                self._wrong(name, "too_long", length=len(text), most=most)

    def _check_code(self, cells: Mapping[str, str], kind: CriterionKind | None) -> None:
        code = cells["code"]
        if _A_DATE.match(code):
            self._wrong("code", "code_is_a_date", value=code)
        if code in self._seen:
            self._wrong("code", "repeated", line=self._seen[code][0], value=code)
        elif code:
            self._seen[code] = self._line, kind

    def _check_parent(self, cells: Mapping[str, str], kind: CriterionKind) -> None:
        parent = cells["parent"]
        if not parent:
            if kind is not CriterionKind.AREA:
                self._wrong("parent", "needs_parent")
        elif parent not in self._seen or parent == cells["code"]:
            self._wrong("parent", "no_parent_above", value=parent)
        elif self._seen[parent][1] not in {None, *_HOLDS[kind]}:
            self._wrong("parent", "wrong_parent", value=parent)

    def _check_plain(self, cells: Mapping[str, str]) -> None:
        for name in _OF_INDICATORS:
            if cells[name]:
                self._wrong(name, "only_indicators")

    def _row(self, cells: dict[str, str], kind: CriterionKind) -> Row:
        source, asked = SourceKind.ENTERED, frozenset[str]()
        if kind is CriterionKind.INDICATOR:
            source = self._word("source_kind", cells["source_kind"], _SOURCES) or source
            asked = self._asked(cells["asked_of"])
            self._check_measure(cells["measure_code"], source)
            if source is SourceKind.PLATFORM and asked:
                self._wrong("asked_of", "not_asked")
        texts = {name: text for name, text in cells.items() if name in _TEXTS}
        return Row(
            **texts,
            kind=kind, source_kind=source,
            asked_of_providers=PROVIDERS in asked, asked_of_communes=COMMUNES in asked,
        )  # fmt: skip

    def _check_measure(self, code: str, source: SourceKind) -> None:
        if not code:
            if source is SourceKind.PLATFORM:
                self._wrong("measure_code", "needs_measure")
        elif self._measures is not None and code not in self._measures:
            known = ", ".join(sorted(self._measures)) or "–"
            self.sheet.problems.append(
                Problem(
                    self._line, "measure_code", "unknown_measure", {"value": code, "known": known}
                )
            )

    def _asked(self, text: str) -> frozenset[str]:
        parts = [part for part in re.split(r"[;,/]", text) if part.strip()]
        return frozenset(filter(None, (self._word("asked_of", part, _ASKED) for part in parts)))

    def _word(self, column: str, text: str, known: Mapping[str, Any]) -> Any:
        found = known.get(vi.fold(text).replace("_", " "))
        if found is None:
            self._wrong(column, "unknown_word", value=text, known=_KNOWN[column])
        return found


_TEXTS = frozenset(
    {"code", "parent", "text_vi", "text_en", "measurement_vi", "measurement_en",
     "measure_code", "unit_vi", "unit_en"}
)  # fmt: skip


def _as_code(text: str) -> str:
    found = _A_FRACTION.fullmatch(text) if len(text.rpartition(".")[2]) == 6 else None  # noqa: PLR2004
    return found[1] if found else text
