"""One human under two rows becomes one row, and two again if that was wrong.

The row that goes stays in the table with its key, which leads to the row that was kept: the next
form of the same person finds its way. Everything else moves through the holdings of all packages,
in one transaction, and each of them notes what it needs to give its rows back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.errors import CannotMerge, MergeUndone, NotTheLastMerge
from app.accounts.events import PersonChanged, PersonsMerged
from app.accounts.models import Merge, Person, SuspicionState
from app.accounts.operations import suspicions
from app.accounts.rights.holdings import all_holdings
from app.core import audit, clock, jobs
from app.core.db import db, transaction
from app.core.i18n import gettext

_SUSPICION = "suspicion"
"""In `Merge.moved`, beside the names of holdings: which suspicion this answered."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of rows and how many each of the two has."""

    name: str
    label: str
    of_kept: int
    of_gone: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen."""

    kept: Person
    gone: Person
    lines: Sequence[Line]
    obstacles: Sequence[str]  # as long as there is one it is refused
    conflicts: Sequence[str]  # what will not simply move


def preview(kept_id: int, gone_id: int) -> Preview:
    """Both side by side; nothing changes."""
    kept, gone = db.session.get_one(Person, kept_id), db.session.get_one(Person, gone_id)
    lines = [
        Line(each.name, each.label, each.count(kept_id), each.count(gone_id))
        for each in all_holdings()
    ]
    conflicts = [words for each in all_holdings() for words in each.conflicts(kept_id, gone_id)]
    return Preview(kept, gone, lines, _obstacles(kept, gone), conflicts)


def merge(kept_id: int, gone_id: int, by_id: int | None, reason: str) -> Merge:
    """The rows of one go to the other.

    Raises:
        CannotMerge: with what stands in the way.
    """
    with transaction() as session:
        kept, gone = _locked(session, kept_id, gone_id)
        for words in _obstacles(kept, gone):
            raise CannotMerge(words)
        moved = {each.name: each.move(session, gone_id, kept_id) for each in all_holdings()}
        gone.merged_into_id = kept_id
        suspicion = suspicions.find(session, kept_id, gone_id)
        if suspicion is not None and suspicion.state is SuspicionState.OPEN:
            suspicions.close(suspicion, SuspicionState.MERGED, by_id, reason)
            moved[_SUSPICION] = suspicion.id
        done = Merge(
            kept_id=kept_id, gone_id=gone_id, moved=moved, merged_by_id=by_id, reason=reason
        )
        session.add(done)
        session.flush()
        _record(done, "person.merged", by_id, reason)
        jobs.emit(PersonsMerged(kept_id, gone_id))
        jobs.emit(PersonChanged(kept_id))
        return done


def undo(merge_id: int, by_id: int | None, reason: str) -> list[str]:
    """Everything goes back to the row it came from; what could not, in words.

    Raises:
        MergeUndone: somebody has done it already.
        NotTheLastMerge: one of the two was put together with somebody else since.
    """
    with transaction() as session:
        done = session.get_one(Merge, merge_id)
        kept, gone = _locked(session, done.kept_id, done.gone_id)
        session.refresh(done, with_for_update=True)
        if done.undone_at is not None:
            raise MergeUndone
        if kept.merged_into_id is not None or _later(session, done):
            raise NotTheLastMerge
        said: list[str] = []
        for each in all_holdings():
            if each.name in done.moved:
                back = each.move_back(session, gone.id, kept.id, done.moved[each.name])
                said += back or ()
        gone.merged_into_id = None
        _reopen(session, done)
        done.undone_at, done.undone_by_id = clock.now(), by_id
        _record(done, "person.parted", by_id, reason)
        jobs.emit(PersonsMerged(kept.id, gone.id))
        for person_id in (kept.id, gone.id):
            jobs.emit(PersonChanged(person_id))
        return said


def _locked(session: Session, kept_id: int, gone_id: int) -> tuple[Person, Person]:
    """Both rows, held to the end, and then what is locked after persons elsewhere too."""
    pair = sorted({kept_id, gone_id})
    rows = select(Person).where(Person.id.in_(pair)).order_by(Person.id).with_for_update()
    found = {row.id: row for row in session.scalars(rows.execution_options(populate_existing=True))}
    for each in all_holdings():
        each.lock(session, pair)
    if len(found) < len({kept_id, gone_id}) or kept_id == gone_id:
        raise CannotMerge
    return found[kept_id], found[gone_id]


def _obstacles(kept: Person, gone: Person) -> list[str]:
    """Why these two cannot be put together at all."""
    found = []
    if kept.id == gone.id or any(row.merged_into_id or row.erased_at for row in (kept, gone)):
        found.append(gettext("One of them was put together with somebody else, or deleted."))
    numbers = {row.national_id_hash for row in (kept, gone)} - {None}
    if len(numbers) > 1:
        found.append(gettext("Their identification numbers differ, so they are two people."))
    for each in all_holdings():
        found += each.obstacles(kept.id, gone.id)
    return found


def _later(session: Session, done: Merge) -> bool:
    """Whether a merge that still stands involves one of the two and came after this one."""
    pair = (done.kept_id, done.gone_id)
    involved = or_(Merge.kept_id.in_(pair), Merge.gone_id.in_(pair))
    later = select(Merge.id).where(involved, Merge.id > done.id, Merge.undone_at.is_(None))
    return session.scalar(later.limit(1)) is not None


def _reopen(session: Session, done: Merge) -> None:
    """The question this merge had answered is open again."""
    suspicion = suspicions.find(session, done.kept_id, done.gone_id)
    if suspicion is not None and suspicion.id == done.moved.get(_SUSPICION):
        suspicion.state, suspicion.note = SuspicionState.OPEN, ""
        suspicion.decided_at, suspicion.decided_by_id = None, None


def _record(done: Merge, action: str, by_id: int | None, reason: str) -> None:
    for person_id in (done.kept_id, done.gone_id):
        audit.record(action, "merge", done.id, by_id, person_id=person_id, reason=reason)
