"""Why an answer was refused."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class AlreadyAnswered(DomainError):
    message = _("You have answered already. Thank you.")


class FeedbackClosed(DomainError):
    message = _("The time to answer is over.")


class AlreadyDecided(DomainError):
    message = _("Somebody else has decided about this comment.")
