"""What can go wrong with units and with attendance online."""

from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class NotALink(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write a whole address that begins with https://, or one of our own pages.")
    field = "link"


class NoSuchUnit(DomainError):
    message = _("This unit is not there any more. Open the page again.")


class NotOnTheList(DomainError):
    message = _("Only people with a place in this class can do this.")


class WrongCode(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is not the code of the session. Look at the screen and type it again.")
    field = "session_code"


class NotNow(DomainError):
    message = _("The code only works while the session is on. Tell the teacher.")
    field = "session_code"


class NotAList(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We found no names in this file. Save the list of participants as CSV.")
    field = "file"
