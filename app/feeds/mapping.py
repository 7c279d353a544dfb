"""A mapping file says how a table with other columns becomes ours.

Its parts, all in TOML: `[file]` (encoding, sheet, header_row), `[heads]` (a short name for a
column, and the heads it may have), `[columns]` (how each of our columns is made), `[skip]` (rows
that are no courses) and `[timetable]` (see `timetable`). Our own layout is the mapping that changes
nothing.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

from app.core import vi
from app.core.i18n import gettext
from app.feeds.errors import BadMapping, FileRefused
from app.feeds.layout import BY_NAME, COLUMNS, NEEDED
from app.feeds.problems import Wrong
from app.feeds.source import RawRow
from app.feeds.timetable import Meeting, Timetable

HEADER_WITHIN = 20
Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one of our columns is made from a record of the file.

    `text` is a pattern with the short names of `uses`, whose cells are cleaned by `clean`. What it
    gives is translated: by `values` (the whole of it), else by `begins` (the longest beginning),
    and becomes `otherwise` when none of these knew it.
    """

    text: str
    uses: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is the cell of one column as it stands."""
        alone = len(self.uses) == 1 and self.text == f"{{{self.uses[0]}}}"
        return alone and not (self.clean or self.values or self.begins)

    def make(self, record: Record) -> str:
        cells = {name: self._cleaned(record[name]) for name in self.uses} if self.clean else record
        made = self.text.format_map(cells)
        return self._translated(made) if self.values or self.begins else made

    def _cleaned(self, cell: str) -> str:
        for name in self.clean:
            cell = _CLEANERS[name](cell)
        return cell

    def _translated(self, made: str) -> str:
        if made in self.values:
            return self.values[made]
        fitting = [each for each in self.begins if made.startswith(each)]
        if fitting:
            return self.begins[max(fitting, key=len)]
        return made if self.otherwise is None else self.otherwise


@dataclass(frozen=True, slots=True)
class FeedMapping:
    """A mapping as it was read; see the module."""

    name: str
    recipes: Mapping[str, Recipe]
    heads: Mapping[str, tuple[str, ...]]
    skip: Mapping[str, frozenset[str]] = field(default_factory=dict)
    timetable: Timetable | None = None
    header_row: int | None = None
    encoding: str = ""
    sheet: str = ""

    def shown(self, column: str) -> str:
        """How the file itself calls what our column is made of."""
        recipe = self.recipes.get(column)
        used = [heads[0] for name, heads in self.heads.items() if recipe and name in recipe.uses]
        return " + ".join(used) or column


OWN = FeedMapping(
    name="",
    recipes={column.name: Recipe(f"{{{column.name}}}", (column.name,)) for column in COLUMNS},
    heads={column.name: (column.label.vi, column.name, column.label.en) for column in COLUMNS},
)
_TEXTS = ("title", "summary", "learn", "for_whom")
FEED = replace(
    OWN,
    recipes={
        name: replace(recipe, clean=("html",)) if name[:-3] in _TEXTS else recipe
        for name, recipe in OWN.recipes.items()
    },
)
"""As our own; the texts of feeds may hold HTML."""
SHIPPED = Path(__file__).with_name("mappings")


@dataclass(slots=True)
class Row:
    """A row in our own columns, still as text; `meetings` are those of a timetable."""

    line: int
    texts: dict[str, str]
    meetings: list[Meeting] = field(default_factory=list)


class Table:
    """A mapping bound to the header of one file."""

    def __init__(self, mapping: FeedMapping, header: RawRow) -> None:
        self.mapping = mapping
        self._at = _positions(mapping, header)
        self._width = len(header.cells)
        self.recipes = {
            name: recipe for name, recipe in mapping.recipes.items() if self._can(recipe)
        }
        self._plain = {name: made.uses[0] for name, made in self.recipes.items() if made.is_plain}
        used = set(self._at.values())
        self.ignored = [head for at, head in enumerate(header.cells) if head and at not in used]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of our columns that the file tells about."""
        return tuple(self.recipes)

    def texts(self, raw: RawRow) -> dict[str, str]:
        """The cells so far as they can be told, of a row that cannot be read as a whole."""
        record = {
            name: raw.cells[at].strip() if at < len(raw.cells) else ""
            for name, at in self._at.items()
        }
        return self._made(record)

    def _made(self, record: Record) -> dict[str, str]:
        plain = self._plain
        return {
            name: record[plain[name]] if name in plain else recipe.make(record)
            for name, recipe in self.recipes.items()
        }

    def _can(self, recipe: Recipe) -> bool:
        return all(name in self._at for name in self.mapping.heads if name in recipe.uses)

    def row(self, raw: RawRow) -> Row | None:
        """The row in our columns; None for one that the mapping skips.

        Raises:
            Wrong: the row does not fit the header, or its timetable cannot be read.
        """
        cells = raw.cells
        if len(cells) > self._width:
            raise Wrong(code="too_many_cells")
        record = {
            name: cells[at].strip() if at < len(cells) else "" for name, at in self._at.items()
        }
        if any(record.get(name) in values for name, values in self.mapping.skip.items()):
            return None
        row = Row(raw.line, self._made(record))
        if self.mapping.timetable:
            row.meetings = self.mapping.timetable.meetings(record)
            if not row.meetings:
                row.texts |= self.mapping.timetable.whole_term
        return row


