"""What can be learnt: names of subjects in both languages, what includes what, what is next to it.

A course carries the subjects its titles name and a question those its words name, so each finds
the other whatever the language, and a short page can be filled with what is close.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from app.search.stems import stem
from app.search.text import Word, begins, twin, words

Stems = tuple[str, ...]
NOTHING = "nothing"
"""Its names are about no subject, though a word in them alone would be: điện in điện thoại."""
HERE, WITHIN, NEXT, ASIDE, ELSEWHERE = range(5)
"""How a course stands to a subject: about it alone, about it too, next to it, loosely, not."""
_MOST_COMPLETED = 8
_SHORTEST_BEGINNING = 3
_LIKENESS = 74.0
_SAFE = 2
"""From so many words on, a name can be told without its marks."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`lineage` is the subject and all that include it."""

    key: str
    lineage: frozenset[str]
    near: frozenset[str]
    parent: str = ""


class _Name(NamedTuple):
    marks: Stems
    folds: Stems
    key: str


class _Line(NamedTuple):
    key: str
    parent: str
    names: tuple[str, ...]
    near: tuple[str, ...]


def token(key: str) -> str:
    """The word under which a subject is found as if it stood in the text."""
    return "zzs" + key.replace("-", "") + "zz"


def phrase_token(folds: Stems) -> str:
    """The word that stands for a name of several words, for an engine that looks for words only."""
    return "zzp" + "".join(folds)


def mentioned(folds: Sequence[str]) -> set[str]:
    """Tokens of the names of several words that stand in a folded text."""
    spans = (
        tuple(folds[at : at + size])
        for at in range(len(folds))
        for size in range(_SAFE, LONGEST + 1)
    )
    return {phrase_token(span) for span in spans if span in PHRASES}


def about(text: Sequence[Word]) -> frozenset[str]:
    """The subjects that a title names, and all that include them."""
    found: set[str] = set()
    at = 0
    while at < len(text):
        size, keys = _longest(tuple(text[at : at + LONGEST]))
        found.update(*(SUBJECTS[key].lineage for key in keys))
        at += size
    return frozenset(found)


def named(typed: tuple[Word, ...]) -> tuple[str, ...]:
    """The subjects that someone means who types these words: with the marks, or with none.

    In several words even wrong marks do not hide which name was meant.
    """
    names = _NAMES.get(_stems(word.fold for word in typed), ())
    marks = _stems(word.mark for word in typed)
    plain = all(word.fold == word.mark for word in typed)
    exact = [name.key for name in names if name.marks == marks]
    if not exact and (plain or len(typed) >= _SAFE):
        exact = [name.key for name in names]
    return tuple(dict.fromkeys(exact))


def completed(typed: tuple[Word, ...]) -> tuple[str, ...]:
    """The subjects whose names may come of these words, the last of which is half typed."""
    beginning = " ".join(word.fold for word in typed)
    if len(beginning) < _SHORTEST_BEGINNING:
        return ()
    first = bisect_left(_SORTED, (beginning,))
    last = bisect_left(_SORTED, (beginning + "\uffff",))
    keys = {
        key: None
        for _, marks, key in _SORTED[first:last]
        if key != NOTHING and all(map(_may_become, typed, marks))
    }
    return tuple(keys) if len(keys) <= _MOST_COMPLETED else ()


def resembling(text: str) -> tuple[str, ...]:
    """The subjects whose names look most like a folded text that names none."""
    found = process.extract(text, _SPELLED, scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=3)
    best = max((score for _, score, _ in found), default=0.0)
    return tuple({_SORTED[at][2]: None for _, score, at in found if score == best})


def spellings() -> dict[Stems, list[str]]:
    """The folded words of every name, with the tokens of what it names."""
    found: dict[Stems, dict[str, None]] = defaultdict(dict)
    for folded, _, key in _SORTED:
        found[tuple(folded.split(" "))][token(key)] = None
    return {folds: list(tokens) for folds, tokens in found.items()}


def closeness(own: "Own", asked: Iterable[str]) -> int:
    """How near a course with its own subjects is to the nearest of those asked."""
    return min((_closeness(own, SUBJECTS[key]) for key in asked), default=ELSEWHERE)


def around(asked: Iterable[str]) -> frozenset[str]:
    """Subjects whose courses may fill a page that asked for these."""
    return frozenset(
        name
        for key in asked
        for name in (key, *SUBJECTS[key].near, *filter(None, [SUBJECTS[key].parent]))
    )


