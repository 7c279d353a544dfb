"""Why a change of a learning resource was refused."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class UnsafeLink(DomainError):
    message = _("Enter a complete link that begins with https:// or http://.")
    field = "url"


class ResourceHeld(DomainError):
    message = _("The city keeps this out of sight for now. You read why on this page.")
