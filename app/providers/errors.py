"""Why a change of providers was refused."""

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
