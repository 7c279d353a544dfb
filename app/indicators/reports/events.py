"""What happens to reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishAsked:
    """Somebody asked for a report to be checked and published."""

    report_id: int


@dataclass(frozen=True, slots=True)
class FreezeAsked:
    """Somebody asked for a period to be frozen, as known at this moment."""

    period: str
    reason: str
    cut_off: str  # ISO
    account_id: int | None
