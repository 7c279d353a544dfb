"""The engines of this installation."""

from typing import cast

from flask import Flask, current_app

from app.core.config import Settings
from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import Engines
from app.search.meilisearch import MeilisearchEngine


def start(app: Flask, settings: Settings) -> None:
    """Open the embedded index, and the search server where the city has one."""
    embedded, server = EmbeddedEngine(settings.data_dir / "search.db"), None
    if settings.meilisearch_url:
        url, key = settings.meilisearch_url, settings.meilisearch_key
        server = MeilisearchEngine(url, key, read=embedded.read)
    app.extensions["search"] = Engines(embedded, server)


def engines() -> Engines:
    return cast("Engines", current_app.extensions["search"])
