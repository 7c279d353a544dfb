"""What the words of a question ask for beside its subject."""

import pytest

from app.search.filters import CourseFilter
from app.search.finding import find
from app.search.levels import of_titles
from app.search.placenames import Level, Named, places
from tests.search.catalogue import course

BAN_CO, XUAN_HOA, NHIEU_LOC, SAI_GON, BEN_THANH, GIA_DINH, BINH_THANH, THU_DUC, VUNG_TAU = (
    str(26000 + number) for number in range(9)
)
DISTRICT_3 = (BAN_CO, XUAN_HOA, NHIEU_LOC)
NAMES = places(
    [
        *(Named("Quận 3", code, Level.WIDE) for code in DISTRICT_3),
        *(Named("Quận 1", code, Level.WIDE) for code in (SAI_GON, BEN_THANH)),
        *(Named("Quận Bình Thạnh", code, Level.WIDE) for code in (GIA_DINH, BINH_THANH)),
        Named("Thành phố Thủ Đức", THU_DUC, Level.WIDE),
        Named("Tỉnh Bà Rịa - Vũng Tàu", VUNG_TAU, Level.WIDE),
        Named("Phường Bàn Cờ", BAN_CO, Level.WARD),
        Named("Phường Bến Thành", BEN_THANH, Level.WARD),
        Named("Phường Bình Thạnh", BINH_THANH, Level.WARD),
        Named("Phường Cô Giang", BEN_THANH, Level.OLD_WARD),
        Named("Phường 12", BINH_THANH, Level.OLD_WARD),
    ]
)


def understood(engine, text, skip=()):
    return engine.understand(text, NAMES, skip)


def asked(engine, text, skip=()) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one in understood(engine, text, skip).heard:
        found.setdefault(one.name, set()).update(one.values)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def answer(engine, text, **wanted):
    question = CourseFilter(text, **wanted)
    return find(engine, question, lambda q, skip: engine.understand(q, NAMES, skip))


def ids(hits) -> list[str]:
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    "place",
    ["quận 3", "Quận 3", "quan 3", "q3", "Q.3", "q 3", "district 3", "QUẬN 3", "quaanj 3"],
)
def test_a_district_of_before_means_the_wards_of_today(embedded, place):
    for text in (f"yoga {place}", f"yoga ở {place}", f"{place} yoga", f"yoga tại {place} "):
        assert asked(embedded, text) == {"ward": DISTRICT_3}
        assert understood(embedded, text).rest.strip() == "yoga"


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("bình thạnh", (GIA_DINH, BINH_THANH)),
        ("binh thanh", (GIA_DINH, BINH_THANH)),
        ("quan binh thanh", (GIA_DINH, BINH_THANH)),
        ("q. Bình Thạnh", (GIA_DINH, BINH_THANH)),
        ("Binh Thanh District", (GIA_DINH, BINH_THANH)),
        ("thủ đức", (THU_DUC,)),
        ("tp thu duc", (THU_DUC,)),
        ("Thu Duc city", (THU_DUC,)),
        ("phường Bình Thạnh", (BINH_THANH,)),
        ("p. bến thành", (BEN_THANH,)),
        ("Bến Thành", (BEN_THANH,)),
        ("phường cô giang", (BEN_THANH,)),
    ],
)
def test_places_are_known_by_every_name_they_have_or_had(embedded, place, codes):
    assert asked(embedded, f"yoga {place}") == {"ward": codes}


