"""Vietnamese text: order of letters, folding without marks, names."""

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: index for index, letter in enumerate(_LETTERS, start=1)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: part of the letter
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def clean(text: str) -> str:
    """NFC, no control or invisible characters, single blanks; so text enters the database."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(visible.split())


def clean_lines(text: str) -> str:
    """Like `clean`, keeping the line breaks of prose."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def fold(text: str) -> str:
    """Lower case without any mark, đ as d: what two spellings of the same word share."""
    decomposed = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sort_key(text: str) -> str:
    """A string that sorts as a Vietnamese dictionary does when compared by code points.

    Letters come first (a ă â b ... d đ ...), tones decide only between words that are otherwise
    the same (ngang huyền hỏi ngã sắc nặng), capitals last.
    """
    letters, tones = [], []
    for char in clean(text):
        base = unicodedata.normalize("NFD", char.lower())
        shape = unicodedata.normalize("NFC", base[0] + "".join(c for c in base if c in _SHAPES))
        rank = _RANK.get(shape)
        letters.append(
            f"{rank + 40:02x}" if rank else f"{min(ord(shape[0]), 0x27):02x}{ord(shape[0]):04x}"
        )
        tones.append(str(max((_TONES.get(c, 0) for c in base), default=0)))
    return f"{''.join(letters)} {''.join(tones)}"


def name_sort_key(full_name: str) -> str:
    """Class lists go by given name (the last word), then family name, then what lies between."""
    words = clean(full_name).split()
    ordered = words[-1:] + words[:1] * (len(words) > 1) + words[1:-1]
    return " ".join(sort_key(word) for word in ordered)[:400]


def name_match_key(full_name: str) -> str:
    """Two spellings of one person's name share this key; different tones do not."""
    lowered = clean(full_name).casefold()
    syllables = [_tone_last(word) for word in lowered.split()]
    return " ".join(syllables)


def _tone_last(syllable: str) -> str:
    """The tone moved to the end, so that hoà and hòa are one spelling."""
    decomposed = unicodedata.normalize("NFD", syllable)
    tones = "".join(c for c in decomposed if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES)) + tones
