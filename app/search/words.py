"""What filters and their values are called."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.catalogue.cards import MODES
from app.catalogue.models import Mode
from app.core.i18n import lazy as _
from app.search.queries import Labels
from app.search.understanding import Heard

SORT_NAMES = {
    "best": _("Best match"),
    "soonest": _("Starting soonest"),
    "nearest": _("Nearest"),
    "newest": _("Newest"),
}
WHEN_NAMES = {
    "morning": _("Morning"),
    "afternoon": _("Afternoon"),
    "evening": _("Evening"),
    "weekend": _("Weekend"),
}
LEVEL_NAMES = {
    "beginner": _("For beginners"),
    "intermediate": _("Intermediate"),
    "advanced": _("Advanced"),
}
KIND_NAMES = {"course": _("Courses"), "resource": _("Learning resources")}
LANGUAGE_NAMES = {
    "vi": _("Vietnamese"),
    "en": _("English"),
    "zh": _("Chinese"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "km": _("Khmer"),
    "fr": _("French"),
}
FLAG_NAMES = {"free": _("Free of charge"), "open": _("Open for enrolment")}
GROUP_NAMES = {
    "when": _("Time"),
    "topic": _("Subject"),
    "audience": _("For whom"),
    "level": _("Level"),
    "mode": _("Way of learning"),
    "language": _("Language of teaching"),
    "kind": _("Kind"),
}


def known_values(names: Labels) -> Mapping[str, Mapping[str, Any]]:
    """By filter: its values, each with its words."""
    return {
        **names,
        "when": WHEN_NAMES,
        "mode": {mode.value: MODES[mode] for mode in Mode},
        "language": LANGUAGE_NAMES,
        "kind": KIND_NAMES,
        "level": LEVEL_NAMES,
    }


def heard_in_words(heard: Iterable[Heard], names: Labels) -> str:
    """What a question said about one filter, as the filter is called."""
    known = known_values(names)
    said = (
        str(one.label or FLAG_NAMES.get(one.name) or known[one.name][one.values[0]])
        for one in heard
    )
    return ", ".join(said)
