"""What happened to letters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A letter or text was written and waits to be sent."""

    message_id: int
