"""Which wards a person means who types a name, new or old, with or without marks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from app.core import vi
from app.core.i18n import Bilingual

_NOT_A_WORD = re.compile(r"[^\w\s]|_")
_GLUED = re.compile(r"\b([pfq])\s*\.?\s*0*(\d+)\b")
_SHORT = {
    "p": "phuong",
    "f": "phuong",
    "q": "quan",
    "h": "huyen",
    "x": "xa",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "dk": "dac khu",
}
_ENGLISH = {
    "ward": "phuong",
    "district": "quan",
    "commune": "xa",
    "township": "thi tran",
    "town": "thi xa",
}
_KINDS = ("thanh pho", "thi tran", "thi xa", "dac khu", "phuong", "huyen", "quan", "tinh", "xa")
_ELSEWHERE = {"tphcm", "thanh pho hcm", "hcm", "hcmc", "sai gon", "viet nam", "vietnam", "vn"}


class Name(IntEnum):
    """What a name is the name of; a current name comes before an old one."""

    CURRENT = 0
    OLD_WARD = 1
    OLD_DISTRICT = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One name under which a current ward can be found.

    `text` has its marks; `folded` is the same without; `within` is the folded old district.
    `english` is what an old name is in English.
    """

    unit_id: int
    name: Name
    text: str
    folded: str
    within: str = ""
    is_part: bool = False
    order: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A ward that was found, and the old name that led to it (empty for its own name)."""

    unit_id: int
    old_name: Bilingual


def find(text: str, entries: Iterable[Entry], provinces: frozenset[str], limit: int) -> list[Match]:
    """The wards meant, the likeliest first; each ward once.

    What stands in brackets is a remark, like the old name in a suggestion that was taken over.
    """
    text = text.split("(", maxsplit=1)[0]
    parts = _parts(text, provinces)
    found = _ranked(" ".join(parts), text, entries := list(entries))
    if not found and len(parts) > 1:
        found = _ranked(parts[0], text.split(",", maxsplit=1)[0], entries)
    best: dict[int, Entry] = {}
    for _rank, entry in found:
        best.setdefault(entry.unit_id, entry)
    return [Match(entry.unit_id, _old_name(entry)) for entry in list(best.values())[:limit]]


def _old_name(entry: Entry) -> Bilingual:
    return Bilingual("") if entry.name is Name.CURRENT else Bilingual(entry.text, entry.english)


def _parts(text: str, provinces: frozenset[str]) -> list[str]:
    """What stands between the commas, folded and written out, without the city or country."""
    parts = [part for part in (_written_out(part) for part in text[:100].split(",")) if part]
    kept = [part for part in parts[1:] if _bare(part) not in provinces and part not in _ELSEWHERE]
    return parts[:1] + kept


def _written_out(text: str) -> str:
    """`P. Bến Nghé` as `phuong ben nghe`, `q3` as `quan 3`."""
    folded = _GLUED.sub(lambda found: f"{_SHORT[found[1]]} {found[2]}", vi.fold(text))
    words = _in_vietnamese(_NOT_A_WORD.sub(" ", folded).split())
    last = len(words) - 1
    return " ".join(_SHORT.get(word, word) if at < last else word for at, word in enumerate(words))


def _in_vietnamese(words: list[str]) -> list[str]:
    """District 5 as quan 5; of Ben Nghe Ward the name alone."""
    if len(words) > 1 and words[0] in _ENGLISH and words[1].isdigit():
        return [_ENGLISH[words[0]], *words[1:]]
    return words[:-1] if len(words) > 1 and words[-1] in _ENGLISH else words


def _bare_text(text: str) -> str:
    """The name with its marks, without kind and old district."""
    name = text.split(",", maxsplit=1)[0]
    return name[len(name) - len(_bare(vi.fold(name))) :]


def _bare(folded: str) -> str:
    """Without the word for the kind."""
    for kind in _KINDS:
        if folded.startswith(f"{kind} "):
            return folded[len(kind) + 1 :]
    return folded


Rank = tuple[int, bool, int, bool, str]


def _ranked(asked: str, typed: str, entries: Sequence[Entry]) -> list[tuple[Rank, Entry]]:
    marked = vi.name_match_key(typed)
    close = _close(asked, asked.split(), entries) if asked else ()
    found = [(_rank(entry, closeness, marked), entry) for entry, closeness in close]
    return sorted(found, key=lambda pair: pair[0])


def _rank(entry: Entry, closeness: int, marked: str) -> Rank:
    """How near the name is, whether its marks are the typed ones, then what it is a name of."""
    other_marks = vi.name_match_key(_bare_text(entry.text)) not in marked
    return closeness, other_marks, entry.name, entry.is_part, entry.order


def _close(asked: str, words: list[str], entries: Sequence[Entry]) -> Iterator[tuple[Entry, int]]:
    for entry in entries:
        whole = f"{entry.folded} {entry.within}" if entry.within else entry.folded
        if all(word in whole for word in words):
            closeness = _closeness(asked, words, entry, whole)
            if closeness is not None:
                yield entry, closeness


def _closeness(asked: str, words: list[str], entry: Entry, whole: str) -> int | None:
    """0 the very name, 1 its beginning, 2 its words in this order; None for another name."""
    if asked in (entry.folded, whole) or asked in (_bare(entry.folded), _bare(whole)):
        return 0
    if not _in_order(words, whole.split()):
        return None
    return 1 if (whole.startswith(asked) or _bare(whole).startswith(asked)) else 2


def _in_order(words: list[str], of: list[str]) -> bool:
    """Whether the words stand in `of` in this order; the last one may still be half typed."""
    rest = iter(of)
    return all(any(word == each for each in rest) for word in words[:-1]) and any(
        each == words[-1] or (not words[-1].isdigit() and each.startswith(words[-1]))
        for each in rest
    )
