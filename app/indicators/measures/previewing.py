"""What a definition would give, beside what the one in force gives, on the facts there are."""

from dataclasses import dataclass, replace

from app.core.i18n import Bilingual
from app.indicators.measures import engine
from app.indicators.measures.counting import Counter
from app.indicators.measures.results import Definition, Result
from app.indicators.operations.definitions import Text
from app.participation.periods import Period
from app.participation.queries import NotReady


@dataclass(frozen=True, slots=True)
class Preview:
    """The figure of the whole city by the old and by the new definition."""

    period: Period
    before: Result
    after: Result

    @property
    def remarks(self) -> list[Bilingual]:
        """What must be said beside both, each once."""
        texts = (
            text
            for each in (self.before, self.after)
            for text in (each.denominator_source, each.missing, *each.notes)
        )
        return list(dict.fromkeys(text for text in texts if text))

    @property
    def is_same(self) -> bool:
        return self.before.cells == self.after.cells


def preview(now: Definition, text: Text, period: Period) -> Preview | None:
    """None before any facts were written."""
    proposed = replace(
        now, version=now.version + 1, name=text.name, meaning=text.meaning, source=text.source,
        formula=text.formula,
    )  # fmt: skip
    counter = Counter()
    try:
        before = engine.compute(now, period, counter=counter)
        return Preview(period, before, engine.compute(proposed, period, counter=counter))
    except NotReady:
        return None
