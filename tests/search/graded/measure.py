"""nDCG@10 with gain 2^grade - 1, recall@10 and the share of empty pages, by class."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import SearchEngine
from app.search.filters import CourseFilter
from app.search.finding import find
from tests.search.graded import courses
from tests.search.graded.questions import Question

PAGE = 10
Find = Callable[[str], list[str]]
"""A question -> the ids on its page, as a reader meets them."""


@dataclass(frozen=True, slots=True)
class Score:
    question: Question
    ndcg: float
    recall: float
    empty: bool


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    count: int
    ndcg: float
    recall: float
    zero: float

    def __str__(self) -> str:
        return f"{self.name:14} {self.count:4} {self.ndcg:8.3f} {self.recall:8.3f} {self.zero:8.3f}"


HEAD = f"{'class':14} {'n':>4} {'nDCG@10':>8} {'recall':>8} {'zero':>8}"


def answers(engine: SearchEngine, words: EmbeddedEngine, text: str) -> list[str]:
    """The ids a reader meets: the hits, then what is similar; `words` understands the question."""
    names = courses.names()
    found = find(engine, CourseFilter(text), lambda q, skip: words.understand(q, names, skip))
    return [hit.id for hit in (*found.results.hits, *found.results.similar)]


def scores(questions: Iterable[Question], find: Find) -> list[Score]:
    """Of the questions that have an answer."""
    return [
        _score(question, grades, find(question.text))
        for question in questions
        if (grades := question.grades())
    ]


def lines(found: list[Score]) -> list[Line]:
    """One for each class, and the whole last."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in found:
        groups[score.question.group].append(score)
    return [_line(name, of) for name, of in groups.items()] + [_line("all", found)]


def _line(name: str, of: list[Score]) -> Line:
    means = (
        fmean(values) for values in zip(*((s.ndcg, s.recall, s.empty) for s in of), strict=True)
    )
    return Line(name, len(of), *means)


def _score(question: Question, grades: dict[str, int], found: list[str]) -> Score:
    page = [grades.get(id_, 0) for id_ in found[:PAGE]]
    best = sorted(grades.values(), reverse=True)[:PAGE]
    recall = sum(grade > 0 for grade in page) / len(best)
    return Score(question, gain(page) / gain(best), recall, not found)


def gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
