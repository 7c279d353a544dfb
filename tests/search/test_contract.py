"""What every engine must do: the same file for the embedded one and for a real Meilisearch."""

import unicodedata
from collections import Counter
from dataclasses import replace

import pytest

from app.search.documents import CLOSED
from app.search.filters import FACETS, SORTS, CourseFilter
from tests.search.catalogue import course, known, many, titled


def ids(engine, q: str = "", **wanted) -> list[str]:
    return [hit.id for hit in engine.search(CourseFilter(q, **wanted)).hits]


def titles(engine, q: str) -> list[str]:
    by_id = {document.id: document.title_vi for document in known()}
    return [by_id[id_] for id_ in ids(engine, q)]


@pytest.fixture
def shelf(engine):
    engine.rebuild(known())
    return engine


@pytest.fixture
def full(engine):
    engine.rebuild(many())
    return engine


def passes(document, **wanted) -> bool:
    """The filters computed from the record, without any engine."""
    values = dict(document.facets())
    return all(set(asked) & set(values[name]) for name, asked in wanted.items())


SAME = [
    "máy càn",
    "may can",
    "MÁY CÀN",
    unicodedata.normalize("NFD", "máy càn"),
    "mays canf",
    "may1 can2",
]


@pytest.mark.parametrize("typed", SAME)
def test_every_way_of_typing_finds_the_same(shelf, typed):
    assert titles(shelf, typed)[:1] == ["Vận hành máy càn"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("vẽ", "Vẽ màu nước"),
        ("võ", "Võ cổ truyền"),
        ("vex", "Vẽ màu nước"),
        ("da bong", "Đá bóng cộng đồng"),
        ("đa bong", "Đá bóng cộng đồng"),
        ("hoà", "Làm hòa trong gia đình"),
        ("hòa", "Làm hòa trong gia đình"),
        ("kĩ năng", "Kỹ năng thuyết trình"),
        ("tieesng nhaajt", "Tiếng Nhật sơ cấp"),
        ("c++", "Lập trình C++"),
        (".net", "Ứng dụng .NET"),
        ("the older people", "Chăm sóc người cao tuổi"),
        ("anh văn", "Tiếng Anh giao tiếp"),
        ("photograhpy", "Nhiếp ảnh"),
    ],
)
def test_the_course_comes_first(shelf, typed, title):
    assert titles(shelf, typed)[0] == title


def test_exact_accents_come_first(shelf):
    assert titles(shelf, "máy")[0] == "Vận hành máy càn"
    assert titles(shelf, "mây")[0] == "Mây tre đan"
    assert titles(shelf, "móc")[0] == "Móc len"
    assert titles(shelf, "mộc")[0] == "Nghề mộc"
    assert set(titles(shelf, "may")) >= {"May áo dài", "Mây tre đan", "Vận hành máy càn"}


def test_exact_accents_come_first_among_hundreds(embedded):
    others = [course(n, title_vi=("Mây", "May")[n % 2]) for n in range(1, 601)]
    long = course(700, title_vi="Những điều nên biết khi vận hành và sửa máy ở nông thôn")
    embedded.rebuild([*others, long])
    assert ids(embedded, "máy ")[0] == "course-700"
    assert {int(id_[7:]) % 2 for id_ in ids(embedded, "mây ")} == {0}


def test_what_can_be_joined_comes_before_what_is_over(engine):
    closed = {"soonest": None, "open": False}
    later = {"soonest": 20000, "open": False}
    joinable = {"soonest": 20010, "open": True}
    engine.rebuild(
        [
            course(1, title_vi="Yoga", **closed),
            course(2, title_vi="Gentle yoga", **later),
            course(3, title_vi="Morning and evening yoga", **joinable),
            course(4, summary_vi="Some yoga", **joinable),
        ]
    )
    assert ids(engine, "yoga ") == ["course-3", "course-2", "course-1", "course-4"]
    assert ids(engine)[-1] == "course-1"


def test_words_without_accents_do_not_prefer_words_without_accents(embedded):
    found_in_title = course(1, title_vi="Nấu ăn dặm")
    by_chance = course(2, title_vi="Chế biến món ăn", title_en="Techniques of cooking")
    in_summary = course(3, title_vi="Lớp mười", summary_vi="Nau, an")
    embedded.rebuild([by_chance, in_summary, found_in_title])
    assert ids(embedded, "nau an ") == ["course-1", "course-2", "course-3"]


def test_two_letters_in_the_wrong_order_are_forgiven_in_short_words(embedded):
    embedded.rebuild(titled("Tiếng Hàn", "Tiếng Anh"))
    assert ids(embedded, "tieng ahn ") == ["course-2", "course-1"]


