"""How a question, an answer and a document look on the way to and from Meilisearch."""

import json
from itertools import groupby
from typing import Any

from app.search import lexicon
from app.search.documents import CLOSED, Document, id_number
from app.search.embedded.matching import Reader, exactly
from app.search.embedded.ranking import Judge
from app.search.embedded.rows import COLUMNS, NEVER, row_of
from app.search.filters import COUNTED, FACETS, CourseFilter, Facets, Hit
from app.search.prepare import MOST_TERMS, Query, Term
from app.search.text import twin

WINDOW = 100
"""So many of the best are put in order of their accents; pages beyond keep the server's order."""

_OPEN_SYLLABLES = [consonant + "y" for consonant in ("h", "k", "l", "m", "s", "t", "v", "qu")]

Json = dict[str, Any]


def settings() -> Json:
    """What the index is told once, at a rebuild."""
    return {
        "searchableAttributes": list(COLUMNS),
        "displayedAttributes": [
            *("id", "digest", "marks", "title_vi", "title_en", "shown_tags", "_geo"),
        ],
        "filterableAttributes": [*FACETS, "_geo"],
        "sortableAttributes": ["soonest", "newest", "closed", "id_sort", "_geo"],
        "rankingRules": [
            *("sort", "words", "typo", "proximity", "attributeRank"),
            *("waiting:asc", "wordPosition", "exactness", "id_sort:asc"),
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
        count += len(term.typed)
        if count > MOST_TERMS:
            break
        parts.append(_said(term))
    opened = query.terms and query.terms[-1].prefix and count <= MOST_TERMS
    return " ".join(parts) + ("" if opened else " ")


def _said(term: Term) -> str:
    text = " ".join(word.fold for word in term.typed)
    return f'"{text}"' if text[-1:].isdigit() and len(term.typed) > 1 else text


def facets_of(wanted: CourseFilter, answers: list[Json]) -> Facets:
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    counts |= answers[0]["facetDistribution"]
    for name, answer in zip(wanted.chosen(), answers[1:], strict=True):
        counts[name] = answer["facetDistribution"].get(name, {})
    return counts


def sees_accents(wanted: CourseFilter, query: Query) -> bool:
    whole_pages = WINDOW // wanted.per_page * wanted.per_page
    best = wanted.sort == "best" or (wanted.sort == "nearest" and wanted.near is None)
    return best and query.accented and wanted.start + wanted.per_page <= whole_pages


def accents_first(hits: list[Json], query: Query) -> list[Json]:
    """The server does not see accents: among its equals, put first what was typed exactly."""
    judge = Judge(Reader(exactly(query)), [1.0] * len(query.terms), accented=True)
    ordered: list[Json] = []
    for _, equals in groupby(hits, key=lambda hit: hit["_rankingScore"]):
        ordered += sorted(equals, key=lambda hit: judge.key(hit["marks"]).accents)
    return ordered


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
    table: dict[str, list[str]] = {}
    for phrase, entries in lexicon.synonyms().items():
        table[" ".join(phrase)] = [" ".join(way) for _, ways in entries for way in ways]
    for phrase, hints in lexicon.HINTS.items():
        table.setdefault(" ".join(phrase), []).extend(lexicon.flag(*hint) for _, hint in hints)
    for syllable in _OPEN_SYLLABLES:
        table.setdefault(syllable, []).append(twin(syllable))
        table.setdefault(twin(syllable), []).append(syllable)
    return table
