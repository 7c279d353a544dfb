"""What can be refused about places."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class NoTableOfUnits(DomainError):
    message = _("This product carries no table of units for that city. Import the official one.")


class RoomKnown(DomainError):
    message = _("This building has a room of that name already.")
    field = "name_vi"
