"""What happened in distance learning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitMarked:
    """Somebody finished a unit, or took that back."""

    enrolment_id: int


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody typed the code of a session; the register follows when the session is over."""

    session_id: int
