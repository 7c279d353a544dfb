"""Invented courses in real wards: every title of `subjects.csv` twice, by a fixed seed."""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.catalogue.vocabulary import AUDIENCES, TOPICS
from app.places.operations import TABLES
from app.search import levels, placenames
from app.search.documents import Document
from app.search.filters import at_weekend
from app.search.placenames import Level, Named, Places

SEED = 20261122
TOPIC_NAMES = {topic.slug: (topic.name_vi, topic.name_en) for topic in TOPICS}
AUDIENCE_NAMES = {one.slug: (one.name_vi, one.name_en) for one in AUDIENCES}
DISTRICTS = """Quận 1|Quận 3|Quận 4|Quận 5|Quận 7|Quận 10|Quận Bình Thạnh|Quận Gò Vấp|Quận Phú Nhuận
Quận Tân Bình|Quận Bình Tân|Huyện Củ Chi|Huyện Hóc Môn|Thành phố Thủ Đức"""
PROVIDERS = {
    "gdtx": ("Trung tâm Giáo dục thường xuyên", "Continuing Education Centre"),
    "tthtcd": ("Trung tâm học tập cộng đồng", "Community Learning Centre"),
    "college": ("Trường Cao đẳng Bách Việt", "Bach Viet College"),
    "culture": ("Nhà văn hóa Thanh niên", "Youth Cultural House"),
    "women": ("Hội Liên hiệp Phụ nữ", "Women's Union"),
    "library": ("Thư viện Ánh Sáng", "Anh Sang Library"),
    "school": ("Trung tâm Đào tạo Sao Mai", "Sao Mai Training Centre"),
}
LEVELS = {
    "": ("", ""),
    "beginner": ("cơ bản", "for beginners"),
    "advanced": ("nâng cao", "advanced"),
    "new": ("cho người mới bắt đầu", "from scratch"),
}
_SAME_LEVEL = {"new": "beginner"}
_NOISE = [
    ("Học qua tình huống thật, có bài tập về nhà.", "Real situations with homework."),
    ("Lớp nhỏ, giáo viên nhiều kinh nghiệm.", "Small class, experienced teacher."),
    ("Mang theo sổ tay; có chỗ giữ xe.", "Bring a notebook; parking on site."),
    ("Có chứng nhận cuối khóa, giúp tìm việc.", "Certificate and help with finding work."),
    ("Tài liệu miễn phí, có bản tiếng Anh.", "Free handouts, also in English."),
    ("Vừa học vừa làm, thực hành trên máy.", "Learn by doing, practice on machines."),
    ("Nhóm học trên mạng để hỏi bài sau giờ.", "An online group for questions after class."),
    ("Phù hợp người bận rộn, gia đình và trẻ nhỏ đi cùng.", "Fits busy people and families."),
    ("Có buổi tham quan cửa hàng và xưởng.", "Includes a visit to a shop and a workshop."),
    ("Ôn lại kiến thức cũ trước khi vào bài mới.", "Revision before every new lesson."),
]


@dataclass(frozen=True, slots=True)
class Made:
    """A document and what is true of it, which is all that grades look at."""

    document: Document
    subject: str
    truths: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    former: tuple[str, ...]
    """Old wards and districts."""
    districts: tuple[str, ...]


@cache
def subjects() -> dict[str, dict[str, str]]:
    rows = read(Path(__file__).with_name("subjects.csv"))
    return {row["key"]: row for row in rows}


@cache
def places() -> tuple[Place, ...]:
    """The wards of the city with what they were made of, from the tables the product ships."""
    old = {row["code"]: row for row in read(TABLES / "old-units-79.csv")}
    former: dict[str, dict[str, None]] = defaultdict(dict)
    districts: dict[str, dict[str, None]] = defaultdict(dict)
    for change in read(TABLES / "changes-79.csv"):
        ward = old[change["old_code"]]
        district = old[ward["parent_code"]]["full_name_vi"]
        former[change["new_code"]] |= {ward["full_name_vi"]: None, district: None}
        districts[change["new_code"]][district] = None
    units = [row for row in read(TABLES / "units-79.csv") if row["parent_code"] == "79"]
    kinds = {"ward": "Phường", "commune": "Xã", "special_zone": "Đặc khu"}
    return tuple(
        Place(
            row["code"],
            f"{kinds[row['kind']]} {row['name_vi']}",
            tuple(former[row["code"]]),
            tuple(districts[row["code"]]),
        )
        for row in units
    )


