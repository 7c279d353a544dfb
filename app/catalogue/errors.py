"""Why a change of the catalogue was refused."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class NothingToJoin(DomainError):
    message = _(
        "There is no run to join. Add a run that is still to come, then publish the course."
    )


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


class SessionHasBegun(DomainError):
    message = _("This session has begun, so it cannot be cancelled any more.")


class RunIsOver(DomainError):
    message = _("This run is over, so it cannot be changed any more.")
