"""Feeds as rows of our own table: our JSON, JSON-LD of schema.org, XCRI-CAP 1.2.

Part of the child process: `child` loads it by its path, and it imports no other module of ours. A
row of a course alone comes first, then one for each run or session; cells that repeat stay empty.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

DEEPEST = 40
MOST_ELEMENTS = 3_000_000
_SUMMARY = 600
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.DOTALL)
_CLOCK = re.compile(r"\s+\d{1,2}:\d{2}(?::\d{2})?$")
_NOTHING = re.compile(r"(?:free|0+(?:[.,]0+)?)", re.IGNORECASE)
_INTERVAL = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
_BLOCKS = frozenset({"p", "br", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4"})
_TEXTS = ("title", "summary", "learn", "for_whom")
_TOLD = (
    "course_id",
    *(f"{name}_{language}" for name in _TEXTS for language in ("vi", "en")),
    *("topic", "run_id", "starts_on", "ends_on", "enrol_from", "enrol_until"),
    *("fee", "mode", "language"),
)
_SCHEMA_ORG = (*_TOLD, "capacity", "teacher")
_MODES = {
    **dict.fromkeys(("on", "online", "da", "ds", "distance"), "online"),
    **dict.fromkeys(("mm", "blended", "mixed"), "blended"),
}
Record = dict[str, str]


class BrokenFeed(Exception):
    """The feed cannot be read; `code` is one of those in `errors`."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read(content: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The format, and the rows below a head of our own column names."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "xcri", _rows(_TOLD, _xcri(content))
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BrokenFeed(code="broken_feed") from error
    if isinstance(told, dict) and isinstance(told.get("courses"), list):
        return "json", _own(told["courses"])
    return "schema_org", _rows(_SCHEMA_ORG, _schema_org(told))


def _rows(head: tuple[str, ...], records: Iterable[Record]) -> Iterator[tuple[int, list[str]]]:
    yield 1, list(head)
    for line, record in enumerate(records, start=2):
        yield line, [record.get(name, "") for name in head]


# Our own format: the columns of our table, runs and sessions inside one another.


def _own(courses: list[Any]) -> Iterator[tuple[int, list[str]]]:
    records = [record for course in courses for record in _own_course(_table(course))]
    return _rows(tuple(dict.fromkeys(name for each in records for name in each)), records)


def _own_course(course: dict[str, Any]) -> Iterator[Record]:
    key = {"course_id": _plain(course.get("course_id"))}
    yield {**_cells(course, "runs"), **key}
    for run in map(_table, _list(course.get("runs"))):
        mine = {**key, "run_id": _plain(run.get("run_id"))}
        sessions = [_table(each) for each in _list(run.get("sessions"))]
        first = _cells(sessions[0]) if sessions else {}
        yield {**_cells(run, "sessions"), **first, **mine}
        for session in sessions[1:]:
            yield {**_cells(session), **mine}


def _cells(told: dict[str, Any], *without: str) -> Record:
    return {str(name): _plain(value) for name, value in told.items() if name not in without}


