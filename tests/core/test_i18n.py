import pytest

from app.core.i18n import Bilingual, current_language, speaking

pytestmark = pytest.mark.on_any_database


@pytest.mark.parametrize(
    ("value", "vi", "en", "real_vi", "real_en"),
    [
        (Bilingual("Tin học", "Computing"), "Tin học", "Computing", "vi", "en"),
        (Bilingual("Tin học"), "Tin học", "Tin học", "vi", "vi"),
        (Bilingual("", "Computing"), "Computing", "Computing", "en", "en"),
        (Bilingual(""), "", "", "vi", "en"),
    ],
)
def test_a_text_is_shown_in_the_language_asked_for_or_in_the_other(value, vi, en, real_vi, real_en):
    assert (value.text("vi"), value.text("en")) == (vi, en)
    assert (value.language("vi"), value.language("en")) == (real_vi, real_en)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_address_decides_the_language(in_page, language):
    both, only = Bilingual("Tin học", "Computing"), Bilingual("Tin học")
    assert in_page(language, current_language) == language
    assert in_page(language, str, both) == both.text(language)
    assert in_page(language, lambda: both.is_fallback) is False
    assert in_page(language, lambda: only.is_fallback) is (language == "en")


def test_letters_are_written_in_the_readers_language(app):
    for language in ("en", "vi"):
        with speaking(language):
            assert current_language() == language
    assert current_language() == "vi"


def test_an_empty_text_is_false():
    assert not Bilingual("")
    assert Bilingual("", "x")


def test_a_page_shows_a_letter_in_the_language_of_its_reader(in_page):
    def letter():
        with speaking("en"):
            return current_language()

    assert in_page("vi", letter) == "en"
    assert in_page("vi", current_language) == "vi"
