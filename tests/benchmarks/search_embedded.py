"""How quick the embedded engine is, beside a bare FTS5 MATCH in the same run.

python -m tests.benchmarks.search_embedded [documents, default 20000]
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.search.documents import Document
from app.search.embedded.engine import EmbeddedEngine
from app.search.embedded.store import at, live_version
from app.search.filters import CourseFilter

SEED, ROUNDS, REQUESTS = 20261122, 5, 60
SUBJECTS = [
    ("Tiếng Anh giao tiếp", "English conversation", "languages"),
    ("Tiếng Nhật", "Japanese", "languages"),
    ("Tin học văn phòng", "Office computing", "digital"),
    ("Lập trình Python", "Python programming", "digital"),
    ("Nhiếp ảnh", "Photography", "arts"),
    ("Cắt may áo dài", "Sewing áo dài", "crafts"),
    ("Sửa chữa máy lạnh", "Air conditioner repair", "trades"),
    ("Nấu ăn gia đình", "Family cooking", "home"),
    ("Chăm sóc người cao tuổi", "Care of older people", "health"),
    ("Kế toán thuế", "Tax accounting", "business"),
    ("Vẽ màu nước", "Watercolour drawing", "arts"),
    ("Võ cổ truyền", "Traditional martial arts", "sport"),
]
LEVELS = [("cơ bản", "for beginners"), ("nâng cao", "advanced"), ("cho người mới", "from zero")]
_VIETNAMESE = """
an bình minh thành phố học lớp nghề dạy thực hành kỹ năng đời sống công việc gia đình làm quen từng
bước hướng dẫn giáo viên nhiều năm kinh nghiệm bài tập dự án nhỏ máy móc dụng cụ miễn giảm học phí
chứng nhận cuối khóa trung tâm phường thư viện bảo tàng câu lạc bộ
"""
_ENGLISH = """
practice step by step with an experienced teacher small project tools provided certificate at the
end library museum club community centre neighbours friends every week hands on
"""
SYLLABLES, ENGLISH = _VIETNAMESE.split(), _ENGLISH.split()
_QUERIES = """
tiếng anh | tieng anh giao tiep | nhiếp ảnh | ke toan thue | lap trinh python | vẽ | may | hoc
tieesng nhaatj | photograhpy | nhiep anhr | người cao tuổi | thực hành | tin hoc | sewing | cooking
accounting beginners | máy lạnh quận 3 | martial arst |
"""
QUERIES = [words.strip() for line in _QUERIES.strip().splitlines() for words in line.split("|")]


def documents(count: int) -> Iterator[Document]:
    """About 110 words each; every course has a class code of its own."""
    rng = random.Random(SEED)
    wards = [f"{26000 + number}" for number in range(168)]
    for number in range(count):
        vi, en, topic = rng.choice(SUBJECTS)
        level_vi, level_en = rng.choice(LEVELS)
        ward = rng.randrange(168)
        yield Document(
            id=f"course-{number + 1}",
            title_vi=f"{vi} {level_vi}",
            title_en=f"{en} {level_en}",
            tags=(topic, vi, en),
            provider_name=f"Trung tâm số {number % 600}",
            place=f"Phường {ward} Quận {ward % 12 + 1}",
            summary_vi=" ".join(rng.choices(SYLLABLES, k=40)) + f" mã lớp{number:x}",
            summary_en=" ".join(rng.choices(ENGLISH, k=30)),
            body=" ".join(rng.choices(SYLLABLES, k=25)),
            topic=(topic,),
            ward=(wards[ward],),
            when=(rng.choice(("morning", "afternoon", "evening", "weekend")),),
            mode=(rng.choice(("in_person", "online", "blended", "self_paced")),),
            audience=(rng.choice(("adults", "older", "workers", "youth")),),
            language=("vi",) if rng.random() < 0.8 else ("vi", "en"),
            provider=f"provider-{number % 600}",
            free=rng.random() < 0.4,
            open=rng.random() < 0.5,
            soonest=rng.randrange(20000, 20400),
            newest=number,
            geo=((10.6 + rng.random() / 3, 106.5 + rng.random() / 3),),
        )


def questions() -> Iterator[CourseFilter]:
    rng = random.Random(SEED)
    for number in range(REQUESTS):
        wards = (str(26000 + rng.randrange(168)),) if number % 4 == 0 else ()
        modes = ("online", "blended") if number % 4 == 1 else ()
        yield CourseFilter(
            QUERIES[number % len(QUERIES)], ward=wards, mode=modes, free=number % 4 == 2
        )


def times(work: Callable[[], object], repeat: int = 1) -> list[float]:
    spent = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return spent


def line(name: str, spent: list[float]) -> str:
    ordered = sorted(spent)
    p95 = ordered[int(len(ordered) * 0.95)]
    return (
        f"{name:42} p50 {statistics.median(ordered):7.2f}   p95 {p95:7.2f}   max {ordered[-1]:7.2f}"
    )


def bare(engine: EmbeddedEngine, words: str) -> None:
    """The least that any search on this index costs: rank and take twenty."""
    match = " ".join(f'"{word}"' for word in words.split())
    with engine.store.reading() as db:
        sql = "SELECT rowid FROM fts_vN WHERE fts_vN MATCH ? ORDER BY rank LIMIT 20"
        db.execute(at(live_version(db), sql), (match,)).fetchall()


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder, "index.sqlite"))
        build = times(lambda: engine.rebuild(documents(count)))[0] / 1000
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        print(
            f"{count} documents, seed {SEED}; CPU milliseconds. Build {build:.1f} s, {size:.0f} MB"
        )
        print(line("start: read columns and vocabulary", times(engine.warm)))
        asked = list(questions())
        spent = [
            t for _ in range(ROUNDS) for q in asked for t in times(lambda q=q: engine.search(q))
        ]
        print(line("full search: filters, counts, page", spent))
        for words in QUERIES:
            one = times(lambda w=words: engine.search(CourseFilter(w)), ROUNDS)
            print(line(f"  {words!r}", one))
        for sort in ("soonest", "newest", "nearest"):
            by = CourseFilter("", sort=sort, near=(10.77, 106.7), free=True)
            print(line(f"  browse by {sort}", times(lambda by=by: engine.search(by), ROUNDS)))
        for typed in ("ti", "tie", "tieesn", "nhiep a", "photo"):
            one = times(lambda t=typed: engine.suggest(t), ROUNDS)
            print(line(f"  suggest {typed!r}", one))
        with engine.store.reading() as db:
            view = engine._memory.now(db)
        columns = view.columns
        print(
            line(
                "  counts of ten filters alone",
                times(lambda: columns.count(columns.everything, {}), 20),
            )
        )
        changed = next(documents(1))
        print(line("  update one", times(lambda: engine.apply([changed]), 20)))
        ratios = []
        for _ in range(ROUNDS):
            own = times(lambda: [engine.search(q) for q in asked if q.q])[0]
            least = times(lambda: [bare(engine, "tieng anh") for q in asked if q.q])[0]
            ratios.append(own / least)
        shown = ", ".join(f"{f(ratios):.2f}" for f in (min, statistics.median, max))
        print(f"ratio to a bare MATCH of 'tieng anh', best 20 (min, median, max): {shown}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