class Own(NamedTuple):
    """What a course is about: its subjects, and the narrowest of them."""

    keys: frozenset[str]
    narrowest: frozenset[str]


@lru_cache(maxsize=1 << 14)
def own(line: str) -> Own:
    """From the tokens in a line of words; other words say nothing."""
    keys = frozenset(_KEYS[word] for word in line.split(" ") if word in _KEYS)
    wider = {name for key in keys for name in SUBJECTS[key].lineage - {key}}
    return Own(keys, keys - wider)


def _closeness(found: Own, asked: Subject) -> int:
    if asked.key in found.keys:
        return HERE if found.narrowest == {asked.key} else WITHIN
    if found.keys & asked.near or (asked.parent and found.narrowest == {asked.parent}):
        return NEXT
    return ASIDE if asked.parent in found.keys else ELSEWHERE


def _may_become(typed: Word, marked: str) -> bool:
    return typed.mark == typed.fold or begins(marked, typed.mark)


def _longest(rest: tuple[Word, ...]) -> tuple[int, tuple[str, ...]]:
    """The size of the longest name at the beginning, and whose it is."""
    for size in range(len(rest), 0, -1):
        keys = _told(rest[:size])
        if keys:
            return size, tuple(key for key in keys if key != NOTHING)
    return 1, ()


@lru_cache(maxsize=1 << 14)
def _told(part: tuple[Word, ...]) -> tuple[str, ...]:
    """Whose name stands in a text: with its marks, or (ao dai) all without."""
    names = _NAMES.get(_stems(word.fold for word in part), ())
    marks = _stems(word.mark for word in part)
    unmarked = len(part) >= _SAFE and all(word.fold == word.mark for word in part)
    return tuple(name.key for name in names if unmarked or name.marks == marks)


def _stems(folded: Iterable[str]) -> Stems:
    """What is the same in all spellings of a name: bakers and baking, kí and ký."""
    return tuple(_in_i(stem(word)) for word in folded)


def _in_i(word: str) -> str:
    return twin(word) if word.endswith("y") and twin(word) else word


def _lines(text: str) -> list[_Line]:
    return [_line(line) for line in text.splitlines() if line and not line.startswith("#")]


def _line(line: str) -> _Line:
    head, _, rest = line.partition(":")
    key, _, parent = head.partition("<")
    names, _, near = rest.partition("~")
    ways = tuple(name.strip() for name in names.split("|") if name.strip())
    return _Line(key.strip(), parent.strip(), ways, tuple(near.split()))


def _subjects(lines: list[_Line]) -> dict[str, Subject]:
    parents = {line.key: line.parent for line in lines}
    near: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        near[line.key].update(line.near)
        for other in line.near:
            near[other].add(line.key)
    return {
        key: Subject(key, frozenset(_ancestry(key, parents)), frozenset(near[key]), parent)
        for key, parent in parents.items()
        if key != NOTHING
    }


def _ancestry(key: str, parents: dict[str, str]) -> list[str]:
    return [key, *(_ancestry(parents[key], parents) if parents[key] else [])]


def _names(lines: list[_Line]) -> dict[Stems, tuple[_Name, ...]]:
    found: dict[Stems, list[_Name]] = defaultdict(list)
    for line in lines:
        for text in line.names:
            typed = words(text)
            folds, marks = _stems(w.fold for w in typed), _stems(w.mark for w in typed)
            found[folds].append(_Name(marks, folds, line.key))
    return {folds: tuple(names) for folds, names in found.items()}


_LINES = _lines(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))
SUBJECTS = _subjects(_LINES)
CALLED = {line.key: line.names for line in _LINES if line.key != NOTHING}
"""By subject: its names in both languages, the usual one first."""
_NAMES = _names(_LINES)
_SORTED = sorted(
    (" ".join(w.fold for w in typed), tuple(w.mark for w in typed), line.key)
    for line in _LINES
    for typed in map(words, line.names)
    if line.key != NOTHING
)
_SPELLED = [folded for folded, _, _ in _SORTED]
PHRASES = frozenset(folds for folds in spellings() if len(folds) >= _SAFE)
"""Names of several words, folded."""
_KEYS = {token(key): key for key in SUBJECTS}
LONGEST = max(map(len, _NAMES))
