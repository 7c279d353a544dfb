"""Keeping words that mean the same."""

from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit, clock, jobs
from app.core.db import inserting, transaction
from app.search import lexicon
from app.search.errors import (
    NoOtherWords,
    SameWordTwice,
    TermExists,
    TermMeansNothing,
    TermTooLong,
    TooManySynonyms,
    TooManyWords,
)
from app.search.lexicon import LONGEST_TERM, Equal
from app.search.models import Synonym
from app.search.synonyms.events import SynonymsChanged
from app.search.telex import is_syllable
from app.search.text import words

MOST = 2000
MOST_OTHERS = 20
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Fields:
    """One entry as staff write it."""

    term: str
    words_vi: tuple[str, ...] = ()
    words_en: tuple[str, ...] = ()
    two_way: bool = True
    is_active: bool = True

    @property
    def key(self) -> str:
        return key_of(self.term)

    @property
    def entry(self) -> Equal:
        return Equal(self.term, (*self.words_vi, *self.words_en), self.two_way)


def key_of(text: str) -> str:
    """The words as they are compared: capitals, blanks and stops do not matter, accents do."""
    return normalize("NFC", " ".join(word.mark for word in words(text)))


def check(fields: Fields) -> None:
    """Raises: what is wrong with the entry by itself."""
    _check_term(fields.term)
    others = (*fields.words_vi, *fields.words_en)
    if not others:
        raise NoOtherWords
    if len(others) > MOST_OTHERS:
        raise TooManyWords
    for other in others:
        _check_length(other, "words_vi" if other in fields.words_vi else "words_en")
    keys = [fields.key, *map(key_of, others)]
    if len(set(keys)) < len(keys):
        raise SameWordTwice


def add(fields: Fields, by_id: int | None = None) -> int:
    """A new entry; the first of all brings the list to begin with along.

    Raises:
        DomainError: nothing was added.
    """
    check(fields)
    with transaction() as session:
        if not session.scalar(select(func.count(Synonym.id))):
            _take_over(session, by_id)
        if (session.scalar(select(func.count(Synonym.id))) or 0) >= MOST:
            raise TooManySynonyms
        row = inserting(Synonym).values(key=fields.key, **_columns(fields))
        added = row.on_conflict_do_nothing(index_elements=["key"]).returning(Synonym.id)
        synonym_id = session.scalar(added)
        if synonym_id is None:
            raise TermExists
        _note("synonym.added", synonym_id, by_id, fields)
        return synonym_id


def edit(synonym_id: int, fields: Fields, by_id: int | None = None) -> None:
    """Other words, or on and off.

    Raises:
        DomainError: nothing was changed.
    """
    check(fields)
    with transaction() as session:
        row = session.get_one(Synonym, synonym_id, with_for_update={"of": Synonym})
        same = select(Synonym.id).where(Synonym.key == fields.key, Synonym.id != synonym_id)
        if session.scalar(same) is not None:
            raise TermExists
        row.key = fields.key
        for name, value in _columns(fields).items():
            setattr(row, name, value)
        _note("synonym.changed", synonym_id, by_id, fields)


def take_over(by_id: int | None = None) -> int:
    """The list to begin with, as far as its terms are not there yet; how many were added."""
    with transaction() as session:
        return _take_over(session, by_id)


def _take_over(session: Session, by_id: int | None) -> int:
    found = [_fields(entry) for entry in lexicon.built_in()]
    rows = [{"key": each.key, **_columns(each)} for each in found]
    added = inserting(Synonym).values(rows).on_conflict_do_nothing(index_elements=["key"])
    count = len(session.scalars(added.returning(Synonym.id)).all())
    if count:
        audit.record("synonym.imported", "synonyms", "built-in", by_id, added=count)
        jobs.emit(SynonymsChanged())
    return count


def _fields(entry: Equal) -> Fields:
    english = [text for text in entry.others if _is_english(text)]
    return Fields(
        entry.term,
        tuple(text for text in entry.others if text not in english),
        tuple(english),
        entry.two_way,
    )


def _is_english(text: str) -> bool:
    return any(not is_syllable(word.fold) for word in words(text))


def _columns(fields: Fields) -> dict[str, Any]:
    return {
        "term": fields.term, "words_vi": list(fields.words_vi), "words_en": list(fields.words_en),
        "two_way": fields.two_way, "is_active": fields.is_active, "changed_at": clock.now(),
    }  # fmt: skip


def _check_term(term: str) -> None:
    _check_length(term, "term")
    typed = list(words(term))
    if all(word.mark in lexicon.STOP_MARKS or word.fold in lexicon.STOP_ENGLISH for word in typed):
        raise TermMeansNothing


def _check_length(text: str, field: str) -> None:
    count = len(list(words(text)))
    if not count:
        raise TermMeansNothing(field=field)
    if count > LONGEST_TERM or len(text) > LONGEST:
        raise TermTooLong(field=field)


def _note(action: str, synonym_id: int, by_id: int | None, fields: Fields) -> None:
    audit.record(action, "synonym", synonym_id, by_id, term=fields.term, two_way=fields.two_way,
                 words=len(fields.entry.others), active=fields.is_active)  # fmt: skip
    jobs.emit(SynonymsChanged())
