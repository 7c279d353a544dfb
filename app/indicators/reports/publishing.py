"""How far the publishing of a report is, as its page tells whoever asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.formats import short_date
from app.core.i18n import gettext
from app.core.jobs import GIVE_UP_AFTER, Job
from app.indicators.models import Report
from app.indicators.queries import reports as queries
from app.indicators.queries.reports import Turn
from app.indicators.reports import errors
from app.indicators.reports.content import Frozen
from app.participation.dimensions import Dimension

MOST_TABLES = 12
_AXES = {str(each): each for each in Dimension}
_BOARD = "board"
_NO_TURN = Turn()


class Step(StrEnum):
    """Of a report that is not published yet."""

    NOT_ASKED = "not_asked"
    WAITING = "waiting"  # for the worker
    CHECKING = "checking"
    AGAIN = "again"  # the check broke off and will be repeated
    BROKEN = "broken"  # so often that somebody has to look at it
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Publishing:
    """`refusal`: why it was not published; `tables`: from which a reader could tell too much."""

    step: Step
    asked_at: datetime | None = None
    turn: Turn = _NO_TURN
    refusal: str = ""
    tables: Sequence[str] = ()
    more_tables: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.step in (Step.WAITING, Step.CHECKING, Step.AGAIN, Step.BROKEN)

    @property
    def would_reveal(self) -> bool:
        return bool(self.tables)


def of(report: Report, frozen: Frozen) -> Publishing:
    """Two statements at most."""
    if report.is_being_checked:
        job = queries.publishing_job(report.id)
        turn = Turn.of(job) if job else _NO_TURN
        return Publishing(_step(job), report.publish_asked_at, turn)
    if report.refusal is None or report.published_at:
        return Publishing(Step.NOT_ASKED)
    names = report.refusal["tables"]
    return Publishing(
        Step.REFUSED,
        report.publish_asked_at,
        refusal=errors.refusal(report.refusal["code"]),
        tables=[_table(name, report, frozen) for name in names[:MOST_TABLES]],
        more_tables=max(0, len(names) - MOST_TABLES),
    )


def _step(job: Job | None) -> Step:
    """Without a job it is done by now, and the next look shows it."""
    if job is None:
        return Step.CHECKING
    if job.attempts >= GIVE_UP_AFTER:
        return Step.BROKEN
    if job.error:
        return Step.AGAIN
    return Step.CHECKING if job.attempts else Step.WAITING


def _table(name: str, report: Report, frozen: Frozen) -> str:
    """The auditor's name of a table in words: `gate` and `boards.public` give these names."""
    release, _, table = name.rpartition(" ")
    if release == queries.name_of(report):
        return _words(table, frozen)
    if name.startswith(f"{_BOARD} "):
        _kind, on, period, code, *axes = name.split(" ")
        values = {"period": period, "day": short_date(date.fromisoformat(on))}
        where = gettext("public board of %(period)s, shown since %(day)s", **values)
        return f"{_words('-'.join((code, *axes)), frozen)} ({where})"
    period, _, number = release.rpartition(" r")
    where = gettext("%(period)s, revision %(number)s", period=period, number=number)
    return f"{_words(table, frozen)} ({where})"


def _words(table: str, frozen: Frozen) -> str:
    """`N1-sex-age_band`: the measure and what it is broken down by."""
    pieces = table.split("-")
    ends = (at for at in range(1, len(pieces) + 1) if all(each in _AXES for each in pieces[at:]))
    end = next(ends, len(pieces))
    code, axes = "-".join(pieces[:end]), [str(_AXES[each].name_of) for each in pieces[end:]]
    names = (f"{code} · {each.name}" for each in frozen.stated.definitions if each.code == code)
    measure = next(names, code)
    if not axes:
        return measure
    return gettext("%(measure)s, by: %(by)s", measure=measure, by=", ".join(axes))
