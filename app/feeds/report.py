"""What an import found and did."""

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from app.feeds.problems import Problem

_KEPT = 5000  # problems told one by one; all are counted
_KEPT_ROWS = 1000


@dataclass(slots=True)
class Findings:
    """Problems of a whole file: the first ones themselves, all of them counted by code."""

    kept: list[Problem] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)
    lines: set[int] = field(default_factory=set)
    texts: dict[int, dict[str, str]] = field(default_factory=dict)
    """The cells of wrong rows, so far as they are kept for being put right."""

    def keep(self, line: int, texts: dict[str, str]) -> None:
        if len(self.texts) < _KEPT_ROWS:
            self.texts.setdefault(line, texts)

    def add(self, problem: Problem) -> None:
        self.by_code[problem.code] += 1
        self.lines.add(problem.line)
        if len(self.kept) < _KEPT:
            self.kept.append(problem)


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def note(self, *, is_new: bool, is_empty: bool) -> None:
        self.new += is_new
        self.unchanged += is_empty and not is_new
        self.changed += not is_new and not is_empty


@dataclass(slots=True)
class Report:
    """What a file holds and what it would change, or did when `applied`.

    `rows` are those of the file below its head; `skipped` the ones that the mapping says are no
    courses; `refused` the ones that were not taken, among them good rows of a run with a bad one.
    `digest` is that of the difference: two reports with the same one change the same.
    """

    encoding: str = ""
    rows: int = 0
    skipped: int = 0
    refused: int = 0
    courses: Counts = field(default_factory=Counts)
    runs: Counts = field(default_factory=Counts)
    sessions_new: int = 0
    sessions_moved: int = 0
    sessions_cancelled: int = 0
    missing: list[str] = field(default_factory=list)
    missing_with_people: int = 0
    runs_missing: int = 0
    live_courses: int = 0
    live_runs: int = 0
    withdrawn_courses: int = 0
    withdrawn_runs: int = 0
    revived: int = 0
    published: int = 0
    drafts: int = 0
    ignored: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    columns: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)
    digest: str = ""
    applied: bool = False

    def as_json(self) -> dict[str, Any]:
        """All but the problems themselves, for keeping."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        findings: Findings = told.pop("findings")
        missing = {"missing": len(self.missing)}
        counts = {name: asdict(told[name]) for name in ("courses", "runs")}
        wrong = {"wrong_rows": len(findings.lines), "by_code": dict(findings.by_code)}
        return {**told, **missing, **counts, **wrong}
