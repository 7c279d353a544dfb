"""The engines of this installation."""

import logging
from typing import cast

from flask import Flask, current_app

from app.core.config import Settings
from app.search import indexing
from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import Engines
from app.search.meilisearch import MeilisearchEngine

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
"""
    found = installed()
    if not found.embedded.health():
        log.warning("the embedded index is missing or old: building it")
        found.embedded.rebuild(indexing.documents())
    return found