@cache
def made() -> tuple[Made, ...]:
    rng = random.Random(SEED)
    titles = [
        (row["key"], title.strip().split(" / "))
        for _ in range(2)
        for row in subjects().values()
        for title in row["titles"].split(";")
    ]
    return tuple(_made(rng, n, key, vi, en) for n, (key, (vi, en)) in enumerate(titles, 1))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _made(rng: random.Random, number: int, key: str, vi: str, en: str) -> Made:
    topic = subjects()[key]["topic"]
    level = rng.choice(["", "", "beginner", "advanced", "new"])
    audience = rng.choice(list(AUDIENCE_NAMES)) if rng.random() < 0.4 else "everyone"
    district = rng.choice(DISTRICTS.replace("\n", "|").split("|"))
    ward = rng.choice([place for place in places() if district in place.districts])
    mode = rng.choice(["in_person", "in_person", "in_person", "online", "blended"])
    when = sorted(set(rng.choices(["morning", "afternoon", "evening", "evening", "weekend"], k=2)))
    free, kind = rng.random() < 0.4, rng.choice(list(PROVIDERS))
    language = rng.choices(["both", "vi", "en"], [68, 20, 12])[0]
    title_vi, title_en = _titles(vi, en, LEVELS[level], language)
    noise = rng.sample(_NOISE, 2)
    state = rng.random()
    document = Document(
        id=f"course-{number}",
        title_vi=title_vi,
        title_en=title_en,
        tags=(*TOPIC_NAMES[topic], *AUDIENCE_NAMES[audience]),
        provider_name=f"{PROVIDERS[kind][0]} {district} {PROVIDERS[kind][1]}",
        place=" · ".join([ward.name, *ward.former]),
        summary_vi=" ".join(one[0] for one in noise) if language != "en" else "",
        summary_en=" ".join(one[1] for one in noise) if language != "vi" else "",
        topic=(topic,),
        ward=(ward.code,),
        when=(*when, *_both(when)),
        mode=(mode,),
        audience=(audience,),
        level=levels.of_titles(title_vi, title_en),
        language=("en",) if language == "en" else ("vi",),
        provider=kind,
        free=free,
        open=state < 0.7,
        soonest=None if state > 0.9 else 20780 + rng.randrange(60),
        newest=number,
    )
    truths = {f"mode={mode}", f"audience={audience}", f"provider={kind}", *_whens(when)}
    truths |= {f"ward={ward.name}", *(f"district={name}" for name in ward.districts)}
    truths |= {f"level={_SAME_LEVEL.get(level, level)}"} | ({"free"} if free else set())
    return Made(document, key, frozenset(truth.replace(" ", "_") for truth in truths))


def _titles(vi: str, en: str, level: tuple[str, str], language: str) -> tuple[str, str]:
    vi, en = f"{vi} {level[0]}".strip(), f"{en} {level[1]}".strip()
    return {"both": (vi, en), "vi": (vi, ""), "en": (en, en)}[language]


def _both(when: list[str]) -> list[str]:
    """What meets on a part of a day and at a weekend meets at both."""
    return [at_weekend(part) for part in when if part != "weekend" and "weekend" in when]


def _whens(when: list[str]) -> set[str]:
    return {f"when={value}" for value in when}


@cache
def names() -> Places:
    """What people call the wards, as the product knows it from its tables."""
    named = [
        Named(name, place.code, level)
        for place in places()
        for level, of_level in (
            (Level.WARD, (place.name,)),
            (Level.WIDE, place.districts),
            (Level.OLD_WARD, tuple(name for name in place.former if name not in place.districts)),
        )
        for name in of_level
    ]
    return placenames.places(named)
