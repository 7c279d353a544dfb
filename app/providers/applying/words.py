"""Words for applications."""

from app.core.i18n import lazy as _
from app.providers.models import ApplicationState, ApplicationStepKind

STATES: dict[ApplicationState, tuple[str, str]] = {
    ApplicationState.DRAFT: ("soon", _("Not sent yet")),
    ApplicationState.APPLIED: ("few", _("To be decided")),
    ApplicationState.ASKED: ("soon", _("Question to the applicant")),
    ApplicationState.APPROVED: ("ok", _("Approved")),
    ApplicationState.REFUSED: ("closed", _("Refused")),
}
"""As staff see them: look and words."""
STEPS: dict[ApplicationStepKind, str] = {
    ApplicationStepKind.SENT: _("Sent"),
    ApplicationStepKind.ASKED: _("City staff asked"),
    ApplicationStepKind.ANSWERED: _("Answered"),
    ApplicationStepKind.APPROVED: _("Approved"),
    ApplicationStepKind.REFUSED: _("Refused"),
}
