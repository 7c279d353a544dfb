"""Reads the index as it is at one moment: browsing, suggestions, and the parts of a search."""

import heapq
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from app.search.embedded import matching
from app.search.embedded.snapshot import Snapshot
from app.search.embedded.store import at
from app.search.filters import CourseFilter, Hit, Suggestion
from app.search.lexicon import Typed, folds
from app.search.prepare import Query, prepare
from app.search.suggestions import Candidate, pick

_expression = matching.Wanted.expression
_SUGGESTED_FROM = 100
_WEIGHTS = "10.0, 10.0, 6.0, 3.0, 2.0, 1.0, 3.0"

Scores = list[tuple[float, int]]


@dataclass(frozen=True, slots=True)
class View:
    """The index as it is at one moment."""

    db: sqlite3.Connection
    snapshot: Snapshot

    def suggest(self, typed: str, limit: int, lang: str) -> list[Suggestion]:
        query = prepare(typed, self.snapshot.vocabulary.known, typing=True)
        if not query.terms:
            return []
        expression = "{title_vi title_en tags} : (" + matching.all_of(matching.exactly(query)) + ")"
        slots = [slot for _, slot in heapq.nsmallest(_SUGGESTED_FROM, self.scores(expression))]
        shown = (self._read("id, shown", slot) for slot in slots)
        return pick((Candidate(id_, *json.loads(text)) for id_, text in shown), query, limit, lang)

    def scores(self, expression: str) -> Scores:
        sql = f"SELECT bm25(fts_vN, {_WEIGHTS}), rowid FROM fts_vN WHERE fts_vN MATCH ?"  # noqa: S608 - our own weights
        return self.db.execute(at(self.snapshot.version, sql), (expression,)).fetchall()

    def slots(self, expression: str) -> list[int]:
        sql = at(self.snapshot.version, "SELECT rowid FROM fts_vN WHERE fts_vN MATCH ?")
        return [slot for (slot,) in self.db.execute(sql, (expression,))]

    def entitles(self, typed: Typed, rest: Query) -> bool:
        """Whether a title has these words, with these marks, beside the rest of a question."""
        wanted = [matching.quoted(*folds(typed)), *map(_expression, matching.exactly(rest))]
        slots = self.slots(f"{{title_vi title_en}} : ({' AND '.join(wanted)})")
        needle = f" {' '.join(word.mark for word in typed)} "
        plain = all(word.mark == word.fold for word in typed)
        return any(
            plain or needle in entry.titles
            for entry in map(self.snapshot.columns.entries.__getitem__, slots)
            if entry
        )

    def frequency(self, word: str) -> int:
        sql = at(self.snapshot.version, "SELECT doc FROM voc_vN WHERE term = ?")
        row = self.db.execute(sql, (word,)).fetchone()
        return int(row[0]) if row else 0

    def marks(self, slot: int) -> str:
        return str(self._read("marks", slot)[0])

    def shown(self, slot: int) -> str:
        """Its titles and tags as they are shown, as JSON."""
        return str(self._read("shown", slot)[0])

    def hits(self, slots: Iterable[int], wanted: CourseFilter) -> tuple[Hit, ...]:
        found = ((slot, self.snapshot.columns.entries[slot]) for slot in slots)
        return tuple(Hit(entry.id, entry.distance(wanted.near)) for _, entry in found if entry)

    def _read(self, columns: str, slot: int) -> tuple[str, ...]:
        sql = at(self.snapshot.version, f"SELECT {columns} FROM docs_vN WHERE slot = ?")  # noqa: S608 - our own names
        row: tuple[str, ...] = self.db.execute(sql, (slot,)).fetchone()
        return row
