"""What the pages of a report show, for everybody and for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.core.i18n import Bilingual
from app.indicators.models import Report
from app.indicators.queries import reports as queries
from app.indicators.reports import canonical, parameters, shown
from app.indicators.reports.content import Definition, Frozen, Part
from app.indicators.reports.differences import Change, changes, reasons
from app.indicators.reports.rows import HIDDEN_MEANS, NONE_MEANS
from app.indicators.reports.shown import CityFigure, Grid
from app.indicators.reports.source import Source

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One revision as one part of the world may see it."""

    row: Report
    part: Part
    frozen: Frozen
    before: Report | None
    changed: Sequence[Change]
    measure: Definition | None

    @property
    def is_public(self) -> bool:
        return self.part is Part.PUBLIC

    hidden_means: ClassVar[Bilingual] = HIDDEN_MEANS
    none_means: ClassVar[Bilingual] = NONE_MEANS

    @property
    def source(self) -> Source:
        reason = self.row.reason
        return Source(self.frozen, self.row.revision, self.part, reason, self.changed)

    @property
    def figures(self) -> list[CityFigure]:
        return shown.city(self.frozen, self.part)

    @property
    def grids(self) -> list[Grid]:
        return shown.of_measure(self.frozen, self.part, self.measure.code) if self.measure else []

    @property
    def parameters(self) -> list[tuple[Bilingual, Bilingual]]:
        return parameters.in_words(self.frozen.stated.parameters)

    @property
    def digest(self) -> str:
        """Of the part that is shown: that of the whole would let hidden figures be tried out."""
        return canonical.digest(self.frozen.public_text()) if self.is_public else self.row.digest

    @property
    def causes(self) -> list[str]:
        return reasons(queries.frozen(self.before), self.frozen) if self.before else []

    @property
    def changes(self) -> list[list[str]]:
        """What changed, and its figure before and now."""
        return shown.differences(self.frozen, self.changed)[:MOST_CHANGES]


def page(row: Report, part: Part, measure: str = "") -> ReportPage:
    """Everything the page of this revision says.

    Args:
        measure: the code of the measure whose breakdowns are shown; an unknown one shows none.
    """
    frozen = queries.frozen(row)
    before = queries.before(row, is_published=part is Part.PUBLIC)
    changed = changes(queries.frozen(before), frozen, part) if before else []
    chosen = next((each for each in frozen.stated.definitions if each.code == measure), None)
    return ReportPage(row, part, frozen, before, changed, chosen)
