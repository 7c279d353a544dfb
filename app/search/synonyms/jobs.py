"""Telling the search server of the city; the embedded engine reads the words with each question."""

from app.core.jobs import handles
from app.search.service import engines
from app.search.synonyms import in_step
from app.search.synonyms.events import SynonymsChanged


@handles(SynonymsChanged, network=True)
def tell_the_server(_event: SynonymsChanged) -> None:
    """All of the words as they are now: late or repeated news end up right."""
    in_step.refresh(anew=True)
    server = engines().primary
    if server is not None:
        server.prepare()
