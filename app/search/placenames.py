"""Names of places as people write them, old and new, and the wards of today that they mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from app.core.i18n import Bilingual
from app.search.lexicon import Phrase, Typed, folds
from app.search.text import words

_KINDS = {
    "thanh pho": ("tp", "city"),
    "thi tran": ("tt", "town"),
    "thi xa": ("tx", "town"),
    "dac khu": ("dk", "special zone"),
    "phuong": ("p", "ward"),
    "huyen": ("h", "district"),
    "quan": ("q", "district"),
    "tinh": ("t", "province"),
    "xa": ("x", "commune"),
}
"""Folded kind -> how it is shortened, and what follows the name in English."""
_MOST_WORDS = 6


class Level(IntEnum):
    """What a name is the name of; for a bare name the lower one decides what it is called."""

    WIDE = 0
    """An old district or province: people still say it."""
    WARD = 1
    OLD_WARD = 2


class Named(NamedTuple):
    """One name of one ward of today."""

    text: str
    code: str
    level: Level
    english: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Wards of today under one name. A shy name is only one where the words around say so."""

    label: Bilingual
    marks: Phrase
    codes: tuple[str, ...]
    shy: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """By folded words: the places so called."""

    by_words: Mapping[Phrase, tuple[Place, ...]] = field(default_factory=dict)

    def find(self, typed: Typed, *, led: bool) -> Place | None:
        """The place that these words name, `led` by "in" or the like."""
        if len(typed) > _MOST_WORDS:
            return None
        marks = tuple(word.mark for word in typed)
        plain = marks == folds(typed)
        for place in self.by_words.get(folds(typed), ()):
            if (plain or place.marks == marks) and (led or not plain or not place.shy):
                return place
        return None


NOWHERE = Places()


def places(named: Iterable[Named]) -> Places:
    """The table of all names, with and without the word for their kind."""
    codes: dict[tuple[str, Level], dict[str, None]] = defaultdict(dict)
    english: dict[str, str] = {}
    for name in named:
        codes[name.text, name.level][name.code] = None
        english[name.text] = name.english
    found: dict[Phrase, dict[Phrase, Place]] = defaultdict(dict)
    for (text, level), wards in sorted(codes.items(), key=lambda pair: pair[0][1]):
        for way, bare in _ways(text, level):
            label = Bilingual(text, english[text])
            _add(found, Place(label, way, tuple(wards), bare and level is not Level.WIDE))
    return Places({folded: tuple(by_marks.values()) for folded, by_marks in found.items()})


def _add(found: dict[Phrase, dict[Phrase, Place]], new: Place) -> None:
    """Beside other wards of that name, where it is a wide one or a bare ward of today."""
    there = found[_folded(new.marks)]
    old = there.get(new.marks)
    if old is None:
        there[new.marks] = new
    elif not new.shy:
        codes = tuple(dict.fromkeys((*old.codes, *new.codes)))
        there[new.marks] = Place(old.label, old.marks, codes, old.shy)


def _ways(text: str, level: Level) -> Iterable[tuple[Phrase, bool]]:
    """Marked words of each way to write the name, and whether it lacks its kind."""
    typed = words(text)
    marks, folded = tuple(w.mark for w in typed), " ".join(w.fold for w in typed)
    kind = next((kind for kind in _KINDS if folded.startswith(kind + " ")), "")
    rest = marks[len(kind.split()) :]
    number = bool(kind) and rest[0].isdigit()
    if number and level is not Level.WIDE:
        return
    yield marks, False
    if kind:
        short, english = _KINDS[kind]
        yield (short, *rest), False
        yield (*rest, *english.split()), False
        yield (*english.split(), *rest), False
    if kind and not number:
        yield rest, True


def _folded(marks: Phrase) -> Phrase:
    return tuple(word.fold for mark in marks for word in words(mark))
