"""The engines of this installation."""

import logging
from collections.abc import Collection
from typing import cast

from flask import Flask, current_app

from app.core.config import Settings
from app.search import finding, indexing, queries
from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import Engines, SearchUnavailable
from app.search.filters import CourseFilter
from app.search.finding import Found
from app.search.meilisearch import MeilisearchEngine
from app.search.synonyms import in_step as synonyms
from app.search.understanding import Understood

log = logging.getLogger(__name__)


def start(app: Flask, settings: Settings) -> None:
    """Open the embedded index, and the search server where the city has one."""
    embedded, server = EmbeddedEngine(settings.data_dir / "search.db"), None
    if settings.meilisearch_url:
        url, key = settings.meilisearch_url, settings.meilisearch_key
        server = MeilisearchEngine(url, key, read=embedded.read)
    app.extensions["search"] = Engines(embedded, server)


def installed() -> Engines:
    """Ready or not."""
    return cast("Engines", current_app.extensions["search"])


def engines() -> Engines:
    """Ready to answer: a missing index, or one of an older version, is built before use.

    The words that mean the same are those of the city, at most a minute old.
    """
    found = installed()
    if not found.embedded.health():
        log.warning("the embedded index is missing or old: building it")
        found.embedded.rebuild(indexing.documents())
    synonyms.refresh()
    return found


def find(wanted: CourseFilter) -> Found:
    """The answer, with places, times, fees and people in the words understood as filters."""
    return finding.find(engines(), wanted, _understand())


def count(wanted: CourseFilter) -> int:
    """How much `find` would find."""
    return finding.count(engines(), wanted, _understand())


def respelled(text: str) -> str:
    """What a question that finds nothing may have meant to say, or nothing."""
    try:
        return engines().embedded.respelled(text)
    except SearchUnavailable:
        return ""


def _understand() -> finding.Understand:
    embedded, places = engines().embedded, queries.place_names()

    def understand(text: str, skip: Collection[str]) -> Understood:
        try:
            return embedded.understand(text, places, skip)
        except SearchUnavailable:
            return Understood(text)

    return understand
