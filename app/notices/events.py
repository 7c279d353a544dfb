"""What happened to letters."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A letter or text was written and waits to be sent; it goes only while it is true.

    Attributes:
        place_id, booking_id: the place or group it is about; true while that is in `state`.
        place_ids: about several places, all of them in `state`.
        until: after this moment (ISO 8601) it is no news; "" is never.
        sessions: id and `sequence` of each session it names; a later change makes it old.
        seat_free_in: a run in which anybody can take a seat; `alert_id` asked to hear of it.
        day: of a reminder.
        return_id: a return that was sent back at the moment `sent_back_at` (ISO 8601) and has not
            been certified since.
        saved_search_id: a saved search that asks for letters.
        search_alert_id: somebody who waits for the first result of a question.
    """

    message_id: int
    place_id: int | None = None
    state: str = ""
    booking_id: int | None = None
    place_ids: list[int] = field(default_factory=list)
    until: str = ""
    sessions: list[list[int]] = field(default_factory=list)
    seat_free_in: int | None = None
    alert_id: int | None = None
    day: str = ""
    return_id: int | None = None
    sent_back_at: str = ""
    saved_search_id: int | None = None
    search_alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class MessagesErased:
    """Messages about somebody are gone from the table; copies of them go too."""

    keys: list[str]


@dataclass(frozen=True, slots=True)
class PartyOvertaken:
    """One of several people left before the letter to all of them was sent: it is written anew."""

    place_ids: list[int]


@dataclass(frozen=True, slots=True)
class RemindersDue:
    """It is the evening before a day on which these people have classes."""

    day: str  # ISO
    person_ids: list[int]


@dataclass(frozen=True, slots=True)
class RunMessageSent:
    """A provider has written to the people of a class."""

    message_id: int


@dataclass(frozen=True, slots=True)
class NewsDue:
    """Some of the people of a class are to hear what happened to it.

    Attributes:
        kind: name of the event that says so; `event` is what it says.
    """

    kind: str
    event: dict[str, Any]
    place_ids: list[int]
