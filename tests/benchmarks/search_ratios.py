"""What an answer costs beside the least that SQLite needs for the same words, in one run.

python -m tests.benchmarks.search_ratios [documents, default 20000]

CPU milliseconds, each as min, median and max of the rounds. An answer is filtered, with the counts
of all filters, twenty hits and the found words marked in their titles and summaries; beside it
stands a plain FTS5 MATCH of the same words, ranked, its best twenty.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.core.i18n import Bilingual
from app.search.documents import Document
from app.search.embedded.engine import EmbeddedEngine
from app.search.embedded.store import at, live_version
from app.search.filters import CourseFilter, Suggestion
from app.search.suggestions import Spelled, pick_names
from tests.benchmarks.search_embedded import QUERIES, documents
from tests.search.graded import courses

ROUNDS, PER_PAGE, PROVIDERS = 5, 20, 5700
FILTERS = (
    {"free": True},
    {"mode": ("online", "blended")},
    {"ward": tuple(str(26000 + number) for number in range(12))},
    {"when": ("evening",), "open": True},
)
TYPED = ("ti", "tie", "tiếng a", "nhiep", "photo", "tieesn", "trung tâm", "quận 5")
RSS = """
import re, sys
from pathlib import Path
from app.search.embedded.engine import EmbeddedEngine
from app.search.filters import CourseFilter
engine = EmbeddedEngine(Path(sys.argv[1]))
if sys.argv[2] == "loaded":
    engine.warm()
    engine.search(CourseFilter("tiếng anh", free=True))
    engine.suggest("tie")
print(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def spread(values: list[float]) -> str:
    middle = statistics.median(values)
    return f"min {min(values):8.2f}   median {middle:8.2f}   max {max(values):8.2f}"


def answer(engine: EmbeddedEngine, wanted: CourseFilter, texts: dict[str, Document]) -> None:
    found = engine.search(wanted)
    for hit in found.hits:
        shown = texts[hit.id]
        found.marker.mark(shown.title_vi)
        found.marker.mark(shown.summary_vi)


def match(engine: EmbeddedEngine, words: str) -> None:
    """Each word must be there, as the whole question would be asked of FTS5 itself."""
    asked = " ".join(f'"{word}"' for term in engine.read(words).terms for word in term.ways[0])
    with engine.store.reading() as db:
        sql = "SELECT rowid FROM fts_vN WHERE fts_vN MATCH ? ORDER BY rank LIMIT 20"
        db.execute(at(live_version(db), sql), (asked,)).fetchall()


def show_ratio(engine: EmbeddedEngine, texts: dict[str, Document]) -> None:
    asked = [
        CourseFilter(words, per_page=PER_PAGE, **FILTERS[number % len(FILTERS)])
        for number, words in enumerate(filter(None, QUERIES))
    ]
    ours, plain, ratios = [], [], []
    for _ in range(ROUNDS):
        plain.append(cpu(lambda: [match(engine, one.q) for one in asked]) / len(asked))
        ours.append(cpu(lambda: [answer(engine, one, texts) for one in asked]) / len(asked))
        ratios.append(ours[-1] / plain[-1])
    print(f"{len(asked)} questions with a filter each, {ROUNDS} rounds")
    print(f"  plain MATCH            {spread(plain)}")
    print(f"  answer, counts, marks  {spread(ours)}")
    print(f"  ratio ours / plain     {spread(ratios)}")


def show_suggestions(engine: EmbeddedEngine) -> None:
    names = [Bilingual(f"Trung tâm học tập số {number}") for number in range(PROVIDERS)]
    known = [Spelled.of(name, name) for name in names]

    def named(typed: str) -> None:
        query = engine.read(typed, typing=True)
        pick_names(known, lambda name: [Suggestion(name.vi, "vi", "provider")], query, "vi")

    print(f"suggestions, {len(TYPED)} beginnings, {ROUNDS} rounds")
    titles = [cpu(lambda t=t: engine.suggest(t)) for _ in range(ROUNDS) for t in TYPED]
    print(f"  titles and tags        {spread(titles)}")
    providers = [cpu(lambda t=t: named(t)) for _ in range(ROUNDS) for t in TYPED]
    print(f"  of {PROVIDERS} names          {spread(providers)}")


def show_update(engine: EmbeddedEngine) -> None:
    """One course changes; then the next question takes the change over."""
    changed = next(iter(documents(1)))
    wanted = CourseFilter("", per_page=PER_PAGE)
    writes, reads = [], []
    for _ in range(3 * ROUNDS):
        writes.append(cpu(lambda: engine.apply([changed])))
        reads.append(cpu(lambda: engine.search(wanted)))
    print(f"one changed course, {3 * ROUNDS} times")
    print(f"  into the index         {spread(writes)}")
    print(f"  next browsed page      {spread(reads)}")


def show_memory(path: Path, what: str) -> None:
    """Of a process of its own, as a worker has it."""
    taken = {}
    for state in ("empty", "loaded"):
        done = subprocess.run(
            [sys.executable, "-c", RSS, str(path), state],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        taken[state] = int(done.stdout) / 1024
    more = taken["loaded"] - taken["empty"]
    print(f"memory, {what}: {taken['loaded']:.0f} MB with the index, {more:.0f} MB of it for that")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.sqlite")
        EmbeddedEngine(small).rebuild(one.document for one in courses.made())
        show_memory(small, f"{len(courses.made())} documents")
        path = Path(folder, "index.sqlite")
        engine = EmbeddedEngine(path)
        texts = {one.id: one for one in documents(count)}
        print(f"{count} documents: built in {cpu(lambda: engine.rebuild(texts.values())):.0f} ms")
        engine.warm()
        show_ratio(engine, texts)
        show_suggestions(engine)
        show_update(engine)
        show_memory(path, f"{count} documents")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
