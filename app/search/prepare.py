"""Makes a typed text into terms that both engines understand alike."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.search import lexicon
from app.search.lexicon import Phrase, Typed, flag, folds, look_up
from app.search.stems import forms
from app.search.subjects import NOTHING, completed, named, token
from app.search.telex import decode, is_syllable
from app.search.text import Word, tokens, twin

MOST_TERMS = 10
MOST_LETTERS, _MOST_WORDS = 1000, 40

Known = Callable[[str, bool], bool]
"""(folded word, prefix) -> whether the index has it, or one that begins so."""

_LETTERED = re.compile(r"([qpf])(\d{1,2})")
SPEAKER = Word("toi", "toi")
"""Opening a question it is tôi (I), anywhere else tối (evening)."""


def _unknown(_word: str, _prefix: bool) -> bool:  # noqa: FBT001 - positional by type
    return False


@dataclass(frozen=True, slots=True)
class Hints:
    """Filters that the words themselves ask for: the caller may offer or apply them."""

    free: bool = False
    near: bool = False
    mode: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_HINTS


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for, and the ways it may be said: each a word or a phrase, folded.

    `typed` is the first way with its accents; `prefix` lets single words be the beginning of one;
    `filters` says that a filter asks the same; `subjects` are those that it names.
    """

    typed: Typed
    ways: tuple[Phrase, ...]
    prefix: bool = False
    filters: bool = False
    subjects: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(word.mark for word in self.typed)

    @property
    def word(self) -> str:
        """The single word that was typed, or nothing when it was a phrase or a filter word."""
        return self.ways[0][0] if len(self.typed) == 1 else ""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, ready to be matched."""

    terms: tuple[Term, ...] = ()
    hints: Hints = NO_HINTS
    completed: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """What the question wants to learn, as far as its words name it: alternatives by term.

        What the last words may become the name of is one more.
        """
        named = [term.subjects for term in self.terms if term.subjects]
        return tuple(dict.fromkeys([*named, self.completed] if self.completed else named))

    @property
    def accented(self) -> bool:
        """Whether the reader typed accents, so that the same accents should come first."""
        return any(word.mark != word.fold for term in self.terms for word in term.typed)


class Meant(NamedTuple):
    """A word as it was meant, and where it stands in the NFC form of the text."""

    word: Word
    start: int
    end: int


def meant(text: str, known: Known = _unknown) -> list[Meant]:
    """The words of a text: q1 spelled out, and what a keyboard should have composed."""
    found = [
        Meant(part, token.start, token.end)
        for token in tokens(text[:MOST_LETTERS])[:_MOST_WORDS]
        for part in _spelled_out(token.word)
    ]
    last = len(found) - 1
    return [
        one._replace(word=_composed(one.word, known, last=at == last))
        for at, one in enumerate(found)
    ]


def is_phrase(typed: Typed) -> bool:
    """Whether these words are one thing: a subject, an abbreviation, a way to say something."""
    return bool(_meaning(typed)) or _numbered(list(typed)) == typed


def says_nothing(typed: Iterable[Word]) -> bool:
    """Whether these are only words that go with any question: a class to learn in."""
    return all(
        word.mark in lexicon.STOP_MARKS
        or (word.fold == word.mark and word.fold in lexicon.STOP_FOLDS | lexicon.STOP_ENGLISH)
        for word in typed
    )


def prepare(text: str, known: Known = _unknown, *, typing: bool = False) -> Query:
    """The terms of a text. While `typing`, its last word is not yet a whole word of any kind."""
    typed = [one.word for one in meant(text, known)]
    typed = typed[1:] if len(typed) > 1 and typed[0] == SPEAKER else typed
    parts = [(part, look_up(lexicon.HINTS, part)) for part in _parts(typed, len(typed) - typing)]
    terms = [_term(part, hint, known) for part, hint in parts if hint != ("near", "1")]
    if terms and not text[-1:].isspace():
        terms[-1] = _open_ended(terms[-1], known)
    kept = tuple(dict.fromkeys(_without_stop_words(terms, typing=typing)))[:MOST_TERMS]
    completed = _completed(typed) if kept and kept[-1].prefix else ()
    return Query(kept, _hints([hint for _, hint in parts if hint]), completed)


def _completed(typed: list[Word]) -> tuple[str, ...]:
    """Subjects of which the last words, as many as possible, are the beginning of a name."""
    last = len(typed) - (len(typed) > 1)
    ends = (tuple(typed[at:]) for at in range(max(0, last - lexicon.LONGEST_KNOWN), last))
    return next(filter(None, map(completed, ends)), ())


def _spelled_out(typed: Word) -> tuple[Word, ...]:
    """q1 is quận 1, p12 phường 12."""
    match = _LETTERED.fullmatch(typed.fold)
    if match is None:
        return (typed,)
    unit = lexicon.LETTERED[match[1]]
    return (Word(unit, unit), Word(match[2], match[2]))


def _composed(typed: Word, known: Known, *, last: bool) -> Word:
    """What the keys of an unknown word would have composed in a Vietnamese keyboard."""
    forms = (typed.fold, *_forms(typed.fold))
    if typed.mark != typed.fold or any(known(form, last) for form in forms):
        return typed
    return _decoded(typed.fold) or typed


def _decoded(folded: str) -> Word | None:
    return None if folded in lexicon.STOP_ENGLISH else decode(folded, partial=True)


def _parts(typed: list[Word], whole: int) -> Iterator[Typed]:
    """Cut into the longest known phrases, numbered things (quận 1), and single words."""
    at = 0
    while at < len(typed):
        part = _numbered(typed[at : at + 2]) or _known_phrase(typed[at:whole]) or (typed[at],)
        yield part
        at += len(part)


def _numbered(pair: list[Word]) -> Typed | None:
    unit, number = pair[0], pair[-1]
    is_unit = unit.fold in lexicon.NUMBERED or unit.fold in lexicon.LETTERED
    if len(pair) == 1 or not (is_unit and number.fold.isdigit()):
        return None
    spelled = lexicon.LETTERED.get(unit.fold)
    return (Word(spelled, spelled) if spelled else unit, number)


def _letters(unit: str) -> Iterator[str]:
    return (letter for letter, spelled in lexicon.LETTERED.items() if spelled == unit)


def _short(letter: str, number: str) -> tuple[Phrase, Phrase]:
    """q1 and q.1."""
    return (letter + number,), (letter, number)


def _known_phrase(rest: list[Word]) -> Typed | None:
    starts = (tuple(rest[:size]) for size in range(min(len(rest), lexicon.LONGEST_KNOWN), 0, -1))
    return next((start for start in starts if _meaning(start)), None)


def _meaning(part: Typed) -> object:
    return look_up(lexicon.synonyms(), part) or look_up(lexicon.HINTS, part) or named(part)


def _hints(found: list[tuple[str, str]]) -> Hints:
    values: dict[str, list[str]] = {}
    for name, value in found:
        values.setdefault(name, []).append(value)
    when, mode = tuple(values.get("when", ())), tuple(values.get("mode", ()))
    return Hints("free" in values, "near" in values, mode, when)


def _term(part: Typed, hint: tuple[str, str] | None, known: Known) -> Term:
    equal = look_up(lexicon.synonyms(), part) or ()
    ways = [folds(part), *equal]
    if len(part) == 1:
        ways += [(form,) for form in _forms(part[0].fold) if known(form, False)]  # noqa: FBT003 - positional by type
    subjects = _subjects(part, equal)
    ways += [(token(key),) for key in subjects]
    if hint:
        ways.append((flag(*hint),))
    if len(part) > 1 and _numbered(list(part)):
        ways += [way for letter in _letters(part[0].fold) for way in _short(letter, part[1].fold)]
    found = tuple(dict.fromkeys(ways))
    return Term(part, found, filters=hint is not None, subjects=subjects)


def _subjects(part: Typed, equal: Iterable[Phrase]) -> tuple[str, ...]:
    """What the words name, or else what an abbreviation stands for."""
    keys = named(part) or (key for way in equal for key in _named_in_full(way))
    return tuple(dict.fromkeys(key for key in keys if key != NOTHING))


def _named_in_full(way: Phrase) -> tuple[str, ...]:
    return named(tuple(Word(folded, folded) for folded in way)) if len(way) > 1 else ()


def _forms(folded: str) -> Iterator[str]:
    """Other spellings of the same word: ky and ki, an English plural, a baker and baking."""
    if other := twin(folded):
        yield other
    yield from forms(folded)


def _open_ended(term: Term, known: Known) -> Term:
    """The last word may be the beginning of one, and half of a syllable still being composed."""
    if not term.word or term.word.isdigit():
        return term
    half = None if known(term.word, False) else _decoded(term.word)  # noqa: FBT003 - positional by type
    ways = (*term.ways, (half.fold,)) if half else term.ways
    return replace(term, ways=ways, prefix=True)


def _without_stop_words(terms: list[Term], *, typing: bool) -> tuple[Term, ...]:
    """All of them, if nothing else would be left."""
    english = any(not is_syllable(word.fold) for term in terms for word in term.typed)
    marked = any(word.fold != word.mark for term in terms for word in term.typed)
    kept = [
        term
        for at, term in enumerate(terms)
        if (typing and at == len(terms) - 1) or not _is_stop(term, english=english, marked=marked)
    ]
    return tuple(kept or terms)


def _is_stop(term: Term, *, english: bool, marked: bool) -> bool:
    if term.subjects or any(len(way) > 1 for way in term.ways):
        return False
    word = term.typed[0]
    return (
        word.mark in lexicon.STOP_MARKS
        or (not marked and word.fold in lexicon.STOP_FOLDS)
        or (english and word.fold == word.mark and word.fold in lexicon.STOP_ENGLISH)
    )
