"""One cell of text to one value of the catalogue, by the same reading as the forms."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from typing import Any

from app.catalogue.cards import MODES
from app.catalogue.models import Mode
from app.catalogue.words import LANGUAGES
from app.core import clock, vi
from app.core.fields import read_day, read_time
from app.core.i18n import LANGUAGES as INTERFACE
from app.core.i18n import speaking
from app.feeds.problems import Wrong
from app.providers.words import CLA

LONGEST_KEY = 300
_REMEMBERED = 2000  # the same days and hours come again and again
MOST_SEATS = 100_000
MOST_DONG = 1_000_000_000
_YEARS = 30  # dates further away than this are slips of the keyboard
_NUMBER = re.compile(r"\d+|\d{1,3}(?:[.,\s]\d{3})+", re.ASCII)
_AFTER_A_FEE = re.compile(r"\s*(?:₫|đồng|vnđ|vnd|đ)(?!\w).*", re.IGNORECASE | re.DOTALL)
_FREE = {"mien phi", "free", "khong thu phi", "free of charge"}
_YES = {"x", "co", "yes", "y", "true", "1", "dung"}
_NO = {"", "khong", "no", "n", "false", "0", "sai"}
_ISCED = re.compile(r"\d{2,4}", re.ASCII)
_LINK = re.compile(r"https?://[^\s\"'<>]+")
_BETWEEN = re.compile(r"[;|,]")
_BROKEN = re.compile("[\ufffd\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of this installation and this provider, folded, with the id each stands for."""

    topics: Mapping[str, int] = field(default_factory=dict)
    isced: Mapping[int, str] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)
    venues: Mapping[str, int] = field(default_factory=dict)
    default_cla: str = ""
    other_topic: int | None = None
    """The subject of courses whose own the city does not know."""


Reader = Callable[[str, Vocabulary], Any]


def line(most: int) -> Reader:
    """One line of text."""
    return lambda text, _words: _fitting(vi.clean(_unbroken(text)), most)


def prose(most: int) -> Reader:
    """Text with its line breaks."""
    return lambda text, _words: _fitting(vi.clean_lines(_unbroken(text)), most)


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise Wrong(code="too_long", length=len(text), most=most)
    return text


def _unbroken(text: str) -> str:
    """Letters that some program replaced, because it could not read them, are gone for ever."""
    if _BROKEN.search(text):
        raise Wrong(code="broken_letters", value=_BROKEN.sub("?", text)[:60])
    return text


def number(most: int) -> Reader:
    """A whole number; dots, commas or blanks may part its thousands."""
    return lambda text, _words: _whole(text.strip(), most) if text.strip() else None


def _whole(text: str, most: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise Wrong(code="not_a_number", value=text)
    digits = re.sub(r"\D", "", text)
    if len(digits) > len(str(most)) or int(digits) > most:
        raise Wrong(code="too_large", value=text, most=most)
    return int(digits)


def dong(text: str, _words: Vocabulary) -> int:
    """An amount with or without its currency; words for "free" are 0."""
    text = vi.clean(text)
    if vi.fold(text) in {*_FREE, ""}:
        return 0
    amount = _AFTER_A_FEE.sub("", text, count=1)
    if not _NUMBER.fullmatch(amount):
        raise Wrong(code="not_dong", value=text)
    return _whole(amount, MOST_DONG)


def day(text: str, _words: Vocabulary) -> date | None:
    return _day(text)


@lru_cache(maxsize=_REMEMBERED)
def _day(text: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    found = read_day(text.removesuffix(" 00:00"))
    if found is None:
        raise Wrong(code="not_a_date", value=text)
    if abs(found.year - clock.today().year) > _YEARS:
        raise Wrong(code="unlikely_date", value=f"{found:%d/%m/%Y}")
    return found


def hour(text: str, _words: Vocabulary) -> time | None:
    return _hour(text)


@lru_cache(maxsize=_REMEMBERED)
def _hour(text: str) -> time | None:
    text = text.strip()
    found = read_time(text.lower().removesuffix(":00") if text.count(":") > 1 else text.lower())
    if text and found is None:
        raise Wrong(code="not_a_time", value=text)
    return found if text else None


def yes_or_no(text: str, _words: Vocabulary) -> bool:
    folded = vi.fold(text)
    if folded not in _YES | _NO:
        raise Wrong(code="not_yes_or_no", value=text)
    return folded in _YES


def link(text: str, _words: Vocabulary) -> str:
    text = vi.clean(text)
    if text and not _LINK.fullmatch(text):
        raise Wrong(code="not_a_link", value=text)
    return _fitting(text, 200)


def topic(text: str, words: Vocabulary) -> int:
    found = words.topics.get(vi.fold(text), words.other_topic)
    if found is None:
        raise Wrong(code="unknown_topic", value=text, known=", ".join(slugs(words.topics)))
    return found


def audiences(text: str, words: Vocabulary) -> frozenset[int]:
    """Several, parted by a semicolon, a bar or a comma; a name with a comma is tried first."""
    named = [text] if vi.fold(text) in words.audiences else _BETWEEN.split(text)
    return frozenset(_audience(each, words) for each in named if each.strip())


def _audience(text: str, words: Vocabulary) -> int:
    found = words.audiences.get(vi.fold(text))
    if found is None:
        known = ", ".join(slugs(words.audiences))
        raise Wrong(code="unknown_audience", value=text.strip(), known=known)
    return found


def slugs(words: Mapping[str, int]) -> list[str]:
    """The machine names among the words: the first one of each id."""
    first: dict[int, str] = {}
    for word, key in words.items():
        first.setdefault(key, word)
    return list(first.values())


def venue(text: str, words: Vocabulary) -> int | None:
    if not text.strip():
        return None
    found = words.venues.get(vi.fold(text))
    if found is None:
        raise Wrong(code="unknown_venue", value=text)
    return found


def isced(text: str, _words: Vocabulary) -> str:
    if text.strip() and not _ISCED.fullmatch(text.strip()):
        raise Wrong(code="not_isced", value=text)
    return text.strip()


def cla(text: str, words: Vocabulary) -> str:
    return _word(text, CLA) if text.strip() else words.default_cla


def mode(text: str, _words: Vocabulary) -> Mode:
    return Mode(_word(text, {each.value: label for each, label in MODES.items()}))


def language(text: str, _words: Vocabulary) -> str:
    return _word(text, LANGUAGES) if text.strip() else "vi"


def _word(text: str, known: Mapping[str, str]) -> str:
    """A code, or its label in either language."""
    wanted = vi.fold(text)
    for code, label in known.items():
        if wanted == code or wanted in _labels(label):
            return code
    raise Wrong(code="unknown_word", value=text, known=", ".join(known))


def _labels(label: str) -> set[str]:
    found = set()
    for each in INTERFACE:
        with speaking(each):
            found.add(vi.fold(str(label)))
    return found
