"""How a word is compared: without case, tones, vowel marks and đ; and how exactly it was typed."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(
    r"(?<![^\W_])(?:c\+\+|[cf]#)|(?<![^\W_])\.net(?![^\W_])|[^\W_](?:[^\W_]|[\u0300-\u036f])*",
    re.IGNORECASE,
)
_SIGNED = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", ".net": "dotnet"}
_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_OPEN_Y = re.compile(r"([hklmstv]|qu|)y")
_OPEN_I = re.compile(r"([hklmstv]|qu)i")


class Word(NamedTuple):
    """One word in both forms: `fold` finds it, `mark` tells whether its accents are the same."""

    fold: str
    mark: str


class Token(NamedTuple):
    """A word and where it stands in the NFC form of its text."""

    word: Word
    start: int
    end: int


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without marks, đ as d; so hoà = hòa = HOA. Not a sorting key."""
    spread = unicodedata.normalize("NFKD", text).lower().replace("đ", "d")
    return "".join(char for char in spread if not unicodedata.combining(char))


def mark(text: str) -> str:
    """The accents without their place: hòa and hoà are `hoa2`, kỹ and kĩ are `ki4`."""
    letters, tone = [], ""
    for char in unicodedata.normalize("NFD", text.lower()):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    return (
        _OPEN_Y.sub(r"\1i", nfc("".join(letters))) + tone
        if _is_open_y(letters)
        else (nfc("".join(letters)) + tone)
    )


def _is_open_y(letters: list[str]) -> bool:
    return letters[-1:] == ["y"] and _OPEN_Y.fullmatch("".join(letters)) is not None


@lru_cache(maxsize=1 << 16)
def word(typed: str) -> Word:
    if sign := _SIGNED.get(typed.lower()):
        return Word(sign, sign)
    return Word(re.sub(r"[\W_]", "", fold(typed)), mark(typed))


def tokens(text: str) -> list[Token]:
    """The words of a text, with their offsets in `nfc(text)`."""
    found = _WORD.finditer(nfc(text))
    return [Token(word(match.group()), match.start(), match.end()) for match in found]


def words(text: str) -> list[Word]:
    return [token.word for token in tokens(text)]


def twin(folded: str) -> str:
    """The other spelling of an open syllable in i or y (ky for ki, mi for my), or nothing."""
    if _OPEN_Y.fullmatch(folded):
        return folded[:-1] + "i"
    if _OPEN_I.fullmatch(folded):
        return folded[:-1] + "y"
    return ""
