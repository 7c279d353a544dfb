"""What happened to places and registers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceTaken:
    """A person got a seat, a place in the queue or one to be approved; or moved up to a seat."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceOffered:
    """A seat is kept for somebody who waited, until the hour in their row."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer was declined, or nobody answered it in time."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceRefused:
    """The provider said no."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceGivenUp:
    """A person left, also to another run: the seat or the place in the queue is free."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceCancelled:
    """The provider took the place away, because the run does not take place or for a reason."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class PlaceGivenBack:
    """A place that had been declared void by mistake counts again; nobody needs to be told."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class ResultRecorded:
    """Somebody has completed the run, or has not."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class FeeSettled:
    """The fee of a place was paid at the centre, or waived."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class FeeChanged:
    """What a place costs, or whether it is paid, waived or due, is not what it was."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class GroupBooked:
    """Seats were taken for a group, or their number has changed."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class GroupEnded:
    """The seats of a group were given up or cancelled."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class SeatFree:
    """A seat of a full run can be taken by anybody."""

    run_id: int


@dataclass(frozen=True, slots=True)
class AttendanceTaken:
    """The register of a session was taken or corrected."""

    session_id: int


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """Somebody who knows phone and name asked for the code; it may only go to that phone."""

    enrolment_id: int
