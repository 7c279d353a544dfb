"""What people read, for staff: every kind of letter with an invented reader."""

from collections.abc import Sequence

from flask import render_template

from app.catalogue.models import Run
from app.core import access
from app.core.access import CityRole
from app.core.i18n import Bilingual, localised
from app.notices import queries
from app.notices.previews import OF_GROUPS, OF_PLACES, OF_RUNS, SUBJECTS, Example, Kind, previews
from app.notices.wording import LONGEST_SMS

city = localised("letters_staff", __name__, "/staff")
provider = localised("letters_provider", __name__, "/provider/<slug>")


@city.get("/letters")
@access.city_staff(*CityRole)
def all_kinds() -> str:
    """Every kind of letter in both languages."""
    return _page(SUBJECTS, Example())


@provider.get("/letters")
@access.provider_staff()
def kinds_here(slug: str) -> str:
    """The letters of this provider's classes, with the next of them as the example."""
    mine = [(title, kinds) for title, kinds in SUBJECTS if kinds in (OF_PLACES, OF_RUNS, OF_GROUPS)]
    run = queries.next_run(access.here(slug).provider_id)
    return _page(mine, _example_of(run) if run else Example(), slug=slug)


def _page(
    subjects: Sequence[tuple[str, tuple[Kind, ...]]], example: Example, slug: str = ""
) -> str:
    shown = [
        (title, [(kind, previews(kind, example)) for kind in kinds]) for title, kinds in subjects
    ]
    return render_template("notices/letters.html", subjects=shown, longest=LONGEST_SMS, slug=slug)


def _example_of(run: Run) -> Example:
    venue = run.venue
    if venue is None:
        return Example(title=_copy(run.course.title))
    return Example(title=_copy(run.course.title), here=_copy(venue.name), street=venue.address)


def _copy(text: Bilingual) -> Bilingual:
    return Bilingual(text.vi, text.en)
