"""A question as it is kept: the query of the address of the results page."""

from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from app.core.i18n import gettext
from app.search import forms, queries, renamed
from app.search.filters import FLAGS, CourseFilter
from app.search.forms import Asked
from app.search.words import FLAG_NAMES, known_values

LONGEST = 4000
LONGEST_NAME = 100


def read(given: MultiDict[str, str], names: queries.Labels) -> Asked:
    """What an address asks, by the values that exist now."""
    return forms.read(renamed.current(given), names)


def kept(asked: Asked) -> str:
    """The same question, always written alike, without order and page; never a position."""
    wanted = asked.wanted
    pairs = [("q", wanted.q)] if wanted.q else []
    pairs += [(name, value) for name, values in wanted.chosen().items() for value in values]
    pairs += [(forms.WORDS, name) for name in wanted.words]
    pairs += [(forms.PLACE, asked.named_place)] if asked.named_place else []
    return urlencode(pairs)


def given(question: str) -> MultiDict[str, str]:
    """The arguments of the address again."""
    return MultiDict(parse_qsl(question))


def wanted(question: str, names: queries.Labels) -> CourseFilter | None:
    """What to ask an engine; nothing where a value is gone, for without it more would be found."""
    asked = read(given(question), names)
    return None if asked.ignored else asked.wanted


def in_words(asked: Asked, names: queries.Labels) -> str:
    """The question as people say it, to be its name."""
    known, chosen = known_values(names), asked.wanted.chosen()
    flags = [str(FLAG_NAMES[name]) for name in FLAGS if name in chosen]
    parts = [asked.wanted.q] if asked.wanted.q else []
    parts += [
        str(known[name][value]) for name, values in chosen.items() if name not in FLAGS
        for value in values
    ]  # fmt: skip
    near = gettext("Near %(place)s", place=asked.named_place)
    parts += [*flags, near] if asked.named_place else flags
    return _cut(" · ".join(parts) or gettext("All courses and learning resources"))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip()}…"
