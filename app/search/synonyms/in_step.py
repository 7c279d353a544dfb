"""Every process uses the words of the table, at most a minute old."""

from app.core.kept import kept
from app.search import lexicon
from app.search.lexicon import Equal
from app.search.synonyms import queries

_SECONDS = 60.0
_known: list[list[Equal] | None] = [None]


def refresh() -> None:
    """Called before every question; asks the database once a minute."""
    kept("synonyms", _SECONDS, _read)


def read_now() -> None:
    """As `refresh`, whatever was read a moment ago."""
    _read()


def _read() -> bool:
    found = queries.in_use()
    if found != _known[0]:
        lexicon.use(None if found is None else lexicon.table_of(found))
        _known[0] = found
    return True
