"""Words for the parts of a course, for what it lacks and for where it waits."""

from collections.abc import Mapping

from app.catalogue.completeness import NO_LANGUAGE, NO_RUN
from app.catalogue.documents import PAIRS
from app.catalogue.revision_models import ReleaseState
from app.core.i18n import gettext
from app.core.i18n import lazy as _

TEXTS: dict[str, str] = {
    "title": _("Title"),
    "summary": _("In two sentences"),
    "learn": _("What people learn"),
    "for_whom": _("For whom it is"),
    "bring": _("What to bring"),
}
CODES: dict[str, str] = {
    "topic_id": _("Subject"),
    "cla": _("Kind of learning"),
    "languages": _("Languages of the page"),
    "audience_ids": _("Meant for"),
    "job_related": _("It helps people at work or in finding work"),
}
LANGUAGES: dict[str, str] = {"vi": _("Vietnamese"), "en": _("English")}

LACKS: dict[str, str] = {
    NO_LANGUAGE: _("Choose at least one language."),
    NO_RUN: _("No run is planned that people can still join."),
    "held": _("The city keeps this course out of sight. Ask the city desk."),
    "provider": _("The city has closed or suspended this provider, so it cannot publish now."),
}
HINTS: dict[str, str] = {
    "no_run": _("Plan a run. Without one nobody can enrol."),
    "no_summary": _("Say in two sentences what the course is about. Search shows them first."),
    "no_english": _("Write the English texts. Newcomers to the city look for them."),
    "stale_english": _("Look at the English again: the Vietnamese has changed since."),
    "no_learn": _("Say what people can do afterwards. Search finds these words too."),
    "no_audience": _("Tick whom it is meant for. People filter by it."),
    "no_for_whom": _("Say for whom it is, and whether one needs to know something before."),
    "no_bring": _("Say what to bring, also when it is nothing."),
    "no_address": _("A place has no address. Nobody can find the way."),
    "no_access": _("Nothing is said about access. Many people stay away when they do not know."),
    "no_teacher": _("Name the teacher."),
}
RELEASES: dict[ReleaseState, tuple[str, str]] = {
    ReleaseState.WAITING: ("soon", _("Waits for the city")),
    ReleaseState.SCHEDULED: ("soon", _("Planned")),
    ReleaseState.RETURNED: ("wrong", _("Sent back")),
    ReleaseState.REFUSED: ("wrong", _("Not published")),
}
PENDING: tuple[str, str] = ("few", _("Changes not yet public"))


def label(name: str) -> str:
    """What a box is called, with its language where there are two."""
    text, _underscore, language = name.rpartition("_")
    if text not in PAIRS:
        return str(CODES.get(name, name))
    words = {"text": str(TEXTS[text]), "language": str(LANGUAGES[language])}
    return gettext("%(text)s (%(language)s)", **words)


def lack(code: str) -> str:
    """What has to be put right before residents see the course."""
    if code in LACKS:
        return str(LACKS[code])
    return gettext("%(box)s is empty.", box=label(code))


def language_names(languages: str) -> str:
    """The names of languages, of "vi en" for instance."""
    return ", ".join(str(LANGUAGES[each]) for each in languages.split() if each in LANGUAGES)


def yes_or_no(answer: object) -> str:
    return gettext("Yes") if answer else gettext("No")


def named(ids: Mapping[int, str], chosen: list[int]) -> str:
    return ", ".join(ids[each] for each in chosen if each in ids)
