"""Words for the codes of the catalogue."""

from app.catalogue.models import CourseStatus
from app.core.i18n import lazy as _

LANGUAGES: dict[str, str] = {
    "vi": _("Vietnamese"),
    "en": _("English"),
    "zh": _("Chinese"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "fr": _("French"),
    "de": _("German"),
    "km": _("Khmer"),
    "cjm": _("Cham"),
    "vsl": _("Vietnamese sign language"),
}

STATUS: dict[CourseStatus, tuple[str, str]] = {
    CourseStatus.DRAFT: ("soon", _("Draft")),
    CourseStatus.PUBLISHED: ("ok", _("Published")),
    CourseStatus.HELD: ("wrong", _("Held back by the city")),
    CourseStatus.WITHDRAWN: ("closed", _("Withdrawn")),
}
