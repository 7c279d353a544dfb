"""Every write of enrolment."""

from app.enrolment.operations.approvals import approve, refuse
from app.enrolment.operations.claims import claim
from app.enrolment.operations.codes import ask_for_code
from app.enrolment.operations.endings import cancel_place, cancel_places, record_results
from app.enrolment.operations.offers import accept, decline, overdue_runs, seat_next, settle_run
from app.enrolment.operations.places import (
    Application,
    enrol,
    enrol_guest,
    enrol_guests,
    enrol_party,
    withdraw,
)
from app.enrolment.operations.registers import record_register
from app.enrolment.operations.transfers import transfer

__all__ = [
    "Application",
    "accept",
    "approve",
    "ask_for_code",
    "cancel_place",
    "cancel_places",
    "claim",
    "decline",
    "enrol",
    "enrol_guest",
    "enrol_guests",
    "enrol_party",
    "overdue_runs",
    "record_register",
    "record_results",
    "refuse",
    "seat_next",
    "settle_run",
    "transfer",
    "withdraw",
]
