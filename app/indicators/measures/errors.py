"""What can go wrong with definitions of figures."""

from http import HTTPStatus
from typing import ClassVar

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class WrongFormula(DomainError):
    """The JSON of a definition cannot be computed; `wrong` says which part."""

    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This formula cannot be computed.")

    def __init__(self, wrong: str) -> None:
        super().__init__()
        self.wrong = wrong

    def __str__(self) -> str:
        return self.wrong


class UnknownMeasure(DomainError):
    status: ClassVar[int] = HTTPStatus.NOT_FOUND
    message = _("There is no figure with this code.")
    field = "code"


class NoSuchBreakdown(DomainError):
    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This figure cannot be broken down like that.")
    field = "by"


class NothingChanged(DomainError):
    message = _("Nothing differs from the definition in force, so there is nothing to save.")


class NoReason(DomainError):
    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say in one sentence why the definition changes.")
    field = "reason"
