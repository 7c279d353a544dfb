"""The words of a course as one document: what a revision holds, history keeps and pages compare.

A document is a plain mapping that fits into JSON: each text of `PAIRS` in both languages, the codes
of where the course belongs, and `source_was` (see `Course`).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.models import Course
from app.core.i18n import LANGUAGES, Bilingual

Document = dict[str, Any]

PAIRS = ("title", "summary", "learn", "for_whom", "bring")
CODES = ("topic_id", "cla", "languages", "audience_ids", "job_related")
NAMES = (*(f"{name}_{language}" for name in PAIRS for language in LANGUAGES), *CODES)
"""What residents can notice, in the order of the pages."""

NOTHING: Document = {
    **dict.fromkeys(NAMES, ""),
    "topic_id": 0,
    "audience_ids": [],
    "job_related": False,
    "source_was": {},
}
"""A course of which nothing is said yet."""

_EMPTY = Bilingual("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFields:
    """What a provider says about a course. Without an ISCED-F field the topic's own is taken.

    Args:
        languages: those in which it is to be complete.
        source_was: None: found out from what changes.
    """

    title: Bilingual
    topic_id: int
    cla: str
    summary: Bilingual = _EMPTY
    learn: Bilingual = _EMPTY
    for_whom: Bilingual = _EMPTY
    bring: Bilingual = _EMPTY
    audience_ids: frozenset[int] = frozenset()
    job_related: bool = False
    isced_f: str = ""
    languages: tuple[str, ...] = ("vi",)
    source_was: Mapping[str, str] | None = None


def of_course(course: Course) -> Document:
    """The course as it is in its own row."""
    plain = {name: getattr(course, name) for name in NAMES if name != "audience_ids"}
    audiences = sorted(audience.id for audience in course.audiences)
    return {**plain, "audience_ids": audiences, "source_was": dict(course.source_was)}


def fields_of(document: Document) -> CourseFields:
    """For the operations."""
    texts: dict[str, Any] = {name: pair(document, name) for name in PAIRS}
    return CourseFields(
        **texts,
        topic_id=document["topic_id"],
        cla=document["cla"],
        languages=tuple(document["languages"].split()),
        audience_ids=frozenset(document["audience_ids"]),
        job_related=document["job_related"],
        source_was=document["source_was"],
    )


def pair(document: Document, name: str) -> Bilingual:
    """One text in both languages."""
    return Bilingual(document[f"{name}_vi"], document[f"{name}_en"])


def changed(before: Document, after: Document) -> list[str]:
    """The names of what residents would notice; old documents lack those that came later."""
    before, after = {**NOTHING, **before}, {**NOTHING, **after}
    return [name for name in NAMES if before[name] != after[name]]


def fingerprint(document: Document, names: Iterable[str]) -> str:
    """Tells whether somebody else has changed any of these since a form was opened."""
    values = json.dumps([document[name] for name in names], ensure_ascii=False)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


def with_values(
    document: Document, values: Mapping[str, Any], fits: Collection[str] = ()
) -> Document:
    """The document after some of its values were typed anew.

    Args:
        fits: texts whose translation still fits, although its source has changed.
    """
    after = {**document, **values}
    return {**after, "source_was": sources(document, after, fits)}


def sources(before: Document, after: Document, fits: Collection[str] = ()) -> dict[str, str]:
    """By text: the Vietnamese from which the English was made, where it is another now."""
    known = dict(before["source_was"])
    for name in PAIRS:
        vi, en = f"{name}_vi", f"{name}_en"
        if not after[en] or name in fits or after[en] != before[en]:
            known.pop(name, None)
        elif after[vi] != before[vi] and before[vi]:
            known.setdefault(name, before[vi])
        if known.get(name) == after[vi]:
            del known[name]
    return known


def merged(base: Document, document: Document, live: Document) -> Document:
    """A revision begun from `base`, brought onto the course as it is now.

    What the revision did not touch is as it is now; what it did touch, it decides. A name that came
    to documents later than the revision was begun is untouched.
    """
    base, document = {**live, **base}, {**live, **document}
    found = {name: document[name] if document[name] != base[name] else live[name] for name in NAMES}
    touched = {name for name in PAIRS if _texts(document, name) != _texts(base, name)}
    decide = {name: document if name in touched else live for name in PAIRS}
    found["source_was"] = {
        name: by["source_was"][name] for name, by in decide.items() if name in by["source_was"]
    }
    return found


def _texts(document: Document, name: str) -> tuple[str, str, str | None]:
    return document[f"{name}_vi"], document[f"{name}_en"], document["source_was"].get(name)
