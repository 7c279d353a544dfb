"""The engines under the contract: the embedded one, and a real server where there is one."""

import os

import pytest

from app.search.embedded.engine import EmbeddedEngine
from app.search.meilisearch import MeilisearchEngine


@pytest.fixture
def embedded(tmp_path):
    engine = EmbeddedEngine(tmp_path / "search.db")
    yield engine
    engine.close()


@pytest.fixture(params=["embedded", "meilisearch"])
def engine(request, embedded):
    if request.param == "embedded":
        return embedded
    url = os.environ.get("MEILISEARCH_URL")
    if not url:
        pytest.skip("no MEILISEARCH_URL: the contract ran on the embedded engine only")
    key = os.environ.get("MEILISEARCH_KEY", "")
    return MeilisearchEngine(url, key, index="contract", timeout=5.0, read=embedded.read)
