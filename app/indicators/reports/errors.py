"""Why a report, or an office's form, cannot be taken."""

from collections.abc import Sequence
from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.i18n import lazy as _

_MOST_NAMED = 5


class PeriodNotOver(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The period is not over yet. Freeze it after its last day.")
    field = "period"


class UnknownPeriod(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "Reports are made for a period with a name, such as 2026-H1, 2026, 2025-2026, "
        "12M-2026-06-30 or 2Y-2026."
    )
    field = "period"


class NeedsReason(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("There is a report of this period. Say why another revision is made.")
    field = "reason"


class ReturnsMissing(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Some returns are missing. Tick the box to freeze without them.")
    field = "without_missing"


class NotYetKnown(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The cut-off lies in the future.")
    field = "cut_off"


class MeanwhileFrozen(DomainError):
    message = _("Somebody else froze this period a moment ago. Look at the list.")


class AlreadyPublished(DomainError):
    message = _("This revision is published already.")


class NewerRevision(DomainError):
    message = _("There is a newer revision of this report. Publish that one.")


class MeanwhilePublished(DomainError):
    message = _("Another report was published a moment ago. Publish again: both are checked.")


class WouldReveal(DomainError):
    """Publishing it would tell a hidden figure; the message names some tables, never a figure."""

    def __init__(self, tables: Sequence[str]) -> None:
        listed = ", ".join(tables[:_MOST_NAMED])
        more = "" if len(tables) <= _MOST_NAMED else "…"
        super().__init__(
            gettext(
                "Not published: hidden figures could be worked out from %(tables)s together with "
                "what is published already.",
                tables=f"{listed}{more}",
            )
        )
        self.tables = tables


def refusal(code: str) -> str:
    """Why a report was not frozen or published, in the reader's language."""
    kinds = (
        NewerRevision, AlreadyPublished, NeedsReason, MeanwhileFrozen, PeriodNotOver,
        UnknownPeriod, NotYetKnown,
    )  # fmt: skip
    return next((str(kind.message) for kind in kinds if kind().code == code), "")


class NotAForm(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is no workbook. Save the form as .xlsx and upload it again.")
    field = "file"


class FormTooBig(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The form is too big. At most 1 MB and about 20,000 cells can be taken.")
    field = "file"


class FormWithMacros(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The form has macros. Save it as a workbook without macros (.xlsx).")
    field = "file"


class NoNamedCells(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "No cell of this form has a name. In the spreadsheet program, give a name to each cell "
        "that is to be filled."
    )
    field = "file"
