"""Ways out of a page without results: other questions that find something, and how much."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import request, url_for

from app.core.i18n import gettext
from app.search import addresses, forms
from app.search.filters import CourseFilter
from app.search.finding import Found
from app.search.queries import Labels
from app.search.service import count, respelled
from app.search.words import FLAG_NAMES, heard_in_words, known_values

Way = tuple[str, str] | tuple[str, str, int]
"""What it is, its address, and how much it finds."""


def of(wanted: CourseFilter, answer: Found, names: Labels) -> list[Way]:
    """The same question corrected, or with fewer filters; one that finds nothing is no way.

    Each costs an engine one question, so nothing is asked while there is something to show.
    """
    total = answer.results.total
    if total:
        past_the_end = wanted.page > 1 and not answer.results.hits
        return [(gettext("Go to the first page"), addresses.numbered(1), total)] * past_the_end
    ways = [(text, url, count(other)) for text, url, other in _others(wanted, answer, names)]
    return [
        *(way for way in ways if way[2]),
        (gettext("See all courses"), url_for("search.courses")),
    ]


def chosen(wanted: CourseFilter, names: Labels) -> Iterator[tuple[str, dict[str | None, str]]]:
    """Each filter in use: its name, and its values with their words; a flag has one, None."""
    known = known_values(names)
    for name, values in wanted.chosen().items():
        if name in FLAG_NAMES:
            yield name, {None: str(FLAG_NAMES[name])}
        elif request.endpoint != "search.resources" or name != "kind":
            yield name, {value: str(known[name][value]) for value in values}


def _others(
    wanted: CourseFilter, answer: Found, names: Labels
) -> Iterator[tuple[str, str, CourseFilter]]:
    corrected = respelled(wanted.q) if wanted.q else ""
    if corrected:
        text = gettext("Did you mean “%(words)s”?", words=corrected)
        yield text, addresses.with_words(corrected), _changed(wanted, "q", value=corrected)
    for wish in answer.unmet:
        url, other = addresses.with_words(wish.rest), _changed(wanted, "q", value=wish.rest)
        yield _without(heard_in_words(wish.heard, names)), url, other
    filters = list(chosen(wanted, names))
    for name, values in filters:  # whole: one value less never finds more
        other = _changed(wanted, name, value=False if None in values else ())
        yield _without(", ".join(values.values())), addresses.without(name), other
    if len(filters) + len(answer.unmet) > 1:
        place = request.args.get(forms.PLACE)
        url = addresses.address(q=answer.rest, near=place, words=wanted.words)
        yield gettext("Search without any filter"), url, _bare(wanted, answer.rest)


def _bare(wanted: CourseFilter, words: str) -> CourseFilter:
    kind = wanted.kind if request.endpoint == "search.resources" else ()
    near, sort = wanted.near, wanted.sort
    return CourseFilter(words, kind=kind, near=near, words=wanted.words, sort=sort)


def _without(text: str) -> str:
    return gettext("Search without “%(filter)s”", filter=text)


def _changed(wanted: CourseFilter, name: str, *, value: Any) -> CourseFilter:
    return replace(wanted, page=1, **{name: value})
