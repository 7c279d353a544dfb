"""What the pages of imports show: reads, made ready for templates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, and_, cast, func, or_, select

from app.catalogue.models import Course, Topic
from app.core.db import db
from app.core.paging import Page, page_of
from app.feeds import storage
from app.feeds.drafts import Drafter
from app.feeds.errors import REFUSALS, FileRefused
from app.feeds.layout import BY_NAME, Column
from app.feeds.mapping import FEED, Row, by_name
from app.feeds.models import (
    Action,
    FeedChange,
    FeedImport,
    FeedLink,
    FeedRow,
    FeedSource,
    FieldLock,
    ImportState,
)
from app.feeds.operations import uploads
from app.feeds.problems import MESSAGES, Problem
from app.feeds.queries import vocabulary
from app.feeds.report import Findings
from app.feeds.words import LOCKABLE, PHASES

_BUSY = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.APPLYING)
ROWS_SHOWN = 30
_IS_WRONG = cast(FeedRow.problems, Text) != "[]"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a wrong row; `reason` is empty where it is good."""

    column: Column
    text: str
    reason: str

    @property
    def id(self) -> str:
        return f"cell-{self.column.name}"


def imports(provider_id: int, number: int, url: Callable[[int], str]) -> Page[FeedImport]:
    """The newest first."""
    mine = select(FeedImport).where(FeedImport.provider_id == provider_id)
    return page_of(mine.order_by(FeedImport.id.desc()), number, url)


def sources(provider_id: int) -> list[FeedSource]:
    """The feeds that are written down, without the provider's own files."""
    mine = select(FeedSource).where(
        FeedSource.provider_id == provider_id,
        FeedSource.address != "",
        FeedSource.removed_at.is_(None),
    )
    return list(db.session.scalars(mine.order_by(FeedSource.id)))


def topics() -> list[Topic]:
    return list(db.session.scalars(select(Topic).order_by(Topic.position, Topic.id)))


def is_busy(found: FeedImport) -> bool:
    """Whether the page reloads by itself."""
    return found.state in _BUSY


def progress(found: FeedImport) -> tuple[str, int, int]:
    """Words, how many, of how many."""
    phase, done, total = storage.progress(found.stored)
    return str(PHASES.get(phase, "")), done, total


def refusal(found: FeedImport) -> str:
    """Why the file cannot be read, in the language of the page."""
    code, values = found.refusal.get("code", ""), found.refusal.get("values", {})
    if code not in REFUSALS:
        return ""
    reason = FileRefused(code, **values).reason
    return reason.text()


def numbers(import_id: int) -> dict[str, int]:
    """How many lines of the difference there are, by what they do."""
    query = select(FeedChange.action, func.count()).where(FeedChange.import_id == import_id)
    found: dict[str, int] = {
        action.value: count
        for action, count in db.session.execute(query.group_by(FeedChange.action))
    }
    return {action.value: found.get(action.value, 0) for action in Action}


def changes(
    import_id: int, action: Action, number: int, url: Callable[[int], str]
) -> Page[FeedChange]:
    of_kind = select(FeedChange).where(
        FeedChange.import_id == import_id, FeedChange.action == action
    )
    return page_of(of_kind.order_by(FeedChange.position), number, url)


def withdrawals(import_id: int) -> tuple[int, bool]:
    """How many are ticked, and whether the brake asks for their number."""
    found = db.session.get_one(FeedImport, import_id)
    ticked = uploads.chosen(db.session(), import_id)
    return len(ticked.courses) + len(ticked.runs), uploads.is_braked(found, ticked)


def wrong_rows(import_id: int, most: int | None = None) -> Sequence[FeedRow]:
    """The first rows that still are to be put right, as they stand in the file; None: all."""
    mine = select(FeedRow).where(FeedRow.import_id == import_id, _IS_WRONG)
    return db.session.scalars(mine.order_by(FeedRow.line).limit(most)).all()


def row_counts(import_id: int) -> tuple[int, int]:
    """How many rows are still to be put right, and how many were put right here or left out."""
    was_typed = cast(FeedRow.fixed, Text) != "{}"
    changed = and_(~_IS_WRONG, or_(was_typed, FeedRow.left_out))
    counts = select(func.count().filter(_IS_WRONG), func.count().filter(changed))
    wrong, put_right = db.session.execute(counts.where(FeedRow.import_id == import_id)).one()
    return wrong, put_right


def row(import_id: int, line: int) -> FeedRow | None:
    mine = select(FeedRow).where(FeedRow.import_id == import_id, FeedRow.line == line)
    return db.session.scalar(mine)


def reasons(found: FeedRow) -> list[tuple[str, str]]:
    """Head as the file has it, and sentence, of each thing wrong with a row."""
    return [(shown, _sentence(code, values)) for _name, shown, code, values in found.problems]


def problems(import_id: int) -> list[Problem]:
    """For the file of what is wrong."""
    return [
        Problem(row.line, shown, code, tuple(values.items()), name)
        for row in wrong_rows(import_id)
        for name, shown, code, values in row.problems
    ]


def cells(found: FeedImport, line: FeedRow, typed: dict[str, str] | None = None) -> list[Cell]:
    """Every cell of the row, with what is wrong with it; `typed` lies over what was kept."""
    texts = {**line.texts, **line.fixed, **(typed or {})}
    if typed is None:
        wrong = {name: _sentence(code, values) for name, _shown, code, values in line.problems}
    else:
        wrong = {each.name: each.reason.text() for each in _wrong_now(found, line, texts)}
    names = [name for name in found.report.get("columns", texts) if name in BY_NAME]
    return [Cell(BY_NAME[name], texts.get(name, ""), wrong.get(name, "")) for name in names]


def _wrong_now(found: FeedImport, line: FeedRow, texts: dict[str, str]) -> list[Problem]:
    """What is wrong with the row alone; whether it fits the others is found at the next check."""
    source = found.source
    words = vocabulary(source.provider, source.topic)
    mapping = FEED if source.is_fetched else by_name(found.mapping)
    columns = [name for name in found.report.get("columns", []) if name in BY_NAME]
    drafter = Drafter(mapping, columns, words, Findings())
    whole = {name: texts.get(name, "") for name in columns}
    return drafter.wrong_cells(Row(line.line, whole))


def _sentence(code: str, values: dict[str, Any]) -> str:
    return str(MESSAGES[code]) % values if code in MESSAGES else code


def locks(course_id: int) -> frozenset[str]:
    mine = select(FieldLock.field).where(FieldLock.course_id == course_id)
    return frozenset(db.session.scalars(mine)) & frozenset(LOCKABLE)


def brought_by(course: Course) -> list[tuple[FeedSource, FeedLink]]:
    """Which sources have brought the course, and when they last had it."""
    query = select(FeedSource, FeedLink).join(FeedLink, FeedLink.source_id == FeedSource.id)
    mine = query.where(FeedLink.course_id == course.id, FeedLink.run_key == "")
    return [(source, link) for source, link in db.session.execute(mine.order_by(FeedLink.id))]
