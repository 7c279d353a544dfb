"""Keeping a question, hearing what is new to it, and not any more.

What a question finds is asked before the transaction: a city's search server is another machine.
"""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core import audit, clock, jobs
from app.core.db import db, end_reading, transaction
from app.core.keys import random_code
from app.search import queries
from app.search.errors import NowhereToWrite, TooLongToSave, TooManySaved
from app.search.models import Letters, SavedSearch
from app.search.saved import replay
from app.search.saved.events import SearchNews
from app.search.saved.question import LONGEST, wanted
from app.search.saved.readers import contact_of

STOP = "stop-saved-search"
"""What the token in a letter is good for."""
MOST_SAVED = 20
MOST_SEEN = 2000


def save(
    person_id: int, question: str, name: str, letters: Letters, by_id: int | None = None
) -> str:
    """Keep the question and answer its code; the same question again only takes the new choice.

    What it finds open at this moment is no news: the reader sees it on the page.

    Raises:
        TooManySaved, TooLongToSave, NowhereToWrite: nothing was kept.
    """
    if len(question) > LONGEST:
        raise TooLongToSave
    seen = _seen_now(question) if letters is not Letters.NONE else []
    with transaction() as session:
        _lock(session, person_id)
        _check_reader(person_id, letters)
        mine = select(SavedSearch).where(SavedSearch.person_id == person_id)
        known = session.scalars(mine.where(SavedSearch.question == question)).first()
        if known is not None:
            _put(known, name, letters, seen, by_id)
            return known.code
        count = select(func.count(SavedSearch.id)).where(SavedSearch.person_id == person_id)
        if (session.scalar(count) or 0) >= MOST_SAVED:
            raise TooManySaved
        search = SavedSearch(
            code=random_code(), person_id=person_id, name=name, question=question,
            letters=letters, seen=seen,
        )  # fmt: skip
        session.add(search)
        session.flush()
        audit.record("search.saved", "saved_search", search.id, by_id,
                     person_id=person_id, letters=letters.value)  # fmt: skip
        return search.code


def change(search_id: int, name: str, letters: Letters, by_id: int | None = None) -> None:
    """Another name, other letters. Who asks for letters anew hears what is new from now on.

    Raises:
        NowhereToWrite: nothing was changed.
    """
    question = db.session.scalar(select(SavedSearch.question).where(SavedSearch.id == search_id))
    seen = _seen_now(question) if question and letters is not Letters.NONE else []
    with transaction() as session:
        search = _locked(session, search_id)
        if search is not None:
            _check_reader(search.person_id, letters)
            _put(search, name, letters, seen, by_id)


def remove(search_id: int, by_id: int | None = None) -> None:
    """Twice is the same as once."""
    with transaction() as session:
        gone = delete(SavedSearch).where(SavedSearch.id == search_id)
        person_id = session.scalar(gone.returning(SavedSearch.person_id))
        if person_id is not None:
            audit.record("search.removed", "saved_search", search_id, by_id, person_id=person_id)


def stop(search_id: int) -> None:
    """No more letters, by the link in one of them; twice is the same as once."""
    with transaction() as session:
        on = update(SavedSearch).where(
            SavedSearch.id == search_id, SavedSearch.letters != Letters.NONE
        )
        stopped = on.values(letters=Letters.NONE).returning(SavedSearch.person_id)
        person_id = session.scalar(stopped)
        if person_id is not None:
            audit.record("search.stopped", "saved_search", search_id, person_id=person_id)


def look(search_id: int, names: queries.Labels) -> None:
    """Ask the question again; what it finds for the first time is told by an event.

    That it was seen and that it is told are one commit, and of two workers only one gets there.
    """
    search = db.session.get(SavedSearch, search_id)
    if search is None or search.letters is Letters.NONE:
        return
    asked, before, seen = wanted(search.question, names), search.looked_at, search.seen
    found = replay.open_now(asked) if asked else ()
    fresh = [key for key in found if key not in set(seen)]
    now = clock.now()
    ours = update(SavedSearch).where(
        SavedSearch.id == search_id, SavedSearch.looked_at == before,
        SavedSearch.letters != Letters.NONE,
    )  # fmt: skip
    looked = ours.values(looked_at=now, seen=_remembered(found, seen))
    with transaction() as session:
        if session.scalar(looked.returning(SavedSearch.id)) and fresh:
            jobs.emit(SearchNews(search_id, fresh, clock.local(now).date().isoformat()))


def _put(
    search: SavedSearch, name: str, letters: Letters, seen: list[str], by_id: int | None
) -> None:
    if search.letters is Letters.NONE:
        search.seen, search.looked_at = seen, clock.now()
    search.name, search.letters = name, letters
    audit.record("search.changed", "saved_search", search.id, by_id,
                 person_id=search.person_id, letters=letters.value)  # fmt: skip


def _seen_now(question: str) -> list[str]:
    asked = wanted(question, queries.labels())
    end_reading()
    return list(replay.open_now(asked)) if asked else []


def _remembered(found: tuple[str, ...], seen: list[str]) -> list[str]:
    """Those found now before those of former times, of which the oldest are forgotten."""
    return list(dict.fromkeys([*found, *seen]))[:MOST_SEEN]


def _check_reader(person_id: int, letters: Letters) -> None:
    if letters is not Letters.NONE and contact_of(person_id) is None:
        raise NowhereToWrite


def _lock(session: Session, person_id: int) -> None:
    session.get_one(Person, person_id, with_for_update={"of": Person})


def _locked(session: Session, search_id: int) -> SavedSearch | None:
    return session.get(SavedSearch, search_id, with_for_update={"of": SavedSearch})
