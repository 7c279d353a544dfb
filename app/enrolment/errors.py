"""Why a place or a register was refused."""

from http import HTTPStatus

from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import lazy as _


class AlreadyEnrolled(DomainError):
    message = _("A place in this class has already been taken with these details.")


class AlreadyInCourse(DomainError):
    message = _(
        "With these details there is already a place in another class of this course. "
        "Give that place up first, or move it to this class."
    )


class TooManyPlaces(DomainError):
    message = _(
        "This person has as many places as anybody may have at a time. "
        "Give one up first, or call us."
    )


class StepNotPossible(DomainError):
    """The place has moved on meanwhile."""

    message = _("This place has changed meanwhile. Look at it again.")


class OfferLapsed(DomainError):
    status = HTTPStatus.GONE
    message = _(
        "The time to answer is over, and the seat has been offered to the next person in line. "
        "You can join the waiting list again."
    )


class NotTheSameCourse(DomainError):
    message = _("A place can only be moved to another class of the same course.")


class NoSeatThere(DomainError):
    message = _("That class has no free seat, so you keep the place you have.")


class RunNotOver(DomainError):
    message = _("Results can be recorded from the last day of the class.")


class NotOpenYet(DomainError):
    message = _("Enrolment for this class has not begun yet.")


class EnrolmentClosed(DomainError):
    message = _("Enrolment for this class has closed. Look for another class of this course.")


class RunCancelled(DomainError):
    message = _("This class has been cancelled. Look for another class of this course.")


class SeatGone(DomainError):
    """The form was opened while there was a seat; the queue is still open."""

    message = _(
        "Somebody else has just taken the last seat. What you wrote is kept: "
        "you can join the waiting list now."
    )


class RunFull(DomainError):
    message = _("The class and its waiting list are full. Look for another class of this course.")


class TooLateToWithdraw(DomainError):
    message = _("This class is over, so the place can no longer be cancelled.")


class NobodyToSeat(DomainError):
    message = _("There is no free seat, or nobody is waiting.")


class NoSuchPlace(DomainError):
    """The same words for a wrong phone and for a code that does not exist."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("There is no place with this code and this phone number. Check both.")


class NotTheSamePerson(DomainError):
    message = _(
        "The name or the birth year of this place is not yours. Choose whose place it is, "
        "or call us."
    )
    field = "whose"


class PhoneNotProven(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "This is not the proven phone number of your account. "
        "Add the number to your account first, then come back."
    )
    field = "phone"


class NotHeldYet(DomainError):
    message = _("Attendance can be taken from one hour before the session begins.")


class SessionCancelled(DomainError):
    message = _("This session was cancelled, so there is no attendance to take.")


class RegisterChanged(ChangedMeanwhile):
    message = _(
        "Somebody else saved this attendance meanwhile. Your ticks are kept: "
        "where the two differ, it says so beside the name. Saving replaces the other sheet."
    )


class RosterChanged(DomainError):
    message = _(
        "Somebody you marked is no longer on the list of this session. "
        "Your marks are kept below: check them and save again."
    )
