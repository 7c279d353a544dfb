"""How a question, an answer and a document look on the way to and from Meilisearch."""

import json
from collections.abc import Iterable
from itertools import chain
from typing import Any

from app.search import filling, lexicon
from app.search.documents import CLOSED, Document, id_number
from app.search.embedded.matching import Reader, forgivingly
from app.search.embedded.ranking import Judge, Subjects
from app.search.embedded.rows import COLUMNS, NEVER, row_of
from app.search.embedded.vocabulary import Vocabulary
from app.search.filling import Candidate
from app.search.filters import COUNTED, FACETS, CourseFilter, Facets, Hit
from app.search.lexicon import Phrase
from app.search.prepare import MOST_TERMS, Query, Term
from app.search.subjects import PHRASES, around, mentioned, own, phrase_token, spellings, token
from app.search.text import SIGNS, base, twin

WINDOW = 100
"""So many of the best are put in our own order; pages beyond keep the server's."""
RANKED = ("id", "marks", "waiting", "soonest")

_NAMES = spellings()
_FILTER_WORD = 0.5
_OPEN_SYLLABLES = [consonant + "y" for consonant in ("h", "k", "l", "m", "s", "t", "v", "qu")]

Json = dict[str, Any]


def settings() -> Json:
    """What the index is told once, at a rebuild."""
    return {
        "searchableAttributes": [*COLUMNS, "names"],
        "displayedAttributes": [
            *("digest", *RANKED, "title_vi", "title_en", "shown_tags", "_geo"),
        ],
        "filterableAttributes": [*FACETS, "subjects", "_geo"],
        "sortableAttributes": ["soonest", "newest", "closed", "id_sort", "_geo"],
        "rankingRules": [
            *("sort", "words", "typo", "proximity", "attributeRank"),
            *("waiting:asc", "wordPosition", "soonest:asc", "exactness", "id_sort:asc"),
        ],
        "typoTolerance": {
            "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
            "disableOnNumbers": True,
        },
        "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["vie"]}],
        "synonyms": _synonyms(),
        "stopWords": [],
        "faceting": {"maxValuesPerFacet": 10_000, "sortFacetValuesBy": {"*": "count"}},
        "pagination": {"maxTotalHits": COUNTED + 1},
        "searchCutoffMs": 700,
    }


def filters(wanted: CourseFilter, without: str = "") -> list[str]:
    """AND between fields, OR inside one; values are quoted, so they stay data."""
    return [
        f"{name} IN [{', '.join(json.dumps(value, ensure_ascii=False) for value in values)}]"
        for name, values in wanted.chosen().items()
        if name != without
    ]


def order(wanted: CourseFilter, query: Query) -> list[str]:
    if wanted.sort == "nearest" and wanted.near:
        return ["closed:asc", f"_geoPoint({wanted.near[0]}, {wanted.near[1]}):asc", "id_sort:asc"]
    if wanted.sort == "newest":
        return ["newest:desc", "id_sort:asc"]
    if query.terms and wanted.sort != "soonest":
        return []
    return ["soonest:asc", "id_sort:asc"]


def words_of(query: Query) -> str:
    """At most ten words, numbered things as phrases; a blank at the end closes the last word."""
    parts, count = [], 0
    for term in query.terms:
        said = _said(term)
        count += len(said.split())
        if count > MOST_TERMS:
            break
        parts.append(said)
    opened = query.terms and query.terms[-1].prefix and count <= MOST_TERMS
    return " ".join(parts) + ("" if opened else " ")


def _said(term: Term) -> str:
    """What names a subject as one word, so that its syllables are not found here and there."""
    folds = tuple(word.fold for word in term.typed)
    if folds in PHRASES:
        return phrase_token(folds)
    if term.subjects and folds not in _NAMES:
        return token(term.subjects[0])
    text = " ".join(folds)
    return f'"{text}"' if text[-1:].isdigit() and len(term.typed) > 1 else text


def facets_of(wanted: CourseFilter, answers: list[Json]) -> Facets:
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    counts |= answers[0]["facetDistribution"]
    for name, answer in zip(wanted.chosen(), answers[1:], strict=True):
        counts[name] = answer["facetDistribution"].get(name, {})
    return counts


def reorders(wanted: CourseFilter, query: Query) -> bool:
    """Whether the page lies in the window whose order is ours."""
    whole_pages = WINDOW // wanted.per_page * wanted.per_page
    best = wanted.sort == "best" or (wanted.sort == "nearest" and wanted.near is None)
    return best and bool(query.terms) and wanted.start + wanted.per_page <= whole_pages


