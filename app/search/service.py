"""The engines of this installation."""

from typing import cast

from flask import Flask, current_app

from app.core.config import Settings
from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import Engines, SearchEngine
from app.search.meilisearch import MeilisearchEngine


def start(app: Flask, settings: Settings) -> None:
    """Open the embedded index, and the search server where the city has one."""
    server: SearchEngine | None = None
    if settings.meilisearch_url:
        server = MeilisearchEngine(settings.meilisearch_url, settings.meilisearch_key)
    app.extensions["search"] = Engines(EmbeddedEngine(settings.data_dir / "search.db"), server)


def engines() -> Engines:
    return cast("Engines", current_app.extensions["search"])
