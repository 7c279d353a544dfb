"""Tells text typed for the fonts used before Unicode, VNI and TCVN3, from Vietnamese.

Such files are valid text that reads as nonsense ("Tin hoïc vaên phoøng", "Tin häc v¨n phßng");
nothing but the words themselves shows it. A word counts when it is no Vietnamese syllable as it
stands and becomes one by the table of the font.
"""

import re
import unicodedata
from collections.abc import Iterable

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_VNI_TONES = dict(zip("øûõùï", _TONES, strict=True))
_VNI_BREVE = dict(zip("èúüéë", _TONES, strict=True)) | {"ê": ""}
_VNI_CIRCUMFLEX = dict(zip("àåãáä", _TONES, strict=True)) | {"â": ""}
_VNI_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_TCVN3 = dict(
    zip(
        "¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TCVN3_CAPITALS = dict(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True))
_ONSETS = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x"
_NUCLEI = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ia|iê|yê|ya|ua|uô|ưa|ươ|oa|oă|oe|uâ|uê|uơ|uy|uya|uyê|oo|"
    "ui|ưi|oi|ôi|ơi|ai|ay|ây|ao|au|âu|eo|êu|iu|iêu|yêu|ưu|ươu|uôi|ươi|oai|oay|oao|oeo|uây|uyu|ue|uo"
)
_SYLLABLE = re.compile(rf"(?:{_ONSETS})?(?:{_NUCLEI})(?:ch?|m|ng?|nh|p|t)?")
_WORD = re.compile(r"[^\s\d.,;:!?()\[\]{}\"'“”/\\+=*&%$#@<>|_~^-]+")
_LETTER = re.compile("[a-zA-Z]")
_ENOUGH = 3
Line = tuple[int, str]


def find(lines: Iterable[Line]) -> tuple[str, int, str] | None:
    """The font family, and a line with one of its words; None for text in Unicode."""
    seen: dict[str, list[tuple[int, str]]] = {"VNI": [], "TCVN3": []}
    sound = 0
    for line, text in lines:
        for word in _WORD.findall(unicodedata.normalize("NFC", text)):
            if word.isascii() or not _LETTER.search(word):
                continue
            sound += is_syllable(word)
            for font, converted in (("VNI", from_vni(word)), ("TCVN3", from_tcvn3(word))):
                if not is_syllable(word) and converted != word.lower() and is_syllable(converted):
                    seen[font].append((line, word))
    font, found = max(seen.items(), key=lambda item: len(item[1]))
    return (font, *found[0]) if len(found) >= _ENOUGH and len(found) > sound else None


def mostly_vietnamese(cells: Iterable[str]) -> bool:
    """Whether most words with marks can be Vietnamese, so that a guessed encoding is right."""
    words = (word for cell in cells for word in _WORD.findall(unicodedata.normalize("NFC", cell)))
    marked = [word for word in words if not word.isascii()]
    return sum(map(is_syllable, marked)) * 10 >= len(marked) * 7


def is_syllable(word: str) -> bool:
    """Whether the word can be one Vietnamese syllable: letters, at most one tone, a known rhyme."""
    letters = unicodedata.normalize("NFD", word.lower())
    if sum(letters.count(tone) for tone in _TONES) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    return _SYLLABLE.fullmatch(bare) is not None


def converted(text: str, font: str) -> str:
    """Text in Unicode; words that are Vietnamese as they stand are left alone."""
    write = _vni_text if font == "VNI" else _tcvn3_text

    def turn(found: re.Match[str]) -> str:
        word = unicodedata.normalize("NFC", found[0])
        return word if word.isascii() or is_syllable(word) else write(word)

    return _WORD.sub(turn, text)


def _tcvn3_text(word: str) -> str:
    return "".join(_TCVN3_CAPITALS.get(char) or _TCVN3.get(char, char) for char in word)


def _vni_text(word: str) -> str:
    """As `from_vni`, with the capitals of the letters that carry the marks."""
    letters: list[str] = []
    for char in word:
        before = letters[-1] if letters else ""
        made = _vni(before.lower(), char.lower())
        joined = bool(before) and len(made) == 1
        made[-1] = made[-1].upper() if (before if joined else char).isupper() else made[-1]
        letters[-1:] = made if joined or not before else [before, made[-1]]
    return "".join(letters)


def from_tcvn3(word: str) -> str:
    """TCVN3 puts a Vietnamese letter at the place of another letter or sign."""
    return "".join(_TCVN3.get(char, char.lower()) for char in word)


def from_vni(word: str) -> str:
    """VNI writes a letter, then a second one that stands for its mark and tone."""
    letters: list[str] = []
    for char in word.lower():
        before = letters[-1] if letters else ""
        letters[-1:] = _vni(before, char)
    return "".join(letters)


def _vni(before: str, char: str) -> list[str]:
    """What the letter before and this one are together."""
    if before == "a" and char in _VNI_BREVE:
        return [unicodedata.normalize("NFC", f"ă{_VNI_BREVE[char]}")]
    if before in {"a", "e", "o"} and char in _VNI_CIRCUMFLEX:
        return [unicodedata.normalize("NFC", f"{before}\u0302{_VNI_CIRCUMFLEX[char]}")]
    if before and before in "aeiouyơư" and char in _VNI_TONES:
        return [unicodedata.normalize("NFC", f"{before}{_VNI_TONES[char]}")]
    return [*([before] if before else []), _VNI_ALONE.get(char, char)]