def test_only_the_last_word_may_be_half(shelf):
    assert titles(shelf, "tiếng gia") == ["Tiếng Anh giao tiếp"]
    assert titles(shelf, "giao ti") == ["Tiếng Anh giao tiếp"]
    assert titles(shelf, "gia tiếp") == []


def test_slips_are_forgiven_by_length(engine):
    engine.rebuild(titled("Guitar", "Watercolour", "Chess"))
    assert ids(engine, "gutar ") == ["course-1"]
    assert ids(engine, "gutr ") == []
    assert ids(engine, "watrcolor ") == ["course-2"]
    assert ids(engine, "chss ") == []
    assert ids(engine, "puitar ") == []


def test_the_exact_word_comes_before_a_slip(engine):
    engine.rebuild(titled("Gardeners and plants", "Gardening plants", "Gardenin"))
    assert ids(engine, "gardening ")[0] == "course-2"


def test_hits_have_every_word_and_similar_ones_only_some(shelf):
    page = shelf.search(CourseFilter("tiếng anh giao tiếp võ"))
    assert page.hits == ()
    assert page.total == 0
    assert page.similar
    assert not set(page.similar) & set(page.hits)


def test_titles_count_more_than_summaries(engine):
    engine.rebuild(
        [
            course(1, title_vi="Một", summary_vi="nói về yoga"),
            course(2, title_vi="Yoga", summary_vi="khác"),
        ]
    )
    assert ids(engine, "yoga") == ["course-2", "course-1"]


def test_filter_words_are_found_as_filters(engine):
    engine.rebuild(
        [
            course(1, title_vi="Tiếng Anh", mode=("online",), when=("evening",), free=True),
            course(2, title_vi="Tiếng Anh", mode=("in_person",), when=("morning",)),
        ]
    )
    for words in ("online", "trực tuyến", "buổi tối", "evening", "miễn phí", "free"):
        page = engine.search(CourseFilter(f"tiếng anh {words}"))
        assert [hit.id for hit in page.hits] == ["course-1"]
        assert page.hints


@pytest.mark.parametrize(
    "wanted",
    [
        {"topic": ("arts",)},
        {"topic": ("arts", "sport")},
        {"ward": ("26734",), "when": ("evening", "weekend")},
        {"mode": ("online",), "audience": ("older",), "language": ("vi",)},
        {"provider": ("sao-mai",), "kind": ("resource",)},
        {"topic": ("nothing",)},
    ],
)
def test_filters_let_through_what_the_records_say(full, wanted):
    expected = {document.id for document in many() if passes(document, **wanted)}
    assert set(ids(full, per_page=100, **wanted)) == expected
    assert full.search(CourseFilter(**wanted)).total == len(expected)


def test_flags_filter_too(full):
    expected = {document.id for document in many() if document.free and document.open}
    assert set(ids(full, free=True, open=True, per_page=100)) == expected