def bind(mapping: FeedMapping, rows: Sequence[RawRow]) -> tuple[Table, int]:
    """The table, and how many of the first rows belong to its head.

    Raises:
        FileRefused: no row has the heads that are needed.
    """
    for count, row in enumerate(rows[:HEADER_WITHIN], start=1):
        if mapping.header_row in (None, row.line) and not _missing(mapping, row):
            return Table(mapping, row), count
    closest = min(rows[:HEADER_WITHIN], key=lambda row: len(_missing(mapping, row)))
    raise FileRefused(code="no_header", missing=", ".join(_missing(mapping, closest)))


def _missing(mapping: FeedMapping, header: RawRow) -> list[str]:
    """Heads without which no row can be read."""
    there = {vi.fold(cell) for cell in header.cells}
    needed = {name for column in NEEDED for name in mapping.heads if _uses(mapping, column, name)}
    return [
        mapping.heads[name][0]
        for name in mapping.heads
        if name in needed and not any(vi.fold(head) in there for head in mapping.heads[name])
    ]


def _uses(mapping: FeedMapping, column: str, name: str) -> bool:
    return name in mapping.recipes[column].uses


def _positions(mapping: FeedMapping, header: RawRow) -> dict[str, int]:
    """Where each short name stands: at the first of its heads that the file has."""
    folded = [vi.fold(cell) for cell in header.cells]
    found: dict[str, int] = {}
    for name, heads in mapping.heads.items():
        there = [vi.fold(head) for head in heads if vi.fold(head) in folded]
        if there and folded.count(there[0]) > 1:
            raise FileRefused(code="head_twice", head=header.cells[folded.index(there[0])])
        if there:
            found[name] = folded.index(there[0])
    return found


def shipped() -> list[str]:
    """Names of the layouts that come with the product."""
    return sorted(each.stem for each in SHIPPED.glob("*.toml"))


def by_name(name: str) -> FeedMapping:
    """Our own layout for no name."""
    return load(SHIPPED / f"{name}.toml") if name in shipped() else OWN


def load(file: Path) -> FeedMapping:
    """Read a mapping file.

    Raises:
        BadMapping: it is no TOML, or names a column that does not exist.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return _mapping(told, file.stem)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        raise BadMapping(gettext("The mapping cannot be used: %(why)s", why=str(error))) from error


def _mapping(told: dict[str, Any], name: str) -> FeedMapping:
    heads = {short: _texts(each) for short, each in told.get("heads", {}).items()}
    days = {"starts_on": "", "ends_on": ""} if "timetable" in told else {}
    columns = {**{ours: {"constant": each} for ours, each in days.items()}, **told["columns"]}
    recipes = {ours: _recipe(each, heads) for ours, each in columns.items()}
    unknown = sorted(set(recipes) - set(BY_NAME)) or [n for n in NEEDED if n not in recipes]
    if unknown or not recipes["course_id"].uses:
        raise ValueError(", ".join(unknown) or "course_id")
    about = told.get("file", {})
    return FeedMapping(
        name=str(told.get("name", name))[:20],
        recipes=recipes,
        heads=heads,
        skip={short: frozenset(_texts(each)) for short, each in told.get("skip", {}).items()},
        timetable=Timetable.read(told["timetable"]) if "timetable" in told else None,
        header_row=about.get("header_row"),
        encoding=about.get("encoding", ""),
        sheet=about.get("sheet", ""),
    )


def _recipe(told: Any, heads: dict[str, tuple[str, ...]]) -> Recipe:
    """A short name or a head alone, or a table of the parts of a recipe."""
    if isinstance(told, str):
        told = {"column": told}
    text = (
        told["constant"].replace("{", "{{").replace("}", "}}")
        if "constant" in told
        else told.get("text", "")
    )
    if "column" in told:
        heads.setdefault(told["column"], (told["column"],))
        text = f"{{{told['column']}}}"
    uses = tuple(name for _text, name, _spec, _turn in Formatter().parse(text) if name is not None)
    cleaners = _texts(told.get("clean", ()))
    unknown = {*uses} - {*heads} | {*cleaners} - {*_CLEANERS}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    translations = {part: told.get(part, {}) for part in ("values", "begins")}
    return Recipe(text, uses, cleaners, **translations, otherwise=told.get("otherwise"))


def _texts(told: Any) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(str(each) for each in told)


class _Plain(HTMLParser):
    """Text without tags; blocks and line breaks become lines."""

    _BREAKS = ("p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol")
    _SILENT = ("script", "style")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        if tag in self._BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def without_tags(text: str) -> str:
    """Plain text with its lines; entities are written out, blank lines dropped."""
    reader = _Plain()
    reader.feed(text)
    reader.close()
    lines = (vi.clean(each) for each in "".join(reader.parts).splitlines())
    return "\n".join(each for each in lines if each)


def without_quotes(text: str) -> str:
    """Without quotes around a text, doubled ones inside, and one that nothing answers."""
    text = text.strip().replace('""', '"')
    while len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    if text.count('"') % 2:
        text = text[1:] if text.startswith('"') else text.removesuffix('"')
    return text.strip()


_CLEANERS = {"html": without_tags, "quotes": without_quotes, "line": vi.clean}
