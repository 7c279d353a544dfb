"""How good the answers are: nDCG@10, recall@10 and empty pages on the development set, by class.

python -m tests.benchmarks.search_quality [--worst N]

On the embedded engine, and on Meilisearch where MEILISEARCH_URL (and MEILISEARCH_KEY) are set.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import SearchEngine
from app.search.meilisearch import MeilisearchEngine
from tests.search.graded import courses, measure, questions
from tests.search.graded.measure import Score

SETS: dict[str, Callable[[], list[questions.Question]]] = {
    "tuned": questions.tuned,
    "held out": questions.held_out,
}


def engines(embedded: EmbeddedEngine) -> Iterator[SearchEngine]:
    yield embedded
    if url := os.environ.get("MEILISEARCH_URL"):
        key = os.environ.get("MEILISEARCH_KEY", "")
        yield MeilisearchEngine(url, key, index="quality", timeout=5.0, read=embedded.read)


def show(engine: SearchEngine, words: EmbeddedEngine, worst: int) -> None:
    def answers(text: str) -> list[str]:
        return measure.answers(engine, words, text)

    for name, asked in SETS.items():
        found = measure.scores(asked(), answers)
        print(f"\n{engine.name}, {name}: {len(courses.made())} courses\n{measure.HEAD}")
        print(*measure.lines(found), sep="\n")
        if name == "tuned":
            show_worst(answers, sorted(found, key=lambda score: score.ndcg)[:worst])


def show_worst(answers: measure.Find, scores: list[Score]) -> None:
    made = {one.document.id: one for one in courses.made()}
    for score in scores:
        grades = score.question.grades()
        print(f"\n{score.ndcg:.2f} {score.question.group}: {score.question.text}")
        for id_ in answers(score.question.text)[: measure.PAGE]:
            one = made[id_]
            print(f"   {grades.get(id_, 0)} {one.subject:16} {one.document.title_vi}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worst", type=int, default=0, help="show so many of the worst answers")
    worst = options.parse_args().worst
    with tempfile.TemporaryDirectory() as folder:
        words = EmbeddedEngine(Path(folder, "index.sqlite"))
        for engine in engines(words):
            engine.rebuild(one.document for one in courses.made())
            show(engine, words, worst)


if __name__ == "__main__":
    main()
