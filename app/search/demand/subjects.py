"""From a question to the subjects it is counted under: nothing else of it is ever kept.

A rare question can itself be personal: a name, a phone number. So only words count that are known
before anybody asks: subjects, equal words, and words of titles the catalogue has shown. Each is
counted alone, so that no row tells what stood beside it; all others together are "other words".
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from unicodedata import normalize

from sqlalchemy import select

from app.catalogue.models import Course, CourseStatus
from app.core.db import db
from app.core.kept import kept
from app.resources.models import Resource
from app.search import lexicon
from app.search.lexicon import look_up
from app.search.prepare import Query, Term
from app.search.text import Word, words

OTHER = ""
TOPIC, SUBJECT, WORD = "topic:", "subject:", "word:"
MOST_OF_ONE = 5
LONGEST = 80
_NEWEST_TITLES = 20_000
_AN_HOUR = 3600.0
_SHORTEST = 2

Label = tuple[str, str]
"""Under what it is counted, and the words with their accents where no other table knows them."""


def of(query: Query, topics: Sequence[str]) -> tuple[Label, ...]:
    """Everything the question is about, at most a few; "other words" if none of it is known."""
    found = {f"{TOPIC}{slug}": "" for slug in topics}
    found |= dict(_of_terms(query.terms, _titles()))
    short = [pair for pair in found.items() if len(pair[0]) <= LONGEST][:MOST_OF_ONE]
    return tuple(short or [(OTHER, "")])


def _of_terms(terms: Sequence[Term], titles: Mapping[str, str]) -> Iterator[Label]:
    unknown: list[Word] = []
    for term in terms:
        if not term.filters and not term.subjects and len(term.typed) == 1:
            unknown.append(term.typed[0])
            continue
        yield from _in_titles(unknown, titles)
        unknown = []
        equal = look_up(lexicon.synonyms(), term.typed)
        if term.subjects:
            yield from ((f"{SUBJECT}{key}", "") for key in term.subjects)
        elif equal and not term.filters:
            yield _label(" ".join(w.fold for w in term.typed), " ".join(term.marks))
    yield from _in_titles(unknown, titles)


def _in_titles(typed: Sequence[Word], titles: Mapping[str, str]) -> Iterator[Label]:
    """Two words together where a title has them so, else single ones; what has digits never."""
    at = 0
    while at < len(typed):
        pair = " ".join(word.fold for word in typed[at : at + 2])
        size = 2 if pair in titles and at + 1 < len(typed) else 1
        text = pair if size == 2 else typed[at].fold  # noqa: PLR2004 - a pair
        if text in titles and len(text) >= _SHORTEST:
            yield _label(text, titles[text])
        at += size


def _label(folded: str, marked: str) -> Label:
    return f"{WORD}{folded}", normalize("NFC", marked)[:LONGEST]


def _titles() -> Mapping[str, str]:
    """Words and pairs of words of titles people could see, folded -> with their accents."""
    return kept("title words", _AN_HOUR, _read)


def _read() -> dict[str, str]:
    shown = CourseStatus.PUBLISHED, CourseStatus.WITHDRAWN
    found: dict[str, str] = {}
    for table in (Course, Resource):
        titles = select(table.title_vi, table.title_en).where(table.status.in_(shown))
        for row in db.session.execute(titles.order_by(table.id.desc()).limit(_NEWEST_TITLES)):
            for title in row:
                found |= _words_of(title)
    return found


def _words_of(title: str) -> dict[str, str]:
    said = [word for word in words(title) if not any(char.isdigit() for char in word.fold)]
    pairs = {f"{a.fold} {b.fold}": f"{a.mark} {b.mark}" for a, b in pairwise(said)}
    return {word.fold: word.mark for word in said} | pairs