def together(*parts: Iterable[Json]) -> list[Json]:
    """Each document once."""
    return list({hit["id"]: hit for part in parts for hit in part}.values())


def in_our_order(hits: list[Json], query: Query) -> list[Json]:
    """By the rules of the embedded engine, as the server sees neither accents nor subjects."""
    judge = judge_of(query, hits, [1.0] * len(query.terms), query.subjects)
    keyed = (
        (judge.key(hit["marks"], hit.get("waiting", 0)), _start(hit), at)
        for at, hit in enumerate(hits)
    )
    return [hits[at] for *_, at in sorted(keyed)]


def fillers(
    found: Iterable[Json], query: Query, hits: list[Json], subjects: Subjects, most: int
) -> list[Json]:
    """What fills the page, of the server's partial matches and of what is near the subject."""
    shown = {hit["id"] for hit in hits}
    others = [one for one in together(found) if one["id"] not in shown]
    rarities = [_FILTER_WORD if term.filters else 1.0 for term in query.terms]
    judge = judge_of(query, others, filling.weights(query, rarities), subjects)
    candidates = (
        Candidate(one["marks"], one.get("waiting", 0), _start(one), at)
        for at, one in enumerate(others)
    )
    return [others[at] for at in filling.order(candidates, judge, most)]


def _start(hit: Json) -> tuple[int, int]:
    return hit.get("soonest", NEVER), id_number(hit["id"])


def judge_of(query: Query, hits: list[Json], weights: list[float], subjects: Subjects) -> Judge:
    """Forgives slips of words that none of these hits has."""
    words = {base(word) for hit in hits for word in hit["marks"].split()} - {""}
    wanted = forgivingly(query, Vocabulary(words), known_too=False)
    return Judge(Reader(wanted), weights, query.accented, subjects)


def about(subjects: Subjects) -> str:
    """The condition that a course is about one of these, or about what is next to it."""
    keys = sorted(around(chain.from_iterable(subjects)))
    return f"subjects IN [{', '.join(map(json.dumps, keys))}]"


def hit_of(found: Json) -> Hit:
    metres = found.get("_geoDistance")
    return Hit(str(found["id"]), None if metres is None else metres / 1000)


def record(document: Document) -> Json:
    """A document as the server gets it; empty filters are left out, so they are not counted."""
    row = row_of(document)
    record: Json = dict(zip(COLUMNS, row.folded(), strict=True))
    record |= {name: values for name, values in document.facets() if values}
    if document.geo:
        record["_geo"] = {"lat": document.geo[0][0], "lng": document.geo[0][1]}
    return record | {
        "id": document.id,
        "subjects": sorted(own(record["flags"]).keys),
        "names": " ".join(sorted(set().union(*map(_names, row.folded())))),
        "id_sort": id_number(document.id),
        "digest": row.digest(),
        "marks": row.marks,
        "title_vi": document.title_vi,
        "title_en": document.title_en,
        "shown_tags": document.tags,
        "soonest": NEVER if document.soonest is None else document.soonest,
        "newest": document.newest,
        "waiting": document.waiting,
        "closed": int(document.waiting == CLOSED),
    }


def _synonyms() -> dict[str, list[str]]:
    """The embedded engine's table as the server wants it: one way, folded."""
    table: dict[str, list[str]] = {_key(folds): list(told) for folds, told in _NAMES.items()}
    for phrase, entries in lexicon.synonyms().items():
        ways = [" ".join(way) for _, ways in entries for way in ways]
        table[_key(phrase)] = [*ways, *table.get(_key(phrase), ())]
    for phrase, hints in lexicon.HINTS.items():
        table.setdefault(" ".join(phrase), []).extend(lexicon.flag(*hint) for _, hint in hints)
    for syllable in _OPEN_SYLLABLES:
        table.setdefault(syllable, []).append(twin(syllable))
        table.setdefault(twin(syllable), []).append(syllable)
    return table


def _names(folded: str) -> set[str]:
    """What the server cannot see in a text: names of several words, and those with signs (C++)."""
    words = folded.split()
    return mentioned(words) | (SIGNS & set(words))


def _key(phrase: Phrase) -> str:
    """Under which synonyms of a phrase are looked up: as one word where it is sent as one."""
    return phrase_token(phrase) if phrase in PHRASES else " ".join(phrase)
