"""What can go wrong with counts from paper sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line: which box, in words; `asks` where the reader may say yes."""

    line: int
    field: str
    message: str
    asks: bool = False


class LinesWrong(DomainError):
    """Nothing was saved: these lines have to be put right, or to be confirmed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Nothing is saved yet. Put right the lines below, then save again.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


class NothingTyped(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Fill in at least one line.")


class NoSuchRow(DomainError):
    message = _("This line was removed. Open the list again.")


class SayWhyChanged(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The centre's return is certified. Say why its figures change.")
    field = "reason"