def _table(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise BrokenFeed(code="unknown_feed")
    return told


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _plain(value: Any) -> str:
    """What a cell of a table would hold."""
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return _plain(value.get("@value", value.get("name")))
    return "" if value is None else str(value)


# schema.org


def _schema_org(told: Any) -> Iterator[Record]:
    found = list(_courses(told, 0))
    if not found:
        raise BrokenFeed(code="unknown_feed")
    for course in found:
        yield from _schema_course(course)


def _courses(told: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every Course, in a list, a graph or an ItemList."""
    if depth > DEEPEST:
        raise BrokenFeed(code="broken_feed")
    if isinstance(told, list):
        for each in told:
            yield from _courses(each, depth + 1)
    elif isinstance(told, dict):
        if "Course" in _list(told.get("@type")):
            yield told
            return
        for name in ("@graph", "itemListElement", "item", "mainEntity"):
            yield from _courses(told.get(name), depth + 1)


def _schema_course(course: dict[str, Any]) -> Iterator[Record]:
    key = {"course_id": _first(course, "@id", "identifier", "courseCode", "url")}
    title, about = _plain(course.get("name")), _plain(course.get("description"))
    language = _language(_plain(course.get("inLanguage")), title, about)
    texts = {"title": title, "learn": about, "summary": _short(about)}
    texts["for_whom"] = _plain(course.get("coursePrerequisites"))
    yield {**_texts(texts, language), **key, "topic": _first(course, "about", "keywords")}
    for run in map(_table, _list(course.get("hasCourseInstance"))):
        yield {**_schema_run(run), **key}


def _schema_run(run: dict[str, Any]) -> Record:
    starts, ends = _plain(run.get("startDate")), _plain(run.get("endDate"))
    mode = _first(run, "courseMode").lower()
    return {
        "run_id": _first(run, "@id", "identifier", "name") or starts,
        "starts_on": _day(starts),
        "ends_on": _day(ends),
        "fee": _price(next(iter(_list(run.get("offers"))), {})),
        "mode": _MODES.get(mode, "in_person"),
        "language": _plain(run.get("inLanguage"))[:2].lower(),
        "capacity": _plain(run.get("maximumAttendeeCapacity")),
        "teacher": _first(run, "instructor"),
    }


def _price(offer: Any) -> str:
    offer = offer if isinstance(offer, dict) else {}
    price, currency = _plain(offer.get("price")), _plain(offer.get("priceCurrency"))
    if not price or _NOTHING.fullmatch(price):
        return "0"
    return price if currency.upper() in {"VND", ""} else f"{price} {currency}"


def _first(told: dict[str, Any], *names: str) -> str:
    found = (_plain(next(iter(_list(told.get(name))), "")) for name in names)
    return next((text.strip() for text in found if text.strip()), "")


# XCRI-CAP 1.2


def _xcri(content: bytes) -> Iterator[Record]:
    """Course by course; whatever is read is dropped, so memory is that of one course.

    No document type is accepted, so there are no entities, and nothing is ever loaded from outside.
    """
    safe: Any = import_module("defusedxml.ElementTree")
    common: Any = import_module("defusedxml.common")
    try:
        yield from _xcri_courses(
            safe.iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True)
        )
    except common.DefusedXmlException as error:
        raise BrokenFeed(code="xml_with_entities") from error
    except safe.ParseError as error:
        raise BrokenFeed(code="broken_xml", line=error.position[0]) from error


def _xcri_courses(events: Iterable[tuple[str, Any]]) -> Iterator[Record]:
    above: list[Any] = []
    for count, (event, element) in enumerate(events):
        if count > MOST_ELEMENTS or len(above) > DEEPEST:
            raise BrokenFeed(code="too_big_to_read")
        if event == "start":
            if not above and _name(element) not in ("catalog", "provider"):
                raise BrokenFeed(code="unknown_feed")
            above.append(element)
            continue
        above.pop()
        if _name(element) == "course":
            yield from _xcri_course(element)
            above[-1].remove(element) if above else None


def _xcri_course(course: Any) -> Iterator[Record]:
    key = {"course_id": _identifier(course)}
    title, described = _text(course, "title"), _prose_of(course, "description")
    parts = [_prose_of(course, name) for name in ("objective", "learningOutcome")]
    learn = "\n".join(part for part in (*parts, described) if part)
    texts = {
        "title": title,
        "summary": _short(_prose_of(course, "abstract") or described),
        "learn": learn,
        "for_whom": _prose_of(course, "prerequisite"),
    }
    taught = _text(_child(course, "presentation"), "languageOfInstruction")
    language = _language(_marked(course) or taught, title, learn)
    yield {**_texts(texts, language), **key, "topic": _text(course, "subject")}
    for number, run in enumerate(_children(course, "presentation"), start=1):
        yield {**_xcri_run(run, number, language), **key}


def _xcri_run(run: Any, number: int, language: str) -> Record:
    starts = _moment(_child(run, "start"))
    mode = _child(run, "attendanceMode")
    said = (mode.get("identifier") or "".join(mode.itertext())).strip() if mode is not None else ""
    cost = _text(run, "cost")
    return {
        "run_id": _identifier(run) or starts or str(number),
        "starts_on": starts,
        "ends_on": _moment(_child(run, "end")) or _after(starts, _child(run, "duration")),
        "enrol_from": _moment(_child(run, "applyFrom")),
        "enrol_until": _moment(_child(run, "applyUntil")),
        "fee": "0" if _NOTHING.fullmatch(cost) else cost,
        "mode": _MODES.get(said.lower(), "in_person"),
        "language": (_text(run, "languageOfInstruction") or language)[:2].lower(),
    }


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Any, name: str) -> list[Any]:
    return [] if element is None else [each for each in element if _name(each) == name]


def _child(element: Any, name: str) -> Any:
    return next(iter(_children(element, name)), None)


def _text(element: Any, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _identifier(element: Any) -> str:
    """The first one that is not the number of some register."""
    found = _children(element, "identifier")
    plain = [each for each in found if not any(name.endswith("type") for name in each.attrib)]
    return next(("".join(each.itertext()).strip() for each in [*plain, *found]), "")


def _prose_of(element: Any, name: str) -> str:
    """The first description without a type of its own, its blocks as lines."""
    found = _children(element, name)
    plain = [each for each in found if not any(key.endswith("}type") for key in each.attrib)]
    return _lines(plain[0]) if plain else ""


def _lines(element: Any) -> str:
    lines = (" ".join(line.split()) for line in "".join(_pieces(element)).splitlines())
    return "\n".join(line for line in lines if line)


def _pieces(element: Any) -> Iterator[str]:
    if _name(element) in _BLOCKS:
        yield "\n"
    yield element.text or ""
    for each in element:
        yield from _pieces(each)
        yield each.tail or ""


def _marked(element: Any) -> str:
    """The language that the course says its texts are in."""
    marks = (
        value
        for each in (element, *element)
        for name, value in each.attrib.items()
        if name.endswith("}lang")
    )
    return next(marks, "")


def _moment(element: Any) -> str:
    if element is None:
        return ""
    return _day((element.get("dtf") or "".join(element.itertext())).strip())


def _after(starts: str, duration: Any) -> str:
    """The last day, where the length is told so that a machine can read it."""
    found = _INTERVAL.fullmatch(duration.get("interval") or "") if duration is not None else None
    if not found or not _ISO_DAY.fullmatch(starts) or not any(found.groups()):
        return ""
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    length = timedelta(days=years * 365 + months * 30 + weeks * 7 + days)
    try:
        return (date.fromisoformat(starts) + length).isoformat()
    except (ValueError, OverflowError):
        return ""


# What the formats share.


def _day(text: str) -> str:
    found = _ISO_DAY.fullmatch(text.strip())
    return found[1] if found else _CLOCK.sub("", text.strip())


def _short(text: str) -> str:
    """The first paragraph, cut at a word where it is too long."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _SUMMARY else f"{first[: _SUMMARY - 2].rpartition(' ')[0]} …"


def _language(said: str, *texts: str) -> str:
    if said:
        return said[:2].lower()
    return "vi" if any(map(_VIETNAMESE.search, texts)) else "en"


def _texts(texts: Record, language: str) -> Record:
    """In the columns of their language; the Vietnamese title of another one quotes it."""
    if language == "vi":
        return {f"{name}_vi": text for name, text in texts.items()}
    told = {f"{name}_en": text for name, text in texts.items()}
    title = f"{texts['title'][:150]} (tiếng Anh)" if texts["title"] else ""
    return {**told, "title_vi": title}
