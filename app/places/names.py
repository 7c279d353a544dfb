"""Names of units: which word says the kind, where the tone stands, and the English form."""

import unicodedata

from app.core import vi
from app.places.models import UnitKind

_WORDS: tuple[tuple[str, UnitKind, str], ...] = (
    ("Thành phố", UnitKind.CITY, "City"),
    ("Thị trấn", UnitKind.TOWNSHIP, "Township"),
    ("Đặc khu", UnitKind.SPECIAL_ZONE, "Special Zone"),
    ("Thị xã", UnitKind.TOWN, "Town"),
    ("Phường", UnitKind.WARD, "Ward"),
    ("Huyện", UnitKind.DISTRICT, "District"),
    ("Quận", UnitKind.DISTRICT, "District"),
    ("Tỉnh", UnitKind.PROVINCE, "Province"),
    ("Xã", UnitKind.COMMUNE, "Commune"),
)
_ENGLISH = {kind: english for _word, kind, english in _WORDS}
_VIETNAMESE = {kind: word for word, kind, _english in _WORDS if word != "Huyện"}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_RHYMES = ("oa", "oe", "uy")


class UnknownKind(ValueError):
    """The name does not begin with a word for a kind of unit."""


def split_kind(full_name: str) -> tuple[UnitKind, str]:
    """The kind and the bare name of "Phường Bến Thành".

    Raises:
        UnknownKind: for any other beginning.
    """
    for word, kind, _english in _WORDS:
        if full_name.casefold().startswith(f"{word.casefold()} "):
            return kind, full_name[len(word) + 1 :].strip()
    raise UnknownKind(full_name)


def full_vi(kind: UnitKind, name: str) -> str:
    return f"{_VIETNAMESE[kind]} {name}"


def full_en(kind: UnitKind, name: str) -> str:
    """Ben Thanh Ward, but Ward 5; Ho Chi Minh City stays as it is."""
    word = _ENGLISH[kind]
    if name.isdigit():
        return f"{word} {name}"
    return name if name.endswith(f" {word}") else f"{name} {word}"


def plain(text: str) -> str:
    """The letters without marks, capitals kept: what a name looks like in English."""
    decomposed = unicodedata.normalize("NFD", vi.clean(text).replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def tidy(text: str) -> str:
    """Clean text with the tone where state texts put it: Hòa and Thủy, not Hoà and Thuỷ."""
    return " ".join(_tone_first(word) for word in vi.clean(text).split(" "))


def _tone_first(word: str) -> str:
    """Move the tone of an open oa, oe, uy to its first vowel; after q the u is no vowel."""
    letters = unicodedata.normalize("NFD", word)
    tone = letters[-1:]
    bare = letters[:-1]
    rhyme = bare[-2:].lower()
    if tone not in _TONES or rhyme not in _OPEN_RHYMES or bare[:-2].lower().endswith("q"):
        return word
    return unicodedata.normalize("NFC", bare[:-1] + tone + bare[-1])
