"""A few documents in which each test can see why something is found."""

import random

from app.search.documents import Document

TITLES = [
    ("Vận hành máy càn", "Operating a roller"),
    ("May áo dài", "Sewing the áo dài"),
    ("Mây tre đan", "Rattan weaving"),
    ("Vẽ màu nước", "Watercolour"),
    ("Võ cổ truyền", "Traditional martial arts"),
    ("Đá bóng cộng đồng", "Community football"),
    ("Làm hòa trong gia đình", "Peace at home"),
    ("Nhiếp ảnh", "Photography"),
    ("Kỹ năng thuyết trình", "Public speaking"),
    ("Tiếng Anh giao tiếp", "English conversation"),
    ("Tiếng Nhật sơ cấp", "Beginners' Japanese"),
    ("Lập trình C++", "C++ programming"),
    ("Ứng dụng .NET", "Applications in .NET"),
    ("Chăm sóc người cao tuổi", "Care of older people"),
    ("Móc len", "Crochet"),
    ("Nghề mộc", "Carpentry"),
    ("Photoshop cơ bản", "Photoshop basics"),
    ("Chỉ có tiếng Việt ở đây", ""),
]


def titled(*titles: str, **fields) -> list[Document]:
    """One course for each Vietnamese title, numbered from 1."""
    return [course(number, title_vi=title, **fields) for number, title in enumerate(titles, 1)]


def course(number: int, **fields) -> Document:
    return Document(**{"id": f"course-{number}", "title_vi": "Khóa học", **fields})


def known() -> list[Document]:
    return [course(n, title_vi=vi, title_en=en) for n, (vi, en) in enumerate(TITLES, 1)]


def many(count: int = 130, seed: int = 7) -> list[Document]:
    """All filters filled at random, always the same way."""
    rng = random.Random(seed)
    return [_random(rng, number) for number in range(1, count + 1)]


def _random(rng: random.Random, number: int) -> Document:
    def some(*values: str) -> tuple[str, ...]:
        return tuple(sorted(rng.sample(values, rng.randint(0, 2))))

    subject = rng.choice(["Tiếng Anh", "Nhiếp ảnh", "Tin học", "Võ cổ truyền"])
    return Document(
        id=f"{rng.choice(['course', 'resource'])}-{number}",
        title_vi=f"{subject} {rng.choice(['cơ bản', 'nâng cao'])}",
        summary_vi="Lớp học ở phường",
        topic=some("languages", "arts", "digital", "sport"),
        ward=some("26734", "26740", "26743", "27139"),
        when=some("morning", "afternoon", "evening", "weekend"),
        mode=some("in_person", "online", "blended", "self_paced"),
        audience=some("older", "workers", "youth"),
        level=some("beginner", "intermediate", "advanced"),
        language=some("vi", "en", "fr"),
        provider=rng.choice(["sao-mai", "hai-dang", "bach-viet"]),
        free=rng.random() < 0.5,
        open=rng.random() < 0.5,
        soonest=rng.choice([None, rng.randrange(20000, 20050)]),
        newest=rng.randrange(1000),
        geo=tuple((10 + rng.random(), 106 + rng.random()) for _ in range(rng.randint(0, 1))),
    )
