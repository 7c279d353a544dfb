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


@dataclass(frozen=True, slots=True)
class MessagesErased:
    """Messages about somebody are gone from the table; copies of them go too."""

    keys: list[str]
