"""An import on its way: sent, checked, put right line by line, looked at, applied."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.core import audit, clock, jobs
from app.core.db import transaction
from app.feeds import storage
from app.feeds.errors import NotNow, TooManyWithdrawn
from app.feeds.events import ImportToApply, ImportToCheck
from app.feeds.models import (
    Action,
    FeedChange,
    FeedImport,
    FeedRow,
    FeedSource,
    ImportState,
)
from app.feeds.operations.withdrawing import Withdrawals, brakes

_OPEN = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.ERRORS, ImportState.READY)
_DECIDED = (ImportState.ERRORS, ImportState.READY)


def take(
    source: FeedSource,
    stored: str,
    file_name: str,
    by_id: int | None = None,
    *,
    mapping: str = "",
    publish: bool = False,
) -> FeedImport:
    """A file that lies in `storage` begins its way; one that waited of its source is superseded."""
    sha256 = digest_of(stored)
    with transaction() as session:
        waiting = update(FeedImport).where(
            FeedImport.source_id == source.id, FeedImport.state.in_(_OPEN)
        )
        session.execute(waiting.values(state=ImportState.SUPERSEDED))
        made = FeedImport(
            provider_id=source.provider_id,
            source_id=source.id,
            file_name=Path(file_name).name[:200] or "-",
            stored=stored,
            size=storage.path(stored).stat().st_size,
            sha256=sha256,
            mapping=mapping,
            publish=publish,
        )
        session.add(made)
        session.flush()  # gives the id that the audit row and the event name
        audit.record("import.uploaded", "import", made.id, by_id, provider=source.provider_id)
        jobs.emit(ImportToCheck(made.id))
        return made


def digest_of(stored: str) -> str:
    with storage.path(stored).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def check_again(import_id: int, **values: object) -> None:
    """After something was put right.

    Raises:
        NotNow: it is being checked or applied, or was.
    """
    with transaction() as session:
        _step(session, import_id, _DECIDED, state=ImportState.CHECKING, note="", **values)
        jobs.emit(ImportToCheck(import_id))


def convert(import_id: int) -> None:
    """Read it again as text of the old font that was recognised.

    Raises:
        NotNow: no font was recognised, or it went on meanwhile.
    """
    with transaction() as session:
        found = session.get_one(FeedImport, import_id)
        font = str(found.refusal.get("values", {}).get("font", ""))
        if not font or found.letters:
            raise NotNow
        check_again(import_id, letters=font)


def put_right(import_id: int, line: int, texts: dict[str, str]) -> None:
    """Keep what lies over a row of the file; the file itself stays as it was sent.

    Raises:
        NotNow: the import is no longer being put right.
    """
    _set_row(import_id, line, fixed=texts, left_out=False)


def leave_out(import_id: int, line: int) -> None:
    """Do not take this row.

    Raises:
        NotNow: as `put_right`.
    """
    _set_row(import_id, line, left_out=True)


def _set_row(import_id: int, line: int, **values: object) -> None:
    with transaction() as session:
        _step(session, import_id, (ImportState.ERRORS,))
        row = update(FeedRow).where(FeedRow.import_id == import_id, FeedRow.line == line)
        session.execute(row.values(problems=[], **values))


def choose(import_id: int, shown: Iterable[int], ticked: Iterable[int]) -> None:
    """Keep the ticks of the missing rows of one page; what people use cannot be ticked.

    Raises:
        NotNow: the import is no longer being looked at.
    """
    with transaction() as session:
        _step(session, import_id, _DECIDED)
        missing = update(FeedChange).where(
            FeedChange.import_id == import_id,
            FeedChange.action == Action.MISSING,
            FeedChange.people == 0,
        )
        of_page = missing.where(FeedChange.id.in_(list(shown)))
        session.execute(of_page.values(chosen=False))
        session.execute(of_page.where(FeedChange.id.in_(list(ticked))).values(chosen=True))


def choose_all(import_id: int) -> None:
    """Tick whatever is missing and used by nobody."""
    with transaction() as session:
        _step(session, import_id, _DECIDED)
        missing = update(FeedChange).where(
            FeedChange.import_id == import_id,
            FeedChange.action == Action.MISSING,
            FeedChange.people == 0,
        )
        session.execute(missing.values(chosen=True))


def want(
    import_id: int,
    digest: str,
    by_id: int | None = None,
    *,
    good_rows: bool = False,
    confirmed: int | None = None,
) -> None:
    """The difference that was shown is to be applied; the worker does it.

    Args:
        digest: of what was shown.
        good_rows: although others are wrong.
        confirmed: the number of withdrawals, typed by whoever wants them.

    Raises:
        NotNow: something else is shown now, or rows are wrong and nobody said to leave them.
        TooManyWithdrawn: the brake, and the number was not typed.
    """
    with transaction() as session:
        found = session.get_one(FeedImport, import_id, with_for_update=True)
        wanted = chosen(session, import_id)
        number = len(wanted.courses) + len(wanted.runs)
        if is_braked(found, wanted) and confirmed != number:
            raise TooManyWithdrawn
        states = _DECIDED if good_rows else (ImportState.READY,)
        if found.digest != digest or not digest:
            raise NotNow
        _step(
            session, import_id, states,
            state=ImportState.APPLYING, good_rows=good_rows, note="",
        )  # fmt: skip
        jobs.emit(ImportToApply(import_id, by_id, confirmed == number))


def discard(import_id: int, by_id: int | None = None) -> None:
    """It is not wanted after all.

    Raises:
        NotNow: it is being applied, or was.
    """
    with transaction() as session:
        _step(session, import_id, _OPEN, state=ImportState.SUPERSEDED)
        audit.record("import.discarded", "import", import_id, by_id)


def chosen(session: Session, import_id: int) -> Withdrawals:
    """What was ticked."""
    ticked = select(FeedChange.course_id, FeedChange.run_id).where(
        FeedChange.import_id == import_id,
        FeedChange.action == Action.MISSING,
        FeedChange.chosen.is_(True),
    )
    pairs = session.execute(ticked).all()
    return Withdrawals(
        courses=frozenset(course for course, run in pairs if run is None and course),
        runs=frozenset(run for _course, run in pairs if run is not None),
    )


def is_braked(found: FeedImport, wanted: Withdrawals) -> bool:
    live = found.report.get("live_courses", 0), found.report.get("live_runs", 0)
    return brakes(len(wanted.courses), live[0]) or brakes(len(wanted.runs), live[1])


def forget_lines(session: Session, import_id: int) -> None:
    """The lines of a difference that is not shown any more."""
    session.execute(delete(FeedChange).where(FeedChange.import_id == import_id))


def keep_rows(session: Session, import_id: int, rows: list[dict[str, object]]) -> None:
    """Rows that are wrong now; those that were put right keep what was typed."""
    session.execute(update(FeedRow).where(FeedRow.import_id == import_id).values(problems=[]))
    here = set(session.scalars(select(FeedRow.line).where(FeedRow.import_id == import_id)))
    new = [row for row in rows if row["line"] not in here]
    for row in rows:
        if row["line"] in here:
            of_line = update(FeedRow).where(
                FeedRow.import_id == import_id, FeedRow.line == row["line"]
            )
            session.execute(of_line.values(problems=row["problems"], texts=row["texts"]))
    if new:
        session.execute(insert(FeedRow), [{"import_id": import_id, **row} for row in new])


def _step(
    session: Session, import_id: int, states: Iterable[ImportState], **values: object
) -> None:
    """One conditional statement: of two who act at once one is told."""
    mine = update(FeedImport).where(FeedImport.id == import_id, FeedImport.state.in_(list(states)))
    done = session.execute(
        mine.values(**{"checked_at": FeedImport.checked_at, **values}).returning(FeedImport.id)
    )
    if done.first() is None:
        raise NotNow
    session.expire_all()


def applied(session: Session, import_id: int, report: dict[str, object]) -> None:
    """It is in the catalogue; what was applied of the source before is superseded.

    Raises:
        NotNow: another worker was quicker.
    """
    _step(
        session, import_id, (ImportState.APPLYING,),
        state=ImportState.APPLIED, applied_at=clock.now(), report=report,
    )  # fmt: skip
    source_id = session.get_one(FeedImport, import_id).source_id
    older = update(FeedImport).where(
        FeedImport.source_id == source_id,
        FeedImport.state == ImportState.APPLIED,
        FeedImport.id != import_id,
    )
    session.execute(older.values(state=ImportState.SUPERSEDED))
