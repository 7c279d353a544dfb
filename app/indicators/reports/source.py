"""What the files of a report are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.indicators.reports import rows
from app.indicators.reports.content import Frozen, Part
from app.indicators.reports.differences import Change


@dataclass(frozen=True, slots=True)
class Source:
    """What files are made of: one revision as one part of the world may see it."""

    report: Frozen
    revision: int
    part: Part
    reason: str = ""
    changes: Sequence[Change] = ()

    def name(self, ending: str) -> str:
        internal = "-internal" if self.part is Part.INTERNAL else ""
        return f"{self.report.stated.period.code}-r{self.revision}{internal}{ending}"

    @property
    def csv(self) -> bytes:
        return rows.csv(self.report, self.revision, self.part).encode()
