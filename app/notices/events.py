"""What happened to letters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A letter or text was written and waits to be sent.

    News of a place is only true while the place is in this state.
    """

    message_id: int
    place_id: int | None = None
    state: str = ""
