"""Finding courses and resources."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, jsonify, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.catalogue.cards import MODES
from app.catalogue.models import Mode
from app.core import access
from app.core.i18n import current_language, gettext, localised
from app.core.paging import Page
from app.search import addresses, forms, names, queries, renamed, ways
from app.search.demand import counting as demand
from app.search.filters import COUNTED, CourseFilter, Results, Suggestion
from app.search.finding import Found
from app.search.nearby import Around, around, away
from app.search.prepare import Hints
from app.search.saved.question import in_words, kept
from app.search.service import engines, find
from app.search.suggestions import LEAST_LETTERS
from app.search.text import fold
from app.search.understanding import Heard
from app.search.words import (
    FLAG_NAMES,
    GROUP_NAMES,
    SORT_NAMES,
    WHEN_NAMES,
    heard_in_words,
    known_values,
)

bp = localised("search", __name__)

_COMMON = (("free", "1"), ("when", "evening"), ("when", "weekend"), ("open", "1"))
_SUGGESTED = 8
_ORDER = ("when", "topic", "audience", "level", "mode", "language", "kind")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, how many it would show, and whether it is chosen."""

    value: str
    name: str
    count: int
    chosen: bool


@bp.get("/courses")
@access.public
def courses() -> str:
    """Results with filters; everything is in the address."""
    return _results(request.args)


@bp.get("/resources")
@access.public
def resources() -> str:
    """Learning resources only."""
    asked = MultiDict(request.args)
    asked.setlist("kind", ["resource"])
    return _results(asked)


@bp.get("/suggest")
@access.public
def suggest() -> Response:
    """What is being typed, completed; an empty list below two letters."""
    typed = request.args.get("q", "")[: forms.LONGEST]
    found = engines().suggest(typed, _SUGGESTED, current_language())
    public = queries.still_public({one.id for one in found if one.id})
    shown = [one for one in found if not one.id or one.id in public]
    return jsonify(_mixed(shown, _names(typed)))


def _names(typed: str) -> dict[str, list[dict[str, str]]]:
    """Subjects, providers and places, by kind; without letters enough, none."""
    if sum(char.isalnum() for char in fold(typed)) < LEAST_LETTERS:
        return {}
    query = engines().embedded.read(typed, typing=True)
    return {
        kind: [
            {**_line(label, lang), "note": str(names.KINDS[kind]), "url": name.url}
            for label, lang, name in found
        ]
        for kind, found in names.suggest(query, current_language()).items()
    }


def _mixed(
    found: Sequence[Suggestion], named: dict[str, list[dict[str, str]]]
) -> list[dict[str, str]]:
    """Subjects, then what can be learned, then who teaches and where."""
    last = [*named.get("provider", []), *named.get("ward", [])]
    lines = {fold(line["label"]): line for line in named.get("topic", [])}
    for one in found:
        lines.setdefault(fold(one.text), _line(one.text, one.lang))
    return [*list(lines.values())[: _SUGGESTED - len(last)], *last]


def _line(label: str, lang: str) -> dict[str, str]:
    return {"label": label, "value": label, "lang": lang}


def _results(given: MultiDict[str, str]) -> str:
    labels = queries.labels()
    asked = forms.read(renamed.current(given), labels)
    wanted, here = _placed(asked)
    place = asked.place
    if here and here.is_position:
        asked = replace(asked, place=here.ward)
    answer = find(wanted)
    found = answer.results
    demand.of(current_app).note(request, answer.wanted, asked.place, found)
    no_sort = "best" if here else "nearest"
    page = Page(
        queries.cards(found.hits), wanted.page, found.total, wanted.per_page, addresses.numbered
    )
    return render_template(
        "search/courses.html",
        wanted=wanted,
        found=found,
        page=page,
        similar=queries.cards(found.similar),
        groups=_groups(wanted, found, labels),
        wards=_choices("ward", labels["ward"], wanted, found),
        flags=[_flag(name, wanted, found) for name in FLAG_NAMES],
        chips=[*_chips(wanted, labels, here), *_heard(answer, labels)],
        offers=_offers(answer.wanted, found),
        ignored=asked.ignored,
        place=place,
        near=here,
        distances=_distances(found),
        sorts={code: name for code, name in SORT_NAMES.items() if code != no_sort},
        most=COUNTED,
        clear_url=addresses.address(q=wanted.q, words=[one.name for one in answer.heard]),
        ways=ways.of(wanted, answer, labels),
        keep=(kept(asked), in_words(asked, labels)),
    )


