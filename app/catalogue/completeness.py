"""What a course lacks before residents see it, and what would help people to find it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue.documents import PAIRS, Document
from app.catalogue.models import Run, RunStatus
from app.core import clock

NEEDED = ("title", "summary")
"""These are needed in each chosen language; the others where another language has them."""
NO_RUN = "no_run"
NO_LANGUAGE = "languages"


def lacks(document: Document) -> list[str]:
    """The names of texts without which a chosen language is not complete."""
    languages = document["languages"].split()
    if not languages:
        return [NO_LANGUAGE]
    return [
        f"{name}_{language}"
        for language in languages
        for name in PAIRS
        if not document[f"{name}_{language}"]
        and (name in NEEDED or any(document[f"{name}_{other}"] for other in languages))
    ]


def is_complete_in(document: Document, language: str) -> bool:
    """As if this language alone were asked about."""
    other = "en" if language == "vi" else "vi"
    return all(
        document[f"{name}_{language}"]
        for name in PAIRS
        if name in NEEDED or document[f"{name}_{other}"]
    )


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that would help; `code` is of `completeness_words`, `name` the box to fill."""

    code: str
    name: str


def hints(document: Document, runs: Sequence[Run]) -> list[Hint]:
    """What would help people to find the course and to decide, the most useful first.

    What keeps it from being published is told elsewhere.
    """
    needed = set(lacks(document))
    ahead = [r for r in runs if r.status is RunStatus.PLANNED and r.ends_on >= clock.today()]
    venues = [run.venue for run in ahead if run.venue is not None]
    told = (
        ("no_run", NO_RUN, not ahead),
        ("no_summary", "summary_vi", not (document["summary_vi"] or document["summary_en"])),
        ("no_english", "title_en", not is_complete_in(document, "en")),
        ("stale_english", "title_en", bool(document["source_was"])),
        ("no_learn", "learn_vi", not (document["learn_vi"] or document["learn_en"])),
        ("no_audience", "audience_ids", not document["audience_ids"]),
        ("no_for_whom", "for_whom_vi", not (document["for_whom_vi"] or document["for_whom_en"])),
        ("no_bring", "bring_vi", not (document["bring_vi"] or document["bring_en"])),
        ("no_address", "places", any(not venue.address for venue in venues)),
        ("no_access", "places", any(not (v.step_free or v.hearing_loop) for v in venues)),
        ("no_teacher", "places", any(not run.teacher for run in ahead)),
    )
    return [Hint(code, name) for code, name, applies in told if applies and name not in needed]
