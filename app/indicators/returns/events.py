"""What happens to returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnSentBack:
    """Somebody who checks returns found something to be put right.

    Attributes:
        at: the moment (ISO 8601), which tells one time from the next.
    """

    return_id: int
    at: str
