"""Questions that have no answer."""

from http import HTTPStatus
from typing import ClassVar

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class UnclearQuestion(DomainError):
    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY


class NotAPeriod(UnclearQuestion):
    message = _(
        "Enter a period such as 2026-H1, 2026, 2025-2026, 12M-2026-06-30 or 2Y-2026, "
        "or two dates of which the first is not after the last."
    )
    field = "period"


class UnknownDimension(UnclearQuestion):
    message = _(
        "Figures are broken down by ward, sex, age band, group, provider, provider type, "
        "subject, field, mode or month."
    )
    field = "by"


class TooManyDimensions(UnclearQuestion):
    message = _("Choose at most two breakdowns.")
    field = "by"


class NotCounted(UnclearQuestion):
    message = _("No register of this session was ever taken.")
    field = "session"


class EndsBeforeItBegins(UnclearQuestion):
    message = _("The last day must not be before the first day.")
    field = "last"


class CampaignsOverlap(UnclearQuestion):
    message = _("Some of these days belong to another campaign already.")
    field = "first"


class SayWhy(UnclearQuestion):
    message = _("Say why, in a few words without names of people.")
    field = "reason"


class NothingCorrected(UnclearQuestion):
    message = _("Nothing was changed. Change what was wrong, then press the button.")


class OnlineHasNoPlace(UnclearQuestion):
    message = _("A session held online has no place. Choose “No place”.")
    field = "place"


class NoLength(UnclearQuestion):
    message = _("Write how long it was: from 1 to 1440 minutes.")
    field = "minutes"


class NotACode(UnclearQuestion):
    message = _("Write a short code of small letters, digits and hyphens, such as week-2026.")
    field = "code"


class CampaignExists(DomainError):
    message = _("There is a campaign with this code. Choose another code, or change that one.")
    field = "code"
