"""From a question to the subjects it is counted under: nothing else of it is ever kept.

A rare question can itself be personal: a name, a phone number. So only words count that are known
before anybody asks: subjects, equal words, and words of titles the catalogue has shown. Each is
counted alone, so that no row tells what stood beside it; all others together are "other words".
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import select

from app.catalogue.models import Course, CourseStatus
from app.core.db import db
from app.core.kept import kept
from app.resources.models import Resource
from app.search import lexicon
from app.search.prepare import Query, Term
from app.search.synonyms import queries as synonyms
from app.search.text import Word, nfc, tokens, words

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
    found |= dict(_of_terms(query.terms, _known_words()))
    short = [pair for pair in found.items() if len(pair[0]) <= LONGEST][:MOST_OF_ONE]
    return tuple(short or [(OTHER, "")])


def _of_terms(terms: Sequence[Term], known: Mapping[str, str]) -> Iterator[Label]:
    unknown: list[Word] = []
    for term in terms:
        if not term.filters and not term.subjects and len(term.typed) == 1:
            unknown.append(term.typed[0])
            continue
        yield from _known(unknown, known)
        unknown = []
        text = " ".join(word.fold for word in term.typed)
        if term.subjects:
            yield from ((f"{SUBJECT}{key}", "") for key in term.subjects)
        elif text in known and not term.filters:
            yield f"{WORD}{text}", known[text]
    yield from _known(unknown, known)


def _known(typed: Sequence[Word], known: Mapping[str, str]) -> Iterator[Label]:
    """Two words together where they are known so, else single ones; what has digits never is."""
    at = 0
    while at < len(typed):
        pair = " ".join(word.fold for word in typed[at : at + 2])
        size = 2 if pair in known and at + 1 < len(typed) else 1
        text = pair if size == 2 else typed[at].fold  # noqa: PLR2004 - a pair
        if text in known and len(text) >= _SHORTEST:
            yield f"{WORD}{text}", known[text]
        at += size


def _known_words() -> Mapping[str, str]:
    """What counts by itself, folded -> with its accents; at most an hour old."""
    return kept("known words", _AN_HOUR, _read)


def _read() -> dict[str, str]:
    """Equal words, and words and pairs of words of titles people could see."""
    shown = CourseStatus.PUBLISHED, CourseStatus.WITHDRAWN
    entries = synonyms.in_use()
    equal = lexicon.built_in() if entries is None else entries
    found = dict(_whole(text) for entry in equal for text in (entry.term, *entry.others))
    for table in (Course, Resource):
        titles = select(table.title_vi, table.title_en).where(table.status.in_(shown))
        for row in db.session.execute(titles.order_by(table.id.desc()).limit(_NEWEST_TITLES)):
            for title in row:
                found |= _words_of(title)
    return found


def _whole(text: str) -> Label:
    return " ".join(word.fold for word in words(text)), nfc(text).lower()[:LONGEST]


def _words_of(title: str) -> dict[str, str]:
    text = nfc(title)
    said = [
        (token.word.fold, text[token.start : token.end].lower())
        for token in tokens(title)
        if not any(char.isdigit() for char in token.word.fold)
    ]
    pairs = {f"{a} {b}": f"{left} {right}"[:LONGEST] for (a, left), (b, right) in pairwise(said)}
    return {folded: typed[:LONGEST] for folded, typed in said} | pairs
