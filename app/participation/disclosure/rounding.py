"""Figures for the public: rounded, and percentages of what is rounded.

Every figure is rounded from its exact value, totals too, so parts need not add up to their total.
The same figure is always rounded in the same way: asking again tells nothing more.
"""

from dataclasses import dataclass, fields

from app.core.rounding import to_places
from app.participation.queries import Counts

SMALLEST_BASE = 20
"""Below this no percentage is shown: rounding alone would move it by more than ten points, and it
would say little but who they were."""
_MINUTES = "minutes"
_HOUR = 60


def nearest(value: int, base: int) -> int:
    """The nearest multiple, halves up; what is not 0 never becomes 0, for 0 means nobody."""
    return max(base, (2 * value + base) // (2 * base) * base) if value else 0


def span(shown: int, base: int, least: int = 1) -> tuple[int, int]:
    """The least and the greatest value that is shown like this; `least` if it is not 0."""
    if not shown:
        return 0, 0
    low = 1 if shown == base else shown - base // 2
    return max(low, least), max(shown + (base - 1) // 2, least)


def is_known(low: float, high: float, below: int) -> bool:
    """Whether a reader who knows that a count lies between these knows too much of a few people."""
    return 1 <= low < below and high - low < below - 1


def tells_apart(whole: int, part: int, below: int, base: int) -> bool:
    """Whether a whole and its part, both shown in multiples of `base`, tell what they differ by.

    Never where `base` is `below` at least: the larger of two multiples alone stands for as many
    values as the mark "hidden" does.
    """
    if not 0 < part < whole or base >= below:
        return False
    least, most = span(nearest(whole, base), base, below)
    low, high = span(nearest(part, base), base, below)
    return is_known(least - high, most - low, below)


def percentage(part: float, base: float) -> float | None:
    """How many of a hundred, to one decimal; None where the base is too small to say.

    Of very few in very many, to two digits: it is not 0.

    Give it figures as they are shown: a percentage of exact ones would tell what rounding hid.
    """
    return None if base < SMALLEST_BASE else to_places(min(100.0, 100 * part / base), 1)


@dataclass(frozen=True, slots=True)
class Rounded(Counts):
    """Counts of a cell as everybody may read them."""

    all_attendances: int = 0

    @property
    def attendances(self) -> int:
        """Rounded as a whole, so not always the sum of the named and the unnamed."""
        return self.all_attendances

    @property
    def identified(self) -> float | None:
        share = percentage(self.named, self.attendances)
        return None if share is None else share / 100


def rounded(counts: Counts, base: int) -> Rounded:
    """Every figure of a cell to the nearest multiple of `base`; hours, not minutes."""
    values = {
        each.name: nearest(
            getattr(counts, each.name), base * (_HOUR if each.name == _MINUTES else 1)
        )
        for each in fields(Counts)
    }
    return Rounded(**values, all_attendances=nearest(counts.attendances, base))
