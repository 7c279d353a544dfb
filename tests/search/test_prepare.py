"""The words both engines get."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.highlight import Marker
from app.search.prepare import prepare
from app.search.telex import decode, is_syllable
from app.search.text import begins, fold, mark, nfc, tokens, words


def asked(text: str, *known: str) -> list[str]:
    """The first way of each term."""
    return [
        " ".join(term.ways[0]) for term in prepare(text, lambda word, _prefix: word in known).terms
    ]


def ways(text: str) -> set[str]:
    return {" ".join(way) for way in prepare(text).terms[0].ways}


@pytest.mark.parametrize("text", ["Hòa", "HOÀ", "hoa\u0300", "hoa"])
def test_folding_drops_case_tones_and_their_place(text):
    assert fold(text) == "hoa"


def test_accents_are_the_same_wherever_the_tone_is_written():
    assert mark("hòa") == mark("hoà") != mark("hóa")
    assert mark("kỹ") == mark("kĩ")
    assert mark("thuý") == mark("thúy")
    assert mark("đá") != mark("da")


def test_half_a_syllable_may_become_a_whole_one():
    assert begins(mark("tiếng"), mark("tiế"))
    assert begins(mark("tiếng"), mark("tiê"))
    assert not begins(mark("tiếng"), mark("tiề"))


def test_offsets_are_those_of_the_nfc_text():
    text = unicodedata.normalize("NFD", "Máy càn & C++, .NET")
    assert [nfc(text)[t.start : t.end] for t in tokens(text)] == ["Máy", "càn", "C++", ".NET"]
    assert [word.fold for word in words(text)] == ["may", "can", "cpp", "dotnet"]


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("tieesng", "tiếng"),
        ("tieengs", "tiếng"),
        ("tie61ng", "tiếng"),
        ("tieng61", "tiếng"),
        ("ddaf", "đà"),
        ("vietej", "việt"),
        ("tuwowng", "tương"),
        ("nguwowif", "người"),
        ("dduongwf", "đường"),
        ("giaso", "giáo"),
        ("quar", "quả"),
        ("d9a1", "đá"),
        ("vex", "vẽ"),
    ],
)
def test_keys_are_composed(keys, syllable):
    assert decode(keys) == words(syllable)[0]


@pytest.mark.parametrize(
    "word",
    [
        "class",
        "tests",
        "book",
        "swim",
        "tieng",
        "python",
        "office",
        "a1",
        "b2",
        "mp3",
        "2026",
        "",
        "đá",
    ],
)
def test_other_words_are_left_alone(word):
    assert decode(word) is None


def test_english_can_be_told_from_syllables():
    assert is_syllable("the")
    assert is_syllable("nghieng")
    assert not is_syllable("learn")


def test_known_words_are_not_decoded():
    assert asked("teen ") == ["ten"]
    assert asked("teen ", "teen") == ["teen"]


def test_abbreviations_and_equal_words_are_other_ways():
    assert "trung tam hoc tap cong dong" in ways("TTHTCĐ")
    assert "giao duc thuong xuyen" in ways("gdtx")
    assert "tieng anh" in ways("anh văn")
    assert "tieng anh" in ways("anh van")
    assert asked("tin học q1") == ["tin hoc", "quan 1"]
    assert asked("yoga q.3") == ["yoga", "quan 3"]


def test_stop_words_go_unless_nothing_is_left():
    assert asked("khóa học đàn cho người mới") == ["dan", "nguoi moi"]
    assert asked("learn to cook") == ["cook"]
    assert asked("the thao") == ["the thao"]
    assert asked("the thu") == ["the", "thu"]
    assert asked("vẽ") == ["ve"]
    assert asked("cho chợ") == ["cho"]
    assert asked("của và") == ["cua", "va"]


def test_filters_are_read_out_of_the_words():
    hints = prepare("yoga miễn phí online buổi tối cuối tuần gần tôi").hints
    assert (hints.free, hints.near, hints.mode, hints.when) == (
        True,
        True,
        ("online",),
        ("evening", "weekend"),
    )
    assert not prepare("yoga").hints


def test_the_evening_is_told_from_the_first_person():
    assert prepare("tieng anh toi").hints.when == ("evening",)
    assert prepare("yoga tối").hints.when == ("evening",)
    assert not prepare("toi muon hoc tieng anh").hints
    assert asked("toi muon hoc tieng anh") == ["tieng anh"]


def test_the_last_word_is_open_until_a_blank_or_a_digit():
    assert prepare("tin h").terms[-1].prefix
    assert not prepare("tin h ").terms[-1].prefix
    assert not prepare("toán 1").terms[-1].prefix


def test_at_most_ten_things_are_asked():
    assert len(prepare(" ".join(f"w{n}" for n in range(50))).terms) == 10


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_marked(text):
    terms = prepare(text).terms
    assert all(word.isalnum() for term in terms for way in term.ways for word in way)
    marked = Marker(terms, typos=True).mark(text)
    assert marked.striptags() is not None
    assert marked.replace("<mark>", "").replace("</mark>", "").unescape() == nfc(text)
