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


class CampaignsOverlap(UnclearQuestion):
    message = _("Some of these days belong to another campaign already.")
    field = "first"
