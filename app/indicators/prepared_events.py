"""What happened to figures made ready for pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardsBehind:
    """Facts have changed since they were made."""
