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
SIGNS = frozenset(_SIGNED.values())
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_OPEN_Y = re.compile(r"([hklmstv]|qu)y")
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
    """The word with its tone put last, so that hòa and hoà, kỹ and kĩ are the same."""
    letters, tone = "", ""
    for char in unicodedata.normalize("NFD", text.lower()):
        if char in _TONES:
            tone = char
        else:
            letters += char
    if _OPEN_Y.fullmatch(letters):
        letters = letters[:-1] + "i"
    return nfc(letters) + tone


@lru_cache(maxsize=1 << 16)
def word(typed: str) -> Word:
    if sign := _SIGNED.get(typed.lower()):
        return Word(sign, sign)
    return Word(re.sub(r"[\W_]", "", fold(typed)), mark(typed))


def tokens(text: str) -> list[Token]:
    """The words of a text, with their offsets in `nfc(text)`."""
    found = ((match, word(match.group())) for match in _WORD.finditer(nfc(text)))
    return [Token(read, match.start(), match.end()) for match, read in found if read.fold]


def words(text: str) -> list[Word]:
    return [token.word for token in tokens(text)]


def base(marked: str) -> str:
    """The fold of a word from its marked form."""
    return word(marked).fold


def begins(marked: str, typed: str) -> bool:
    """Whether a marked word may become of a marked beginning: tiế may become tiếng."""
    letters = toneless(typed)
    return marked.startswith(letters) and marked.endswith(typed.removeprefix(letters))


def toneless(marked: str) -> str:
    """The letters of a marked word."""
    return marked[:-1] if marked[-1:] in _TONES else marked


def twin(folded: str) -> str:
    """The other spelling of an open syllable in i or y (ky for ki, mi for my), or nothing."""
    if _OPEN_Y.fullmatch(folded):
        return folded[:-1] + "i"
    if _OPEN_I.fullmatch(folded):
        return folded[:-1] + "y"
    return ""
