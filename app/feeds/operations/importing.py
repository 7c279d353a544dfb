"""Reading a file into the catalogue: a report, and when it is wanted, one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.core.db import transaction
from app.feeds import queries
from app.feeds.compare import CourseChange, course_change
from app.feeds.drafts import CourseDraft, Drafter
from app.feeds.errors import HasBadRows
from app.feeds.mapping import OWN, FeedMapping
from app.feeds.operations import writing
from app.feeds.operations.collecting import collect
from app.feeds.report import Report
from app.feeds.spool import Spool, spooled

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is done beside reporting. Courses stay drafts unless `publish` is wanted."""

    apply: bool = False
    good_rows: bool = False
    publish: bool = False


REPORT_ONLY = Wanted()


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
    report, words, provider_id = Report(), queries.vocabulary(provider), provider.id
    with spooled() as spool:
        table = collect(file, mapping, report, spool)
        drafter = Drafter(mapping, table.columns, words, report.findings)
        task = _Import(provider_id, drafter, report, wanted)
        if not wanted.apply:
            task.run(spool)
            return report
        with transaction():
            task.run(spool)
            if report.findings.lines and not wanted.good_rows:
                raise HasBadRows(report)
            writing.remember(file, provider_id, mapping.name, report)
            report.applied = True
    return report


class _Import:
    """One import under way: drafts are compared, and written when that is wanted, in batches."""

    def __init__(self, provider_id: int, drafter: Drafter, report: Report, wanted: Wanted) -> None:
        self._provider_id, self._drafter = provider_id, drafter
        self._report, self._wanted = report, wanted

    def run(self, spool: Spool) -> None:
        report, drafts = self._report, self._drafts(spool)
        while batch := list(islice(drafts, _BATCH)):
            self._take(batch)
        report.refused += self._drafter.refused
        gone = queries.missing_courses(self._provider_id, spool.ids())
        report.missing, report.missing_with_people = gone

    def _drafts(self, spool: Spool) -> Iterator[CourseDraft]:
        for key, rows in spool.courses():
            draft = self._drafter.course(key, rows)
            if draft is not None:
                yield draft

    def _take(self, drafts: list[CourseDraft]) -> None:
        """Compare, then write; nothing keeps the batch afterwards, so memory stays flat."""
        known = queries.known_courses(self._provider_id, [each.external_id for each in drafts])
        words = self._drafter.words
        changes = [course_change(each, known.get(each.external_id), words) for each in drafts]
        for change in changes:
            change.publishes = self._wanted.publish and change.can_be_published
            self._count(change)
        if self._wanted.apply:
            writing.write(self._provider_id, changes)

    def _count(self, change: CourseChange) -> None:
        report = self._report
        report.courses.note(is_new=change.course is None, is_empty=change.is_empty)
        report.runs_missing += change.runs_gone
        report.published += change.publishes
        report.drafts += change.is_draft and not change.publishes
        for run in change.runs:
            report.runs.note(is_new=run.run is None, is_empty=run.is_empty)
            report.sessions_new += len(run.new_sessions)
            report.sessions_moved += len(run.moved)
            report.sessions_cancelled += len(run.cancelled)
