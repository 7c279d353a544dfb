"""Words for the codes of providers."""

from app.core.access import ProviderRole
from app.core.i18n import lazy as _
from app.providers.models import ProviderStatus, ProviderStepKind

ROLES: dict[ProviderRole, str] = {
    ProviderRole.OWNER: _("Owner"),
    ProviderRole.EDITOR: _("Editor"),
    ProviderRole.TEACHER: _("Teacher"),
    ProviderRole.SUBSTITUTE: _("Substitute"),
}
MAY: dict[ProviderRole, str] = {
    ProviderRole.OWNER: _("Everything, also who works here."),
    ProviderRole.EDITOR: _("Courses, classes, resources and registers."),
    ProviderRole.TEACHER: _("Class lists and registers."),
    ProviderRole.SUBSTITUTE: _("Registers of the sessions they are named for, nothing else."),
}

STATUS: dict[ProviderStatus, tuple[str, str]] = {
    ProviderStatus.APPLIED: ("soon", _("Applied")),
    ProviderStatus.ACTIVE: ("ok", _("At work")),
    ProviderStatus.SUSPENDED: ("few", _("Suspended")),
    ProviderStatus.CLOSED: ("closed", _("Closed")),
}
"""Look and words."""
STEPS: dict[ProviderStepKind, str] = {
    ProviderStepKind.SUSPENDED: _("Suspended"),
    ProviderStepKind.LIFTED: _("Suspension lifted"),
    ProviderStepKind.CLOSED: _("Closed"),
    ProviderStepKind.MERGED: _("Merged into another provider"),
}

CLA: dict[str, str] = {
    "1": _("Formal programme (leads to a state diploma)"),
    "2.1": _("Non-formal programme"),
    "2.2.1": _("Course in a classroom"),
    "2.2.2": _("Course with practice, workshop"),
    "2.2.3": _("Open or distance course"),
    "2.2.4": _("Private tuition"),
    "2.3": _("Guided on-the-job training"),
    "2.4": _("Other non-formal learning"),
    "3.1.1": _("Coaching, informal teaching"),
    "3.1.2": _("Guided visit"),
    "3.2.1": _("Learning by oneself"),
    "3.2.2": _("Learning group"),
    "3.2.3": _("Practice"),
    "3.2.4": _("Visit without a guide"),
}
"""Kinds of learning activity of CLA 2016; guided visits and self-study are informal."""
