"""Letters about what is new to questions people keep."""

from datetime import timedelta
from functools import partial

from app.accounts.contacts import Contact
from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.core.tokens import token
from app.notices import operations
from app.notices.events import MessageQueued
from app.notices.wording import searches
from app.notices.wording.base import address
from app.search import queries
from app.search.alerts.events import FirstFound
from app.search.models import Letters, SavedSearch, SearchAlert
from app.search.saved import replay
from app.search.saved.events import SearchNews
from app.search.saved.operations import STOP
from app.search.saved.question import given, in_words, read
from app.search.saved.readers import contact_of

_NEWS_FOR = timedelta(days=2)
_SHORT = 120
"""An address that leaves room for words in a text."""


@handles(SearchNews)
def tell_what_is_new(event: SearchNews) -> None:
    """What still can be had, to whoever still wants letters; nothing left is no letter."""
    search = db.session.get(SavedSearch, event.search_id)
    if search is None or search.letters is Letters.NONE:
        return
    contact, found = contact_of(search.person_id), replay.items(event.keys)
    if contact is None or not found:
        return
    person = db.session.get_one(Person, search.person_id)
    with speaking(person.language):
        about = searches.AboutSearch(
            name=search.name, items=found, url=results_url(search.question),
            page=address("saved-searches", token(STOP, search.id)),
        )  # fmt: skip
        words = searches.news(about)
    until = clock.now() + _NEWS_FOR
    event_of = partial(MessageQueued, saved_search_id=search.id, until=until.isoformat())
    key = f"search-{search.id}-{event.day}"
    operations.write_to(contact, key, words, person.id, event_of, stop_url=about.page)


@handles(FirstFound)
def tell_of_the_first(event: FirstFound) -> None:
    """Once, and only of what still can be had."""
    alert = db.session.get(SearchAlert, event.alert_id)
    contact = Contact.read(alert.contact) if alert else None
    found = replay.items(event.keys)
    if alert is None or contact is None or not found:
        return
    with speaking(alert.language):
        names = queries.labels()
        url = results_url(alert.question)
        about = searches.AboutSearch(
            name=in_words(read(given(alert.question), names), names), items=found, url=url,
            page=url if len(url) <= _SHORT else address(*found[0].path),
        )  # fmt: skip
        words = searches.first(about)
    until = clock.now() + _NEWS_FOR
    event_of = partial(MessageQueued, search_alert_id=alert.id, until=until.isoformat())
    operations.write_to(contact, f"search-first-{alert.code}", words, event=event_of)


def results_url(question: str) -> str:
    """The page of the same question, in the reader's language."""
    return f"{address('courses')}?{question}"