def test_what_is_not_surely_a_place_is_none(embedded):
    assert asked(embedded, "ban co") == {}
    assert asked(embedded, "yoga ở ban co") == {"ward": (BAN_CO,)}
    assert asked(embedded, "bến thanh") == {}
    assert asked(embedded, "phường 12") == {}
    assert asked(embedded, "toán lớp 12") == {}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("yoga miễn phí", {"free": ("1",)}),
        ("free yoga", {"free": ("1",)}),
        ("yoga online", {"mode": ("online",)}),
        ("yoga trực tuyến", {"mode": ("online",)}),
        ("học từ xa yoga", {"mode": ("online",)}),
        ("weekend yoga", {"when": ("weekend",)}),
        ("yoga cuối tuần", {"when": ("weekend",)}),
        ("yoga buổi tối", {"when": ("evening",)}),
        ("yoga tối", {"when": ("evening",)}),
        ("toi muon hoc yoga", {}),
        ("yoga cho người cao tuổi", {"audience": ("older-people",)}),
        ("yoga for seniors", {"audience": ("older-people",)}),
        ("vẽ cho trẻ em", {"audience": ("children",)}),
        ("cắt may phụ nữ", {"audience": ("women",)}),
        ("tin hoc nguoi khuyet tat", {"audience": ("people-with-disabilities",)}),
        ("lớp tối miễn phí q3", {"when": ("evening",), "free": ("1",), "ward": DISTRICT_3}),
        ("chăm sóc người cao tuổi", {}),
        ("dịch vụ công trực tuyến", {}),
        ("bán hàng online", {}),
        ("vẽ sáng tạo", {}),
    ],
)
def test_times_fees_ways_and_people_are_heard_but_not_within_a_subject(embedded, text, filters):
    assert asked(embedded, text) == filters


def test_what_is_left_is_the_subject_and_nothing_where_only_small_words_are(embedded):
    assert understood(embedded, "tôi muốn học nấu ăn buổi tối ở quận 3").rest == (
        "tôi muốn học nấu ăn "
    )
    assert understood(embedded, "lớp học miễn phí ở quận 3").rest == ""
    assert understood(embedded, "evening classes").rest == ""
    assert understood(embedded, "yoga q3 tiế").rest == "yoga tiế"


def test_an_evening_at_the_weekend_is_not_an_evening_or_a_weekend(embedded):
    both = understood(embedded, "yoga cuối tuần buổi tối")
    assert [one.values for one in both.heard] == [("weekend",), ("evening",)]
    assert both.rest.strip() == "yoga"
    embedded.rebuild(
        [
            course(1, title_vi="Yoga", when=("evening", "morning", "weekend", "weekend_morning")),
            course(2, title_vi="Yoga", when=("evening", "weekend", "weekend_evening")),
            course(3, title_vi="Yoga", when=("evening",)),
        ]
    )
    assert ids(answer(embedded, "yoga cuối tuần buổi tối").results.hits) == ["course-2"]
    assert ids(answer(embedded, "evening yoga at weekends").results.hits) == ["course-2"]
    assert len(answer(embedded, "yoga sáng hoặc tối").results.hits) == 3


def test_places_that_are_named_together_mean_one_or_the_other(embedded):
    assert asked(embedded, "yoga q1 hoặc q3")["ward"] == tuple(
        sorted((*DISTRICT_3, SAI_GON, BEN_THANH))
    )


@pytest.mark.parametrize(
    ("text", "level", "rest"),
    [
        ("excel nâng cao", "advanced", "excel"),
        ("advanced excel", "advanced", "excel"),
        ("tiếng Hàn cho người mới bắt đầu", "beginner", "tiếng Hàn"),
        ("tieng han co ban", "beginner", "tieng han"),
        ("guitar for beginners", "beginner", "guitar"),
        ("học đàn trình độ sơ cấp", "beginner", "học đàn"),
        ("tiếng Anh A2", "beginner", "tiếng Anh"),
        ("IELTS b1", "intermediate", "IELTS"),
        ("tiếng nhật trung cấp", "intermediate", "tiếng nhật"),
        ("nâng cao", "advanced", ""),
    ],
)
def test_a_level_is_heard(embedded, text, level, rest):
    assert asked(embedded, text) == {"level": (level,)}
    assert understood(embedded, text).rest.strip() == rest


