"""Imports and feeds in words."""

from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.feeds.difference import SESSIONS_MOVED, SESSIONS_NEW, SESSIONS_OFF, STATUS
from app.feeds.layout import BY_NAME, COLUMNS
from app.feeds.models import Action, ImportState, SourceKind

STATES: dict[ImportState, tuple[str, str]] = {
    ImportState.UPLOADED: ("soon", _("Sent")),
    ImportState.CHECKING: ("soon", _("Being checked")),
    ImportState.ERRORS: ("wrong", _("Something is wrong")),
    ImportState.READY: ("few", _("Ready to be applied")),
    ImportState.APPLYING: ("soon", _("Being applied")),
    ImportState.APPLIED: ("ok", _("In the catalogue now")),
    ImportState.SUPERSEDED: ("closed", _("Superseded")),
}
"""Kind of badge, and words."""

ACTIONS: dict[Action, str] = {
    Action.NEW: _("New"),
    Action.CHANGED: _("Changed by the file"),
    Action.UNCHANGED: _("Unchanged"),
    Action.MISSING: _("No longer in the file"),
}

KINDS: dict[SourceKind, str] = {
    SourceKind.FILE: _("Table (CSV, XLSX or XLS)"),
    SourceKind.JSON: _("Our JSON"),
    SourceKind.SCHEMA_ORG: _("schema.org JSON-LD"),
    SourceKind.XCRI: _("XCRI-CAP 1.2 (XML)"),
}

MAPPINGS: dict[str, str] = {
    "": _("Our template, or a feed"),
    "university-sections": _("Class sections of a university timetable"),
    "training-programmes": _("Training programmes in English"),
    "vocational-programmes": _("Programmes of a vocational school"),
}

PHASES: dict[str, str] = {
    "reading": _("Rows read"),
    "comparing": _("Courses compared with the catalogue"),
}

ANSWERS: dict[str, str] = {
    "": _("Not fetched yet"),
    "asked": _("Waiting to be fetched"),
    "came": _("Something new came"),
    "same": _("Nothing new"),
    "not_allowed": _("The address is not allowed"),
    "unknown_host": _("The address is unknown"),
    "no_answer": _("No answer"),
    "slow": _("The answer took too long"),
    "certificate": _("The certificate of the address is not valid"),
    "redirects": _("The address leads on too often"),
    "packed": _("The answer is packed in a way that was not asked for"),
    "too_big": _("The answer is too large"),
    "empty": _("The answer is empty"),
}
"""Other codes are those of HTTP: `http_404`."""

NOTES: dict[str, str] = {
    "catalogue_changed": _(
        "The catalogue changed after you looked, so nothing was applied. Look once more."
    ),
    "has_bad_rows": _("Rows have become wrong since you looked, so nothing was applied."),
    "too_many_withdrawn": _("Too many courses would be withdrawn, so nothing was applied."),
}

_CHANGES = {
    STATUS: Bilingual("Trạng thái", "State"),
    SESSIONS_NEW: Bilingual("Buổi học thêm", "Sessions added"),
    SESSIONS_MOVED: Bilingual("Buổi học đổi giờ kết thúc", "Sessions with another end"),
    SESSIONS_OFF: Bilingual("Buổi học bị hủy", "Sessions cancelled"),
}

LOCKABLE = tuple(
    column.name
    for column in COLUMNS
    if column.name not in ("course_id", "run_id", "session_from", "session_to")
)
"""What a person can take out of the hands of files and feeds; `session_on` stands for sessions."""


def field(name: str) -> Bilingual:
    """What a field is called on our pages."""
    if name in _CHANGES:
        return _CHANGES[name]
    return BY_NAME[name].label if name in BY_NAME else Bilingual(name)


def answer(code: str) -> str:
    return str(ANSWERS.get(code) or code.replace("_", " ").upper())
