"""What a kept question finds now that somebody can join, asked on the same engine as the page.

Of a question that finds very much only what was published last is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.catalogue import queries as catalogue
from app.catalogue.models import Course, Run, RunState, RunStatus
from app.core import clock
from app.core.db import db, end_reading
from app.core.i18n import Bilingual
from app.places.models import Venue
from app.search import queries
from app.search.filters import MOST_PER_PAGE, CourseFilter, Hit
from app.search.service import find

MOST_PAGES = 5
MOST_TOLD = 100
_RUN, _RESOURCE = "run-", "resource-"


@dataclass(frozen=True, slots=True)
class Item:
    """A course with a class one can join, or a learning resource; nothing depends on the language.

    `path` are the parts of its address below the language.
    """

    keys: tuple[str, ...]
    title: Bilingual
    provider: Bilingual
    path: tuple[str, ...]
    starts_on: date | None = None
    ward: Bilingual | None = None


def open_now(wanted: CourseFilter) -> tuple[str, ...]:
    """Keys of the open classes and of the resources that are found; no transaction may run."""
    end_reading()
    hits = list(_hits(wanted))
    runs = _open_runs([hit.key for hit in hits if hit.kind == "course"])
    resources = [hit.id for hit in hits if hit.kind == "resource"]
    return (*(f"{_RUN}{run.id}" for run in runs), *resources)


def items(keys: Sequence[str]) -> list[Item]:
    """What these keys stand for, as far as it still can be had; the classes that begin first."""
    run_ids = {int(key.removeprefix(_RUN)) for key in keys if key.startswith(_RUN)}
    found = {run.id: run for run in _open_runs(run_ids=run_ids)}
    by_course: dict[int, list[Run]] = {}
    for run in sorted(found.values(), key=lambda run: (run.starts_on, run.id)):
        by_course.setdefault(run.course_id, []).append(run)
    resource_ids = [int(key.removeprefix(_RESOURCE)) for key in keys if key.startswith(_RESOURCE)]
    resources = queries.resource_rows(sorted(resource_ids))
    return [_course(runs) for runs in by_course.values()] + [
        Item((f"{_RESOURCE}{each.id}",), each.title, each.provider.name,
             ("resources", str(each.id)))
        for _, each in sorted(resources.items())
    ]  # fmt: skip


def _hits(wanted: CourseFilter) -> Iterator[Hit]:
    newest = replace(wanted, open=True, sort="newest", per_page=MOST_PER_PAGE)
    for number in range(1, MOST_PAGES + 1):
        page = find(replace(newest, page=number)).results.hits
        yield from page
        if len(page) < MOST_PER_PAGE:
            return


def _open_runs(
    course_ids: Sequence[int] | None = None, run_ids: set[int] | None = None
) -> list[Run]:
    """Those with a seat for anybody, of public courses."""
    which = Run.course_id.in_(course_ids or ()) if run_ids is None else Run.id.in_(run_ids)
    public = Course.id.in_(catalogue.published().with_only_columns(Course.id))
    coming = select(Run).join(Run.course).where(
        which, public, Run.status == RunStatus.PLANNED, Run.ends_on >= clock.today(),
    )  # fmt: skip
    with_words = coming.options(
        contains_eager(Run.course).joinedload(Course.provider),
        joinedload(Run.venue).joinedload(Venue.unit),
    )
    rows = db.session.scalars(with_words.order_by(Run.id))
    return [run for run in rows if run.state is RunState.OPEN]


def _course(runs: Sequence[Run]) -> Item:
    first = runs[0]
    return Item(
        keys=tuple(f"{_RUN}{run.id}" for run in runs),
        title=first.course.title,
        provider=first.course.provider.name,
        path=("courses", str(first.course_id)),
        starts_on=first.starts_on,
        ward=first.venue.unit.full_name if first.venue else None,
    )
