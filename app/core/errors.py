"""What can go wrong for a person, as classes whose message is meant for that person."""

from http import HTTPStatus
from typing import ClassVar

from app.core.i18n import lazy as _


class DomainError(Exception):
    """The rule that stopped an operation.

    `code` is stable and never translated; `message` says what happened and what to do. `field`
    names the form field the message belongs to, empty when it is about the whole form. `person_id`
    is whom of several people it is about, to be told only to those who act for them.
    """

    status: ClassVar[int] = HTTPStatus.CONFLICT
    message: str = _("This cannot be done now.")
    field: str = ""
    person_id: int | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field

    @property
    def code(self) -> str:
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in type(self).__name__).lstrip(
            "_"
        )


class TooManyAttempts(DomainError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = _("Too many attempts. Wait 15 minutes and try again, or call us.")


class ChangedMeanwhile(DomainError):
    message = _(
        "Somebody else changed this while you were editing. Your text is kept below: "
        "compare it with the current version and save again."
    )
