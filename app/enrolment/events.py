"""What happened to places and registers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    """A person got a seat or a place in the queue, or moved from the queue to a seat."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceGivenUp:
    """A person left: the seat or the place in the queue is free."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceGivenBack:
    """A place that had been declared void by mistake counts again; nobody needs to be told."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class AttendanceTaken:
    """The register of a session was taken or corrected."""

    session_id: int


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """Somebody who knows phone and name asked for the code; it may only go to that phone."""

    enrolment_id: int
