"""What a change of the words would find, before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue import queries as catalogue
from app.core.i18n import Bilingual
from app.search import lexicon
from app.search.filters import CourseFilter, Results
from app.search.service import engines
from app.search.synonyms import queries
from app.search.synonyms.operations import Fields, key_of

MOST_TRIED = 6
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """How much one text finds now and then, and the first courses it would find."""

    text: str
    now: int
    then: int
    first: Sequence[Bilingual]


def of(fields: Fields, instead_of: str = "") -> list[Effect]:
    """Of the term, and of the words that would find it.

    Args:
        instead_of: key of the entry that is being changed.
    """
    rest = queries.in_use()
    entries = [each for each in (lexicon.built_in() if rest is None else rest)
               if key_of(each.term) not in (instead_of, fields.key)]  # fmt: skip
    then = lexicon.table_of([*entries, fields.entry] if fields.is_active else entries)
    group = (fields.term, *fields.entry.others) if fields.two_way else (fields.term,)
    return [_effect(text, then) for text in group[:MOST_TRIED]]


def _effect(text: str, table: lexicon.Synonyms) -> Effect:
    now = _ask(text)
    with lexicon.trying(table):
        then = _ask(text)
    ids = [hit.key for hit in then.hits if hit.kind == "course"]
    return Effect(text, now.total, then.total, [card.title for card in catalogue.cards(ids)])


def _ask(text: str) -> Results:
    """The embedded engine: it needs no settings to be changed."""
    return engines().embedded.search(CourseFilter(q=text, per_page=_SHOWN))