@pytest.mark.parametrize(
    "text", ["trung cấp kế toán", "học lái xe B2", "computer basics", "vitamin A1"]
)
def test_what_looks_like_a_level_and_is_none_stays_a_word(embedded, text):
    assert asked(embedded, text) == {}


def test_courses_of_a_level_are_found_however_they_say_it(embedded):
    titles = (
        "Excel chuyên sâu",
        "Excel nâng cao",
        "Excel cơ bản",
        "Tiếng Đức A1",
        "Tiếng Đức vỡ lòng",
    )
    embedded.rebuild(
        course(number, title_vi=title, level=of_titles(title))
        for number, title in enumerate(titles, 1)
    )
    found = answer(embedded, "excel nâng cao")
    assert sorted(ids(found.results.hits)) == ["course-1", "course-2"]
    assert found.wanted.level == ("advanced",)
    assert ids(answer(embedded, "tiếng đức a1").results.hits) == ["course-4"]
    assert sorted(ids(answer(embedded, "tiếng đức a2").results.hits)) == ["course-4", "course-5"]


def test_words_of_a_title_stay_words(embedded):
    embedded.rebuild(
        [
            course(1, title_vi="Yoga buổi sáng", when=("morning",)),
            course(2, title_vi="Lịch sử Bến Thành", ward=(SAI_GON,)),
            course(3, title_vi="Bến xe", ward=(BEN_THANH,)),
        ]
    )
    assert asked(embedded, "yoga buổi sáng") == {}
    assert asked(embedded, "yoga buoi sang") == {}
    assert asked(embedded, "lịch sử bến thành") == {}
    assert asked(embedded, "bến xe bến thành") == {"ward": (BEN_THANH,)}
    assert asked(embedded, "bến thành") == {}
    assert asked(embedded, "lớp buổi sáng") == {"when": ("morning",)}


def test_filters_that_were_chosen_or_taken_away_are_left_alone(embedded):
    assert asked(embedded, "yoga q3 tối", skip={"ward"}) == {"when": ("evening",)}
    assert asked(embedded, "yoga q3 tối", skip={"ward", "when"}) == {}


@pytest.fixture
def yoga(embedded):
    embedded.rebuild(
        [
            course(1, title_vi="Yoga", ward=(BAN_CO,), when=("evening",), free=True),
            course(2, title_vi="Yoga", ward=(XUAN_HOA,), when=("morning",)),
            course(3, title_vi="Yoga", ward=(SAI_GON,), when=("evening",)),
            course(4, title_vi="Thiền", ward=(BAN_CO,)),
            course(5, title_vi="Nấu ăn", ward=(BAN_CO,)),
        ]
    )
    return embedded


def test_the_question_is_narrowed_and_then_filled_up_from_elsewhere(yoga):
    found = answer(yoga, "yoga quận 3")
    assert sorted(ids(found.results.hits)) == ["course-1", "course-2"]
    assert ids(found.results.similar)[0] == "course-3"
    assert [one.label.vi for one in found.heard] == ["Quận 3"]
    assert found.wanted.ward == (BAN_CO, XUAN_HOA, NHIEU_LOC)


def test_a_filter_that_would_empty_the_page_is_not_set(yoga):
    found = answer(yoga, "nấu ăn quận 1 miễn phí")
    assert found.heard == ()
    assert found.wanted.q == "nấu ăn quận 1 miễn phí"
    assert ids(found.results.similar)[0] == "course-5"


def test_what_was_taken_away_stays_away(yoga):
    assert answer(yoga, "yoga quận 3 tối", words=("ward",)).wanted.ward == ()
    assert answer(yoga, "yoga quận 3 tối", when=("morning",)).wanted.when == ("morning",)


def test_what_the_reader_chose_is_kept(yoga):
    found = answer(yoga, "yoga miễn phí", ward=(BAN_CO,), page=1, sort="newest")
    assert ids(found.results.hits) == ["course-1"]
    assert (found.wanted.ward, found.wanted.sort) == ((BAN_CO,), "newest")
