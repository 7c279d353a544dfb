"""What states, kinds and sources are called."""

from app.core.i18n import lazy as _
from app.indicators.models import ReturnState, Status
from app.indicators.models.frameworks import CriterionKind, SourceKind

NOT_BEGUN = _("Not begun")
STATES: dict[str, tuple[str, str]] = {
    "not_begun": ("full", NOT_BEGUN),
    ReturnState.DRAFT: ("soon", _("Being filled in")),
    ReturnState.CERTIFIED: ("few", _("Certified, to be checked")),
    ReturnState.NIL: ("few", _("Certified: nothing took place")),
    ReturnState.SENT_BACK: ("wrong", _("Sent back")),
    ReturnState.CHECKED: ("ok", _("Checked")),
    ReturnState.MISSING: ("wrong", _("Not reported")),
}
"""The look of a badge, and its words."""
BOARD_STATES: dict[str, str] = {
    "not_reported": _("All that have not reported"),
    "reported": _("All that have reported"),
    "to_check": _("Waiting to be checked"),
    "on_paper": _("Reported on paper"),
    **{state: words for state, (_look, words) in STATES.items()},
}
KINDS: dict[CriterionKind, str] = {
    CriterionKind.AREA: _("Area"),
    CriterionKind.FEATURE: _("Criterion"),
    CriterionKind.INDICATOR: _("Indicator"),
}
SOURCES: dict[SourceKind, str] = {
    SourceKind.PLATFORM: _("Counted by the platform"),
    SourceKind.ENTERED: _("Entered by an office"),
    SourceKind.SURVEY: _("From a survey"),
    SourceKind.EXPERT: _("From an expert review"),
}
STATUSES: dict[Status, tuple[str, str]] = {
    Status.UNVERIFIED: ("soon", _("Not confirmed by an office yet")),
    Status.VERIFIED: ("ok", _("Confirmed")),
}