def _placed(asked: forms.Asked) -> tuple[CourseFilter, Around | None]:
    """The filter with the place as a point: the best match near a place is the nearest."""
    here = around(asked.place) if asked.place else None
    if here is not None:
        sort = "nearest" if asked.wanted.sort == "best" else asked.wanted.sort
        return replace(asked.wanted, near=here.point, sort=sort), here
    if not asked.place and asked.wanted.sort == "nearest":
        return replace(asked.wanted, sort="best"), None
    return asked.wanted, None


def _distances(found: Results) -> dict[int, str]:
    """By course, how far it is from the place that was asked for."""
    courses = (hit for hit in (*found.hits, *found.similar) if hit.kind == "course")
    return {hit.key: away(hit.distance_km) for hit in courses}


def _groups(
    wanted: CourseFilter, found: Results, names: queries.Labels
) -> list[tuple[str, str, list[Choice]]]:
    """The filters of the panel: name, heading, values that would show something."""
    known = known_values(names)
    groups = [
        (name, str(GROUP_NAMES[name]), _choices(name, known[name], wanted, found))
        for name in _ORDER
    ]
    return [group for group in groups if len(group[2]) > 1 or any(c.chosen for c in group[2])]


def _choices(name: str, known: Any, wanted: CourseFilter, found: Results) -> list[Choice]:
    counts, chosen = found.facets.get(name, {}), getattr(wanted, name)
    return [
        Choice(code, str(label), counts.get(code, 0), code in chosen)
        for code, label in known.items()
        if counts.get(code) or code in chosen
    ]


def _flag(name: str, wanted: CourseFilter, found: Results) -> Choice:
    count = found.facets.get(name, {}).get("1", 0)
    return Choice(name, str(FLAG_NAMES[name]), count, getattr(wanted, name))


def _chips(
    wanted: CourseFilter, names: queries.Labels, near: Around | None
) -> list[tuple[str, str]]:
    """What narrows the list now, each with the address that takes it away."""
    chosen: list[tuple[str, str, str | None]] = [
        (text, name, value)
        for name, values in ways.chosen(wanted, names)
        for value, text in values.items()
    ]
    if near:
        chosen.insert(0, (gettext("Near %(place)s", place=near.text), forms.PLACE, None))
    return [(text, addresses.without(name, value)) for text, name, value in chosen]


def _heard(answer: Found, names: queries.Labels) -> list[tuple[str, str]]:
    """Filters that were read out of the words, each with the address that leaves it as words."""
    by_name: dict[str, list[Heard]] = {}
    for one in answer.heard:
        by_name.setdefault(one.name, []).append(one)
    return [
        (heard_in_words(heard, names), addresses.more(forms.WORDS, name))
        for name, heard in by_name.items()
    ]


def _offers(wanted: CourseFilter, found: Results) -> list[tuple[str, str]]:
    """Filters one tap away: what the words themselves ask for, then what most people choose.

    One that is set, or would leave the list as it is or empty, is not offered.
    """
    words = {**FLAG_NAMES, **WHEN_NAMES, **{mode.value: MODES[mode] for mode in Mode}}
    return [
        (str(words[name if value == "1" else value]), addresses.more(name, value))
        for name, value in dict.fromkeys([*_hinted(found.hints), *_COMMON])
        if name not in wanted.chosen()
        and 0 < found.facets.get(name, {}).get(value, 0) < found.total
    ]


def _hinted(hints: Hints) -> list[tuple[str, str]]:
    free = [("free", "1")] if hints.free else []
    return [*free, *(("when", v) for v in hints.when), *(("mode", v) for v in hints.mode)]
