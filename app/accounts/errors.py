"""Why signing in, or making an account, was refused."""

from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class SignInFailed(DomainError):
    """One answer for a wrong password, an unknown account and a closed one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The e-mail or phone number and the password do not belong together. Check both.")


class WrongPassword(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is not your current password.")
    field = "current"


class WeakPassword(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose a password of 8 to 128 characters that nobody can guess.")
    field = "password"


class AccountExists(DomainError):
    message = _("There is an account with this e-mail or phone number already.")


class TooBusyToSignIn(DomainError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _("Many people are signing in at this moment. Try again in a minute.")
