"""What can go wrong with definitions, criteria, values and returns."""

from collections.abc import Sequence
from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.i18n import lazy as _


class HasBadLines(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Nothing was changed: some lines of the sheet are wrong. Correct them first.")


class NotInForce(DomainError):
    message = _("There is a newer version of this list of criteria. Go on with that one.")


class AlreadyConfirmed(DomainError):
    message = _("This version is confirmed already.")


class NotEntered(DomainError):
    message = _("No figure is entered here: the platform counts this one, or it is no indicator.")


class AlreadyEntered(DomainError):
    message = _("There is a figure for this place and period. Correct it in the list below.")
    field = "period"


class NotForAPeriod(DomainError):
    message = _("Write a period such as 2026-H1, 2026, 2025-2026 or 2Y-2026.")
    field = "period"


class NotToday(DomainError):
    message = _("The date lies in the future. Check it.")
    field = "as_of"


class AlreadyOpened(DomainError):
    message = _("This period was opened before. Look for it in the list.")
    field = "code"


class DueBeforeItBegins(DomainError):
    message = _("The last day to report is before the period begins. Check the period and the day.")
    field = "due_on"


class PeriodClosed(DomainError):
    message = _("The period is closed: returns cannot be changed any more. Ask the city's office.")


class NotClosed(DomainError):
    message = _("The period is open: returns are taken already.")


class ReportFrozen(DomainError):
    message = _(
        "A report of this period is frozen, so it cannot be opened again. "
        "Put right what was wrong in a revision of the report."
    )


class NothingOwed(DomainError):
    message = _("No return is expected here for this period.")


class AlreadyCertified(DomainError):
    message = _("The return is certified and cannot be changed. Ask for it to be sent back.")


class NotCertified(DomainError):
    message = _("The return is not certified, so it cannot be checked or sent back.")


class CheckedByAnother(DomainError):
    message = _(
        "You certified this return yourself. Ask another officer, or the city's statistician, "
        "to check it."
    )


class SourcesMissing(DomainError):
    """Figures from outside the platform say where they are from; the message names these."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(
            gettext(
                "Say where these figures are from: %(codes)s. Fill them in, then certify.",
                codes=", ".join(codes),
            )
        )


class NotNil(DomainError):
    message = _(
        "The platform counts activity in this period, or figures are filled in. "
        "Certify the figures instead."
    )


class FiguresNotReady(DomainError):
    message = _("The platform is still counting. Try again in a few minutes.")


class FiguresChanged(DomainError):
    message = _("The figures changed while you read them. Look at them again, then certify.")


class SayWhoSigned(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Write who signed the paper.")
    field = "signed_by"


class SignedTooEarly(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The day of the signature is before the period begins. Check it.")
    field = "signed_on"


class SayWhy(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say what has to be put right.")
    field = "remark"