@pytest.mark.parametrize("q", ["", "tieng anh"])
def test_each_count_leaves_its_own_filter_out(full, q):
    chosen = {"topic": ("arts", "sport"), "when": ("evening",), "kind": ("course",)}
    facets = full.search(CourseFilter(q, **chosen)).facets
    matching = [
        document for document in many() if q == "" or document.title_vi.startswith("Tiếng Anh")
    ]
    for name in FACETS:
        others = {other: values for other, values in chosen.items() if other != name}
        documents = [document for document in matching if passes(document, **others)]
        assert facets[name] == Counter(value for d in documents for value in dict(d.facets())[name])


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("q", ["", "tiếng anh"])
def test_pages_are_disjoint_and_complete(full, sort, q):
    first = CourseFilter(q, sort=sort, near=(10.5, 106.5), per_page=7)
    total = full.search(first).total
    pages = [full.search(replace(first, page=number)).hits for number in range(1, total // 7 + 3)]
    found = [hit.id for page in pages for hit in page]
    assert len(found) == len(set(found)) == total


def test_sorts_are_absolute(full):
    documents = {document.id: document for document in many()}
    newest = [documents[id_].newest for id_ in ids(full, sort="newest", per_page=100)]
    assert newest == sorted(newest, reverse=True)
    soonest = [documents[id_].soonest or 10**9 for id_ in ids(full, sort="soonest", per_page=100)]
    assert soonest == sorted(soonest)
    near = full.search(CourseFilter(sort="nearest", near=(10.5, 106.5), per_page=100)).hits
    keys = [(documents[hit.id].waiting == CLOSED, hit.distance_km or 10**9) for hit in near]
    assert keys == sorted(keys)


def test_the_total_is_exact_to_a_thousand(engine):
    engine.rebuild([course(number, title_vi="Yoga") for number in range(1, 1102)])
    page = engine.search(CourseFilter("yoga", page=100))
    assert (page.total, page.capped, len(page.hits)) == (1000, True, 10)
    assert engine.search(CourseFilter("yoga", page=101)).hits == ()


def test_changes_are_visible_at_once(engine):
    engine.rebuild(titled("Yoga", "Khiêu vũ"))
    engine.apply([course(2, title_vi="Cờ vua"), course(3, title_vi="Bơi lội")], ["course-1"])
    assert ids(engine, "yoga") == []
    assert ids(engine, "khiêu vũ") == []
    assert ids(engine, "cờ vua") == ["course-2"]
    assert sorted(ids(engine)) == ["course-2", "course-3"]
    engine.apply([course(3, title_vi="Bơi lội")], ["course-1", "course-99"])
    assert sorted(ids(engine)) == ["course-2", "course-3"]


def test_a_rebuild_replaces_everything(engine):
    engine.rebuild(titled("Yoga", "Khiêu vũ"))
    assert engine.rebuild(titled("Cờ vua")) == 1
    assert ids(engine) == ["course-1"]
    assert ids(engine, "yoga") == []


HOSTILE = [
    '"',
    "' OR 1=1 --",
    "a AND NOT b NEAR(c, 5)",
    "title_vi:yoga*",
    "{title_vi} : x",
    "-yoga +yoga ^yoga",
    "<script>alert(1)</script>",
    "%_\\",
    "\x00\x1f\u200b\u202e",
    "😀 👩\u200d🎓",
    "ả" * 5000,
    " ".join(["tiếng"] * 500),
    "\u0301\u0301\u0301",
    "日本語 العربية ไทย",
    "zzfree1",
]


@pytest.mark.parametrize("q", HOSTILE)
def test_no_text_breaks_a_search(shelf, q):
    page = shelf.search(CourseFilter(q))
    assert page.engine == shelf.name
    shelf.suggest(q)


@pytest.mark.parametrize("typed", ["gần tôi", "gần tôi ", "--", "của", "q1", "  a b"])
def test_nothing_typed_breaks_suggestions(shelf, typed):
    assert isinstance(shelf.suggest(typed), list)


@pytest.mark.parametrize("value", ['x"] OR kind IN ["course', "a\\", "' OR '1'='1", "%", "\n", ""])
def test_filter_values_are_data(full, value):
    assert ids(full, topic=(value,)) == []


def test_impossible_questions_are_refused():
    for wrong in (
        {"sort": "price"},
        {"page": 0},
        {"per_page": 1000},
        {"near": (91.0, 0.0)},
        {"near": (float("nan"), 0.0)},
    ):
        with pytest.raises(ValueError, match=r".*"):
            CourseFilter(**wrong)


def test_marks_are_the_only_markup(shelf):
    page = shelf.search(CourseFilter("may can"))
    assert (
        page.marker.mark("Vận hành <b>máy càn</b>")
        == "Vận hành &lt;b&gt;<mark>máy càn</mark>&lt;/b&gt;"
    )


@pytest.mark.parametrize(
    "typed", ["ti", "tie", "tiê", "tiế", "tiếng", "tie\u0302", "tieesn", "tieesng", "tie61"]
)
def test_suggestions_follow_a_syllable_being_composed(shelf, typed):
    suggested = [one.text for one in shelf.suggest(typed)]
    assert {"Tiếng Anh giao tiếp", "Tiếng Nhật sơ cấp"} <= set(suggested)


def test_suggestions_speak_the_language_of_the_page(shelf):
    assert shelf.suggest("photo", lang="en")[0].text == "Photography"
    only = shelf.suggest("chỉ có tiếng v", lang="en")
    assert [(one.text, one.lang) for one in only] == [("Chỉ có tiếng Việt ở đây", "vi")]


def test_tags_of_the_other_language_come_last(engine):
    tags = ("Nghề nghiệp", "Vocational skills", "Kinh doanh", "Business")
    engine.rebuild([course(1, title_vi="Chơi vợt", title_en="Volley", tags=tags)])
    found = [(one.text, one.lang) for one in engine.suggest("vo", lang="vi")]
    assert found == [("Chơi vợt", "vi"), ("Vocational skills", "en")]
    assert [one.lang for one in engine.suggest("kinh d", lang="en")] == ["vi"]


def test_suggestions_are_few_distinct_and_need_two_letters(engine):
    engine.rebuild([course(n, title_vi=f"Múa {n % 20}", tags=("Múa", "múa")) for n in range(1, 60)])
    suggested = [one.text for one in engine.suggest("mu")]
    assert len(suggested) == len({text.lower() for text in suggested}) == 8
    assert suggested[0] == "Múa"
    assert engine.suggest("m") == []
    assert engine.suggest(" ") == []


def test_health(shelf):
    assert shelf.health()
