"""What the search tells itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerBehind:
    """The embedded index changed, and the search server has not followed yet."""
