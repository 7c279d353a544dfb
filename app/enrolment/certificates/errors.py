"""Why a certificate was refused."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class NotCompleted(DomainError):
    message = _("Certificates are only for people who have completed the class. Load the page.")


class NoLongerValid(DomainError):
    message = _("This certificate was revoked a moment ago.")


class SameName(DomainError):
    message = _("The name on the certificate is the name we have. Correct the name first.")
