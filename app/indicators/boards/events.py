"""What happened to figures made ready for pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardsBehind:
    """Facts have changed since they were made."""


@dataclass(frozen=True, slots=True)
class PeriodBehind:
    """The boards of one period may be old; `everything`: whether or not its facts have changed."""

    period: str
    everything: bool
