"""Ways out of a page without results: other questions that find something, and how much."""

from collections.abc import Iterable, Iterator, Sequence
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
Other = tuple[str, str, CourseFilter]
Chosen = tuple[str, dict[str | None, str]]
_MANY = 3


def of(wanted: CourseFilter, answer: Found, names: Labels) -> list[Way]:
    """The same question corrected, or with fewer filters; one that finds nothing is no way.

    Each costs an engine one question, so nothing is asked while there is something to show.
    """
    total = answer.results.total
    if total:
        past_the_end = wanted.page > 1 and not answer.results.hits
        return [(gettext("Go to the first page"), addresses.numbered(1), total)] * past_the_end
    filters = list(chosen(wanted, names))
    many = len(filters) + len(answer.unmet)
    found = _counted(_corrected(wanted))
    fewer = _counted(_without_one(wanted, answer, filters, names))
    if not fewer and many >= _MANY:
        fewer = _counted(_only_one(wanted, answer, filters, names))
    says_more = many > 1 or (filters and answer.rest != wanted.q)
    bare = _counted([_without_all(wanted, answer)]) if says_more else []
    return [*found, *fewer, *bare, (gettext("See all courses"), url_for("search.courses"))]


def _counted(others: Iterable[Other]) -> list[Way]:
    ways = ((text, url, count(other)) for text, url, other in others)
    return [way for way in ways if way[2]]


def chosen(wanted: CourseFilter, names: Labels) -> Iterator[Chosen]:
    """Each filter in use: its name, and its values with their words; a flag has one, None."""
    known = known_values(names)
    for name, values in wanted.chosen().items():
        if name in FLAG_NAMES:
            yield name, {None: str(FLAG_NAMES[name])}
        elif request.endpoint != "search.resources" or name != "kind":
            yield name, {value: str(known[name][value]) for value in values}


def _corrected(wanted: CourseFilter) -> Iterator[Other]:
    words = respelled(wanted.q) if wanted.q else ""
    if words:
        text = gettext("Did you mean “%(words)s”?", words=words)
        yield text, addresses.with_words(words), _changed(wanted, "q", value=words)


def _without_one(
    wanted: CourseFilter, answer: Found, filters: Sequence[Chosen], names: Labels
) -> Iterator[Other]:
    """A filter goes whole: with one value less it never finds more."""
    for wish in answer.unmet:
        url, other = addresses.with_words(wish.rest), _changed(wanted, "q", value=wish.rest)
        yield _without(heard_in_words(wish.heard, names)), url, other
    for name, values in filters:
        other = _changed(wanted, name, value=False if None in values else ())
        yield _without(", ".join(values.values())), addresses.without(name), other


def _only_one(
    wanted: CourseFilter, answer: Found, filters: Sequence[Chosen], names: Labels
) -> Iterator[Other]:
    """Where no single filter is to blame."""
    for wish in answer.unmet:
        text = heard_in_words(wish.heard, names)
        yield _only(text), _address(wanted, wish.alone), _bare(wanted, wish.alone)
    for name, values in filters:
        codes = tuple(value for value in values if value is not None)
        url = _address(wanted, answer.rest, **{name: codes or "1"})
        other = _changed(_bare(wanted, answer.rest), name, value=codes or True)
        yield _only(", ".join(values.values())), url, other


def _without_all(wanted: CourseFilter, answer: Found) -> Other:
    text = gettext("Search without any filter")
    return text, _address(wanted, answer.rest), _bare(wanted, answer.rest)


def _address(wanted: CourseFilter, words: str, **filters: Any) -> str:
    """Of a question with these filters only, near the same place."""
    place = request.args.get(forms.PLACE)
    return addresses.address(q=words, near=place, words=wanted.words, **filters)


def _bare(wanted: CourseFilter, words: str) -> CourseFilter:
    kind = wanted.kind if request.endpoint == "search.resources" else ()
    near, sort = wanted.near, wanted.sort
    return CourseFilter(words, kind=kind, near=near, words=wanted.words, sort=sort)


def _only(text: str) -> str:
    return gettext("Search with “%(filter)s” only", filter=text)


def _without(text: str) -> str:
    return gettext("Search without “%(filter)s”", filter=text)


def _changed(wanted: CourseFilter, name: str, *, value: Any) -> CourseFilter:
    return replace(wanted, page=1, **{name: value})
