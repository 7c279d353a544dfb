"""How good the answers are on the development set; nDCG@10 was 0.986 when this was written."""

import math
from itertools import chain

from app.search.filters import CourseFilter
from tests.search import relevance

NDCG = 0.95


def gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:10]))


def ndcg(found: list[str], wanted: dict[str, int]) -> float:
    best = gain(sorted(wanted.values(), reverse=True))
    return gain([wanted.get(key, 0) for key in found]) / best


def answers(engine, query: str) -> list[str]:
    """A page as a reader sees it: the hits, then what is similar."""
    page = engine.search(CourseFilter(query))
    keys = relevance.keys()
    return [keys[hit.id] for hit in chain(page.hits, page.similar)][:10]


def test_answers_are_as_good_as_when_they_were_measured(embedded):
    embedded.rebuild(relevance.documents())
    scores = {q: ndcg(answers(embedded, q), wanted) for q, wanted in relevance.QUERIES.items()}
    worst = sorted(scores.items(), key=lambda pair: pair[1])[:8]
    empty = [q for q in relevance.QUERIES if not answers(embedded, q)]
    assert empty == []
    assert sum(scores.values()) / len(scores) >= NDCG, worst
