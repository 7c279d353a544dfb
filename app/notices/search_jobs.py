"""Letters about what is new to questions people keep."""

from datetime import timedelta
from functools import partial

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
from app.search.models import Letters, SavedSearch
from app.search.saved import replay
from app.search.saved.events import SearchNews
from app.search.saved.operations import STOP
from app.search.saved.readers import contact_of

_NEWS_FOR = timedelta(days=2)


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


def results_url(question: str) -> str:
    """The page of the same question, in the reader's language."""
    return f"{address('courses')}?{question}"
