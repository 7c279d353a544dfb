"""The list of participants that a meeting service exports, matched to the people of a class.

Zoom, Meet and Teams write different heads; what counts are names, addresses and minutes. The file
is read and forgotten: only the marks that staff confirm are kept.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from rapidfuzz import fuzz
from sqlalchemy import select

from app.accounts.models import Person
from app.core.db import db
from app.core.formats import read_phone
from app.core.vi import clean, fold
from app.enrolment.distance.errors import NotAList
from app.enrolment.models import Enrolment

MOST_ROWS = 2000
LONGEST_CELL = 200
"""Of a name or an address; what is longer is cut, so that comparing takes no time."""
ALIKE = 0.72
"""So much of two names is the same before staff are asked whether they are one person."""
_NAME_HEADS = ("name original name", "name", "full name", "participant", "ho va ten", "ho ten",
               "ten", "first name")  # fmt: skip
_LAST_HEADS = ("last name",)
_EMAIL_HEADS = ("email", "user email", "e mail", "participant id upn", "thu dien tu")
_PHONE_HEADS = ("phone", "so dien thoai", "dien thoai")
_MINUTE_HEADS = ("duration minutes", "total duration minutes", "duration", "in meeting duration",
                 "meeting duration", "thoi luong", "so phut", "minutes")  # fmt: skip
_UNITS = re.compile(r"(\d+)\s*(h|hr|giờ|gio|m|min|phút|phut|s|sec|giây|giay)\b", re.IGNORECASE)
_SECONDS = {"h": 3600, "g": 3600, "m": 60, "p": 60, "s": 1}


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of the list; the same person may have several, having come and gone."""

    name: str
    email: str = ""
    phone: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody in the list, and the place that is theirs."""

    attendee: Attendee
    enrolment_id: int | None
    is_sure: bool


def read(content: bytes) -> list[Attendee]:
    """The people of a file, each once, with all their minutes.

    Raises:
        NotAList: there is no column of names or addresses.
    """
    rows = _rows(content)
    at = next((n for n, row in enumerate(rows) if _heads(row)), None)
    if at is None:
        raise NotAList
    heads = _heads(rows[at])
    found = [_attendee(row, heads) for row in rows[at + 1 :]]
    return _together(each for each in found if each.name or each.email)


def match(run_id: int, attendees: Sequence[Attendee]) -> list[Match]:
    """Address, phone and the whole name are sure; a name that is nearly one's is not."""
    people = _people(run_id)
    return [_matched(each, people) for each in attendees]


@dataclass(frozen=True, slots=True)
class _Seat:
    enrolment_id: int
    name: str
    email: str
    phone: str


def _people(run_id: int) -> list[_Seat]:
    query = select(Enrolment.id, Person.full_name, Person.email, Person.phone).join(
        Enrolment.person
    )
    rows = query.where(Enrolment.run_id == run_id, Enrolment.seated_at.is_not(None))
    return [
        _Seat(id_, _plain(name), (email or "").lower(), phone or "")
        for id_, name, email, phone in db.session.execute(rows.order_by(Enrolment.id))
    ]


def _matched(attendee: Attendee, people: Sequence[_Seat]) -> Match:
    email, name = attendee.email.lower(), _plain(attendee.name)
    for told, kind in ((email, "email"), (attendee.phone, "phone"), (name, "name")):
        mine = [seat for seat in people if told and getattr(seat, kind) == told]
        if len(mine) == 1:
            return Match(attendee, mine[0].enrolment_id, is_sure=True)
        if mine:
            return Match(attendee, mine[0].enrolment_id, is_sure=False)
    alike = max(((_likeness(name, seat.name), seat) for seat in people), key=itemgetter(0),
                default=None)  # fmt: skip
    near = alike[1] if alike and alike[0] >= ALIKE else None
    return Match(attendee, near.enrolment_id if near else None, is_sure=False)


def _likeness(one: str, other: str) -> float:
    """Also of names whose words stand in another order, or of which some are missing."""
    if not one or not other:
        return 0.0
    mine, theirs = set(one.split()), set(other.split())
    if mine <= theirs or theirs <= mine:
        return 1.0 if len(mine & theirs) > 1 else ALIKE
    return fuzz.token_sort_ratio(one, other) / 100


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z ]+", " ", fold(name)).split())


def _rows(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    sample = text[:4000]
    mark = max(",;\t", key=sample.count)
    rows = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        return [
            [clean(cell[:LONGEST_CELL]) for cell in row]
            for row, _ in zip(rows, range(MOST_ROWS), strict=False)
        ]
    except csv.Error as error:
        raise NotAList from error


def _decoded(content: bytes) -> str:
    """Teams writes UTF-16."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _heads(row: Sequence[str]) -> dict[str, int]:
    """Which column is which; empty where this is no head."""
    plain = [" ".join(re.sub(r"[^a-z ]+", " ", fold(cell)).split()) for cell in row]
    found: dict[str, int] = {}
    kinds = {
        "name": _NAME_HEADS, "last": _LAST_HEADS, "email": _EMAIL_HEADS, "phone": _PHONE_HEADS,
        "minutes": _MINUTE_HEADS,
    }  # fmt: skip
    for kind, heads in kinds.items():
        at = next((plain.index(head) for head in heads if head in plain), None)
        if at is not None:
            found[kind] = at
    return found if len(row) > 1 and ("name" in found or "email" in found) else {}


def _attendee(row: Sequence[str], heads: Mapping[str, int]) -> Attendee:
    def cell(kind: str) -> str:
        at = heads.get(kind)
        return row[at] if at is not None and at < len(row) else ""

    name = " ".join(part for part in (cell("name"), cell("last")) if part)
    name = re.sub(r"\([^)]*\)", " ", name)
    return Attendee(
        clean(name),
        cell("email").strip(),
        read_phone(cell("phone")) or "",
        _minutes(cell("minutes")),
    )


def _minutes(text: str) -> int | None:
    """45, 45 min, 1h 2m 3s or 01:02:03."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text[:6])
    if ":" in text:
        parts = [int(part) for part in text.split(":") if part.isascii() and part.isdigit()][:3]
        return (parts[0] * 60 + parts[1]) if len(parts) > 1 else None
    found = _UNITS.findall(text)
    if not found:
        return None
    return sum(int(number[:6]) * _SECONDS[unit[0].lower()] for number, unit in found) // 60


def _together(attendees: Iterable[Attendee]) -> list[Attendee]:
    kept: dict[tuple[str, str], Attendee] = {}
    for each in attendees:
        key = (each.email.lower(), "" if each.email else _plain(each.name))
        if before := kept.get(key):
            minutes = (before.minutes or 0) + (each.minutes or 0)
            kept[key] = Attendee(before.name, each.email, before.phone or each.phone, minutes)
        else:
            kept[key] = each
    return list(kept.values())
