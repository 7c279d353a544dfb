"""Why a change of providers was refused."""

from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class CodeTaken(DomainError):
    message = _("There is a type with this code already.")
    field = "code"


class EndsBeforeItBegins(DomainError):
    message = _("The last day must not be before the first day.")
    field = "valid_to"


class AddressTaken(DomainError):
    message = _("There is a provider with this address already.")
    field = "slug"


class LastOwner(DomainError):
    message = _("One owner without a last day must remain. Make somebody else an owner first.")


class OwnRole(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("Nobody changes their own role. Ask another owner.")


class MemberAlready(DomainError):
    message = _("This person works here already. Change their role in the list.")
    field = "contact"


class OverAlready(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day lies in the past.")
    field = "until"
