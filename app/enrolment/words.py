"""Words for the codes of places, as staff read them."""

from app.core.i18n import lazy as _
from app.enrolment.models import AttendanceStatus, Channel, Enrolment, EnrolmentState, FeeStatus

STATES: dict[EnrolmentState, str] = {
    EnrolmentState.PENDING: _("To be approved"),
    EnrolmentState.ENROLLED: _("Has a place"),
    EnrolmentState.WAITING: _("Waiting"),
    EnrolmentState.OFFERED: _("A seat is offered"),
    EnrolmentState.DECLINED: _("Did not take the seat"),
    EnrolmentState.LAPSED: _("Did not answer in time"),
    EnrolmentState.REFUSED: _("Not accepted"),
    EnrolmentState.WITHDRAWN: _("Gave the place up"),
    EnrolmentState.CANCELLED: _("Ended by the provider"),
    EnrolmentState.TRANSFERRED: _("Moved to another class"),
    EnrolmentState.COMPLETED: _("Completed"),
    EnrolmentState.NOT_COMPLETED: _("Not completed"),
    EnrolmentState.VOID: _("Recorded by mistake"),
}
FEES: dict[FeeStatus, str] = {
    FeeStatus.FREE: _("Free of charge"),
    FeeStatus.DUE: _("Still to pay"),
    FeeStatus.PAID: _("Paid"),
    FeeStatus.WAIVED: _("Need not pay"),
}
CHANNELS: dict[Channel, str] = {
    Channel.WEB: _("On this site"),
    Channel.STAFF: _("At the desk"),
    Channel.PHONE: _("By phone"),
    Channel.PAPER: _("On paper"),
}
MARKS: dict[AttendanceStatus, str] = {
    AttendanceStatus.PRESENT: _("Present"),
    AttendanceStatus.LATE: _("Came late"),
    AttendanceStatus.EXCUSED: _("Absent, with a reason"),
    AttendanceStatus.ABSENT: _("Absent"),
}
BUTTONS: dict[AttendanceStatus, str] = {
    AttendanceStatus.PRESENT: _("here"),
    AttendanceStatus.LATE: _("late"),
    AttendanceStatus.EXCUSED: _("excused"),
    AttendanceStatus.ABSENT: _("absent"),
}
"""As short as they must be for four beside a name on a phone."""


def state(place: Enrolment) -> str:
    return str(STATES[place.state])


def fee(place: Enrolment) -> str:
    return str(FEES[place.fee_status])
