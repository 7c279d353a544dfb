"""Every write of enrolment."""

from app.enrolment.operations.application import Application, key_of_form
from app.enrolment.operations.approvals import approve, approve_several, refuse
from app.enrolment.operations.claims import claim
from app.enrolment.operations.codes import ask_for_code
from app.enrolment.operations.endings import cancel_place, cancel_places, record_results
from app.enrolment.operations.fees import (
    change_fee_group,
    mark_paid,
    reopen_fee,
    see_document,
    waive,
)
from app.enrolment.operations.groups import Group, book_group, change_group, give_up_group
from app.enrolment.operations.kept_marks import merge_marks
from app.enrolment.operations.offers import (
    accept,
    awaited_runs,
    decline,
    overdue_runs,
    seat_next,
    settle_run,
)
from app.enrolment.operations.parties import withdraw_all
from app.enrolment.operations.places import (
    codes_for_guests,
    codes_for_party,
    enrol,
    enrol_guest,
    enrol_guests,
    enrol_party,
    withdraw,
)
from app.enrolment.operations.registers import record_register
from app.enrolment.operations.reservations import (
    change_reservation,
    release,
    reservations_over,
    reserve,
)
from app.enrolment.operations.transfers import fee_after_move, transfer

__all__ = [
    "Application",
    "Group",
    "accept",
    "approve",
    "approve_several",
    "ask_for_code",
    "awaited_runs",
    "book_group",
    "cancel_place",
    "cancel_places",
    "change_fee_group",
    "change_group",
    "change_reservation",
    "claim",
    "codes_for_guests",
    "codes_for_party",
    "decline",
    "enrol",
    "enrol_guest",
    "enrol_guests",
    "enrol_party",
    "fee_after_move",
    "give_up_group",
    "key_of_form",
    "mark_paid",
    "merge_marks",
    "overdue_runs",
    "record_register",
    "record_results",
    "refuse",
    "release",
    "reopen_fee",
    "reservations_over",
    "reserve",
    "seat_next",
    "see_document",
    "settle_run",
    "transfer",
    "waive",
    "withdraw",
    "withdraw_all",
]
