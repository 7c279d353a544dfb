"""A document as it lies in the index file."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from app.search.documents import Document, id_number
from app.search.lexicon import flag
from app.search.subjects import about, token
from app.search.text import base, words

COLUMNS = ("title_vi", "title_en", "tags", "place", "summary", "body", "flags")
"""Searched columns, in the order in which their words lie in `Row.marks`."""
BREAK = "\n"
"""Stands as a word of its own between two columns."""
FLAGGED = ("when", "mode", "free")
"""Filters whose values are also words, so that "online" or "free" may be typed."""
NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Row:
    """The words with their accents, what suggestions show, and what filters and sorts need."""

    id: str
    marks: str
    shown: str
    fields: str

    def folded(self) -> list[str]:
        """The text of each searched column."""
        lines = self.marks.split(BREAK)
        return [" ".join(base(word) for word in line.split(" ") if word) for line in lines]

    def digest(self) -> str:
        """The same for the same words, filters and sorts: the version of a document."""
        text = f"{self.marks}\0{self.shown}\0{self.fields}"
        return blake2b(text.encode(), digest_size=8).hexdigest()

    def vocabulary(self) -> set[str]:
        return {base(word) for word in self.marks.split()} - {""}


def row_of(document: Document) -> Row:
    texts = (
        document.title_vi,
        document.title_en,
        " ".join(document.tags),
        f"{document.provider_name} {document.place}",
        f"{document.summary_vi} {document.summary_en}",
        document.body,
    )
    lines = [" ".join(word.mark for word in words(text)) for text in texts]
    shown = [document.title_vi, document.title_en, document.tags]
    return Row(
        document.id,
        f" {BREAK} ".join([*lines, " ".join(_flags(document))]),
        json.dumps(shown, ensure_ascii=False),
        json.dumps(_fields(document, lines), ensure_ascii=False),
    )


def _flags(document: Document) -> list[str]:
    """Filter values as words, then the subjects that the titles name."""
    flags = [flag(name, v) for name, values in document.facets() if name in FLAGGED for v in values]
    subjects = about(words(document.title_vi)) | about(words(document.title_en))
    return [*flags, *map(token, sorted(subjects))]


def _fields(document: Document, lines: list[str]) -> dict[str, Any]:
    number = id_number(document.id)
    soonest = NEVER if document.soonest is None else document.soonest
    return {
        "facets": [(name, value) for name, values in document.facets() for value in values],
        "soonest": soonest,
        "newest": -document.newest,
        "number": number,
        "waiting": document.waiting,
        "geo": document.geo,
        "titles": " ".join(lines[:2]),
    }
