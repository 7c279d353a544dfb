"""Why a place or a register was refused."""

from http import HTTPStatus

from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import lazy as _
from app.core.i18n import ngettext


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


class DeletedMeanwhile(DomainError):
    message = _("This class or these details were deleted a moment ago. Begin again.")


class NotYetForYou(DomainError):
    """Enrolment has begun for others; the message says from which day it has for this person."""

    message = _("Enrolment has begun for others first. Come back when it opens for everybody.")


class TooYoung(DomainError):
    message = _("This person is too young for this class. Look for a class for their age.")
    field = "birth"


class TooOld(DomainError):
    message = _("This class is for younger people. Look for another class of this course.")
    field = "birth"


class AgeUnknown(DomainError):
    message = _("This class is for people of a certain age. Add the birth date, or call us.")
    field = "birth"


class NotInWard(DomainError):
    message = _(
        "This class is only for people who live in certain wards. "
        "Look for another class of this course, or call us."
    )
    field = "ward"


class NeedsCourseFirst(DomainError):
    message = _("This class needs another course first. Take that one, or call us.")


class WrongFeeGroup(DomainError):
    message = _("This class has no such reduced fee. Choose one of the list.")
    field = "fee_group"


class WrongPartnerCode(DomainError):
    message = _(
        "No place of this class is kept under this code. "
        "Check the code, or leave it out and take an ordinary place."
    )
    field = "partner_code"


class WrongAnswer(DomainError):
    """A question of the provider must be answered, or not like this; `field` names it."""

    message = _("Answer this question of the provider.")


class NoRoomToReserve(DomainError):
    message = _("So many places are not free. Keep fewer, or raise the number of places first.")
    field = "places"


class NothingToReserve(DomainError):
    message = _("This class has no limit of places, so none need to be kept.")
    field = "places"


class ReservationReleased(DomainError):
    message = _("These places have gone to everybody already.")


class WrongReservation(DomainError):
    """What was asked for contradicts itself; `field` says which answer to change."""


class NothingDue(DomainError):
    message = _("Nothing is due for this place.")


class OwnFee(DomainError):
    message = _("This is your own place. Ask a colleague to waive the fee.")


class WrongSum(DomainError):
    message = _("Another sum was paid than is due. Call us.")


class ReasonNeeded(DomainError):
    message = _("Say why. The reason is kept.")
    field = "reason"


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


class NotEnoughSeats(SeatGone):
    """Seats are left, but not for all who would come together; nothing was taken.

    `left` is how many there are; staff or a smaller party may take them.
    """

    def __init__(self, left: int) -> None:
        super().__init__(
            ngettext(
                "Only %(num)s place is left, so nobody has been enrolled. Take fewer people along.",
                "Only %(num)s places are left, so nobody has been enrolled. "
                "Take fewer people along.",
                left,
            )
        )
        self.left = left


class RunFull(DomainError):
    message = _("The class and its waiting list are full. Look for another class of this course.")


class QueueTooShort(DomainError):
    """The waiting list is open, but not for all who would come together."""

    def __init__(self, room: int) -> None:
        super().__init__(
            ngettext(
                "The waiting list takes only %(num)s more person, so nobody has joined it. "
                "Take fewer people along.",
                "The waiting list takes only %(num)s more people, so nobody has joined it. "
                "Take fewer people along.",
                room,
            )
        )


class GroupTooLarge(DomainError):
    """Groups never stand in line; `left` is how many seats anybody may take."""

    field = "learners"

    def __init__(self, left: int) -> None:
        super().__init__(
            ngettext(
                "Only %(num)s seat is free, so nothing has been booked. "
                "Bring fewer people, or look for another class.",
                "Only %(num)s seats are free, so nothing has been booked. "
                "Bring fewer people, or look for another class.",
                left,
            )
        )
        self.left = left


class NoSeatForGroups(DomainError):
    message = _("Groups need free seats for everybody at once, and this class takes none now.")


class GroupsAskFirst(DomainError):
    message = _("The provider of this class answers each person first. Call them to bring a group.")


class TooLateToWithdraw(DomainError):
    message = _("The last day to give this place up is past. Call the provider if you cannot come.")


class NobodyToSeat(DomainError):
    message = _("There is no free seat, or nobody is waiting.")


class NoNeedToWait(DomainError):
    message = _("This class has a free seat, or takes nobody any more. Look at it again.")


class ContactOfAnAccount(DomainError):
    """A place of somebody who has an account: the contact is changed there."""

    message = _("This place belongs to an account. Sign in to change the phone or e-mail.")


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


class NotAMember(DomainError):
    message = _("Choose somebody who works here.")


class NotOnThisList(DomainError):
    message = _("This code is not on the list of this session. Look for the name in the list.")


class WrongNumbers(DomainError):
    """The message says which numbers of a paper sheet cannot be meant."""
