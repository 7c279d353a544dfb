"""Reading a file into the catalogue: one transaction, and for a report the same one rolled back."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.db import transaction
from app.feeds import queries
from app.feeds.compare import CourseChange, course_change
from app.feeds.difference import Differ
from app.feeds.drafts import CourseDraft, Drafter
from app.feeds.errors import CatalogueChanged, HasBadRows
from app.feeds.mapping import OWN, FeedMapping
from app.feeds.models import FeedSource
from app.feeds.operations import linking, withdrawing, writing
from app.feeds.operations.collecting import Reading, collect
from app.feeds.operations.task import REPORT_ONLY, Task, Wanted
from app.feeds.problems import Wrong
from app.feeds.report import Report
from app.feeds.spool import Spool, spooled

_BATCH = 200


Done = Callable[[Session, Report], None]


def _nothing_more(_session: Session, _report: Report) -> None:
    """Nobody waits for it."""


class _LookedAtOnly(Exception):
    """Ends the transaction of a report, so that it leaves nothing."""


def import_catalogue(
    file: Path, slug: str, mapping: FeedMapping = OWN, wanted: Wanted = REPORT_ONLY
) -> Report:
    """Compare a file with the catalogue of a provider and, if wanted, bring the catalogue up to it.

    A course is found again by its key at this provider, a run by its key within the course. What
    the file no longer has is reported and left as it is.

    Raises:
        NoSuchProvider: nobody teaches under that slug.
        FileRefused: the file is no table that can be read; nothing was written.
        HasBadRows: wrong rows, and the good ones alone were not wanted; nothing was written.
    """
    provider = queries.provider(slug)
    with transaction():
        source_id = linking.own_files(provider.id).id
    with spooled() as spool:
        return perform(Task(source_id, Reading(file, mapping), wanted), spool)


def perform(task: Task, spool: Spool, done: Done = _nothing_more) -> Report:
    """Read, then write in one transaction; without `apply` the same is done and taken back.

    The lines of the difference are notes of the spool afterwards. `done` belongs to the
    transaction of what is applied.

    Raises:
        FileRefused, HasBadRows: as `import_catalogue`.
        CatalogueChanged: the difference is not the one that was looked at.
        TooManyWithdrawn: the brake; nobody confirmed so many.
    """
    report = Report()
    table = collect(task.reading, report, spool)
    try:
        with transaction() as session:
            _Import(task, report, table.mapping, table.columns).run(spool)
            if not task.wanted.apply:
                raise _LookedAtOnly  # noqa: TRY301 - what a transaction is taken back by
            if report.findings.lines and not task.wanted.good_rows:
                raise HasBadRows(report)
            writing.remember(task, table.mapping.name, report)
            report.applied = True
            done(session, report)
    except _LookedAtOnly:
        return report
    return report


class _Import:
    """One import under way: drafts are compared and written in batches."""

    def __init__(
        self, task: Task, report: Report, mapping: FeedMapping, columns: tuple[str, ...]
    ) -> None:
        self._task, self._report, self._wanted = task, report, task.wanted
        with transaction() as session:
            self._source = session.get_one(FeedSource, task.source_id)
            provider = self._source.provider
        words = queries.vocabulary(provider, self._source.topic)
        self._drafter = Drafter(mapping, columns, words, report.findings)
        self._differ = Differ(words)
        self._writer = writing.Writer(self._source)
        self._may_publish = writing.may_publish(provider)
        self._done = 0

    def run(self, spool: Spool) -> None:
        report, drafts = self._report, self._drafts(spool)
        report.live_courses, report.live_runs = queries.live(self._source.id)
        while batch := list(islice(drafts, _BATCH)):
            self._take(batch, spool)
            self._done += len(batch)
            self._task.reading.progress("comparing", self._done, len(spool))
        report.refused += self._drafter.refused
        self._missing(spool)
        report.digest = self._differ.digest
        if self._task.expected and self._task.expected != report.digest:
            raise CatalogueChanged
        withdrawing.withdraw(self._source.id, self._task.withdrawals, report, self._task.by_id)

    def _drafts(self, spool: Spool) -> Iterator[CourseDraft]:
        for key, rows in spool.courses():
            draft = self._drafter.course(key, rows)
            if draft is not None:
                yield draft

    def _missing(self, spool: Spool) -> None:
        notes = []
        for key, course, people in queries.missing_courses(self._source.id, spool):
            self._report.missing.append(key)
            self._report.missing_with_people += people > 0
            notes.append(self._differ.missing(key, course, people))
        spool.note(notes)

    def _take(self, drafts: list[CourseDraft], spool: Spool) -> None:
        """Compare, then write; nothing keeps the batch afterwards, so memory stays flat."""
        drafts = self._without_taken(drafts)
        known = queries.known(self._source, [each.external_id for each in drafts])
        words, tells_runs = self._drafter.words, self._drafter.tells_runs
        changes = [
            course_change(each, known.get(each.external_id), words, tells_runs=tells_runs)
            for each in drafts
        ]
        for change in changes:
            wanted = self._wanted.publish and self._may_publish
            change.publishes = wanted and writing.can_be_published(change)
            self._count(change)
            spool.note(self._differ.lines(change))
        self._writer.write(changes)

    def _without_taken(self, drafts: list[CourseDraft]) -> list[CourseDraft]:
        keys = [each.external_id for each in drafts]
        taken = queries.taken_elsewhere(self._source.provider_id, keys)
        for draft in drafts if taken else ():
            if draft.external_id in taken:
                wrong = Wrong("taken_elsewhere", value=draft.external_id)
                self._drafter.refuse(draft, "course_id", wrong)
        return [each for each in drafts if each.external_id not in taken]

    def _count(self, change: CourseChange) -> None:
        report = self._report
        is_new = change.course is None
        report.courses.note(is_new=is_new, is_empty=change.is_empty)
        report.runs_missing += len(change.missing_runs)
        report.published += change.publishes
        report.drafts += change.is_draft and not change.publishes
        report.revived += change.revives
        for run in change.runs:
            report.runs.note(is_new=run.run is None, is_empty=run.is_empty)
            report.sessions_new += len(run.new_sessions)
            report.sessions_moved += len(run.moved)
            report.sessions_cancelled += len(run.cancelled)
