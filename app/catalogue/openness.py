"""What somebody can do about a run, read from its row alone, whatever holds the row."""

from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from app.catalogue.rules import Rules
from app.core import clock


class RunStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """What a resident can do about a run; decides the badge and the button."""

    OPEN = "open"
    QUEUE = "queue"
    FULL = "full"
    EARLY = "early"  # open, but only for those whom the rules let come first
    NOT_YET = "not_yet"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class _Row(Protocol):
    @property
    def status(self) -> RunStatus: ...
    @property
    def enrol_from(self) -> date: ...
    @property
    def enrol_until(self) -> date: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def waiting_capacity(self) -> int | None: ...
    @property
    def seats_taken(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def reserved(self) -> int: ...
    @property
    def rules(self) -> dict[str, Any]: ...
    @property
    def seats_left(self) -> int | None: ...
    @property
    def has_free_seat(self) -> bool: ...
    @property
    def queue_is_open(self) -> bool: ...


class Openness:
    """The words of a run's badge and button, from its days, its counters and its capacity."""

    __slots__ = ()

    @property
    def seats_left(self: _Row) -> int | None:
        """None is unlimited; never below 0, also after the capacity was lowered."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.seats_taken - self.reserved)

    @property
    def has_free_seat(self: _Row) -> bool:
        """Whether somebody who comes now gets a seat and not a place in the queue."""
        return self.waiting == 0 and self.seats_left != 0

    @property
    def queue_is_open(self: _Row) -> bool:
        return self.waiting_capacity is None or self.waiting < self.waiting_capacity

    @property
    def state(self: _Row) -> RunState:
        """What a resident can do today; says nothing about who they are."""
        today = clock.today()
        if self.status is RunStatus.CANCELLED:
            return RunState.CANCELLED
        if today > self.enrol_until:
            return RunState.CLOSED
        if today < self.enrol_from:
            first_day = Rules.read(self.rules).first_day
            return RunState.EARLY if first_day and first_day <= today else RunState.NOT_YET
        if self.has_free_seat:
            return RunState.OPEN
        return RunState.QUEUE if self.queue_is_open else RunState.FULL
