"""Every write of enrolment."""

from app.enrolment.operations.claims import claim
from app.enrolment.operations.codes import ask_for_code
from app.enrolment.operations.places import enrol, enrol_guest, seat_next, seat_waiting, withdraw
from app.enrolment.operations.registers import record_register

__all__ = [
    "ask_for_code",
    "claim",
    "enrol",
    "enrol_guest",
    "record_register",
    "seat_next",
    "seat_waiting",
    "withdraw",
]
