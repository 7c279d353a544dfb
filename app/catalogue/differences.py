"""Two versions of a course, field by field, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue import course_words, documents
from app.catalogue.documents import Document
from app.providers.words import CLA


@dataclass(frozen=True, slots=True)
class Words:
    """What the numbers in a document stand for."""

    topics: Mapping[int, str]
    audiences: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field; `language` is that of its texts, empty where they are words of the page."""

    name: str
    label: str
    before: str
    after: str
    language: str


def differences(before: Document, after: Document, words: Words) -> list[Difference]:
    """Every field that differs, in the order of the pages."""
    before, after = {**documents.NOTHING, **before}, {**documents.NOTHING, **after}
    return [
        Difference(
            name,
            course_words.label(name),
            _shown(name, before[name], words),
            _shown(name, after[name], words),
            _language(name),
        )
        for name in documents.changed(before, after)
    ]


def _language(name: str) -> str:
    return name.rpartition("_")[2] if name not in documents.CODES else ""


def _shown(name: str, value: Any, words: Words) -> str:
    if name == "topic_id":
        return words.topics.get(value, "")
    if name == "audience_ids":
        return course_words.named(words.audiences, value or [])
    if name == "languages":
        return course_words.language_names(value)
    if name == "job_related":
        return course_words.yes_or_no(value)
    return str(CLA.get(value, value)) if name == "cla" else value
