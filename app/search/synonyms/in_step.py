"""Every process uses the words of the table, at most a minute old."""

from app.core.kept import kept
from app.search import lexicon
from app.search.lexicon import Synonyms
from app.search.synonyms import queries

_SECONDS = 60.0


def refresh(*, anew: bool = False) -> None:
    """Called before every question; asks the database once a minute, or at once."""
    (table,) = kept("synonyms", _SECONDS, lambda: (_table(),), anew=anew)
    lexicon.use(table)


def _table() -> Synonyms | None:
    found = queries.in_use()
    return None if found is None else lexicon.table_of(found)
