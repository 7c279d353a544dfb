"""Why a change of the catalogue was refused."""

from collections.abc import Sequence

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class NothingToJoin(DomainError):
    message = _(
        "There is no run to join. Add a run that is still to come, then publish the course."
    )


class NotComplete(DomainError):
    """Texts are missing in a language that was chosen; `lacks` names them."""

    message = _("Something is missing in a language you chose. See the list below.")

    def __init__(self, lacks: Sequence[str] = ()) -> None:
        super().__init__()
        self.lacks = list(lacks)


class HeldByTheCity(DomainError):
    message = _("The city keeps this course out of sight. Ask the city desk.")


class NotAnEmptyDraft(DomainError):
    message = _("Only a draft that was never published and has no run can be deleted.")


class NotInTheFuture(DomainError):
    message = _("Choose a day and an hour that are still to come, at most one year from now.")
    field = "day"


class NobodyAsked(DomainError):
    message = _("This course does not wait for you any more. Somebody was faster, or took it back.")


class NoReason(DomainError):
    message = _("Say what the provider should change.")
    field = "reason"


class WrongDates(DomainError):
    """Dates or hours that contradict each other; `field` says which one to change."""


class NoMeetings(DomainError):
    message = _("A class needs at least one session. Enter how many there are.")
    field = "meetings"


class TooManyMeetings(DomainError):
    message = _("A run has at most 200 sessions. Make another run for the rest.")
    field = "meetings"


class NotYourVenue(DomainError):
    message = _("Choose one of your own places.")
    field = "venue_id"


class NotThatRoom(DomainError):
    message = _("Choose a room of the place you have chosen.")
    field = "room_id"


class TooManyTeachers(DomainError):
    message = _("Name at most eight teachers, together in at most 200 characters.")
    field = "teacher"


class DayKnown(DomainError):
    message = _("This day is in the list already. Remove it first.")
    field = "day"


class NothingToCopy(DomainError):
    message = _("Choose at least one class to copy.")


class PlanHasChanged(DomainError):
    message = _("Something changed since you looked. Check the table again, then make the classes.")


class SessionHasBegun(DomainError):
    message = _("This session has begun, so it cannot be changed any more.")


class RunIsOver(DomainError):
    message = _("This run is over, so it cannot be changed any more.")


class RunIsCancelled(DomainError):
    message = _("This class has been cancelled, so it cannot be changed any more.")


class SessionIsCancelled(DomainError):
    message = _("This session was cancelled. Add a new session to the class instead.")


class NotInThePast(DomainError):
    message = _("Choose a day and an hour that are still to come.")
    field = "day"


class HourTaken(DomainError):
    message = _("The class already has a session that begins at this hour. Choose another hour.")
    field = "begins"


class NothingChanges(DomainError):
    message = _("This is how it is already. Change the day, the hours or the place.")


class PlaceChangesApart(DomainError):
    message = _(
        "People have a place in this class already. Use “Change the place”: "
        "there you see who will be told."
    )
    field = "venue_id"


class WrongRules(DomainError):
    """Settings of a run that contradict each other; `field` says which one to change."""


class TooManyFeeGroups(DomainError):
    message = _("A class has at most 8 reduced fees. Remove one first.")


class TooManyQuestions(DomainError):
    message = _("A class asks at most 5 questions of its own. Remove one first.")


class SensitiveQuestion(DomainError):
    """The message names the subject."""

    message = _("Do not ask about what the law calls sensitive.")
    field = "text_vi"


class NotAskedLikeThis(DomainError):
    message = _("Write two to ten possible answers, one on a line.")
    field = "options"


class SlugTaken(DomainError):
    message = _("There is one with this code already, perhaps one that ended.")
    field = "slug"


class NoHeir(DomainError):
    message = _("Choose one that is in use to take its place.")
    field = "heir"


class NotTogether(DomainError):
    message = _("These two cannot be put together: they changed, or one is held back.")
