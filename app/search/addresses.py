"""Addresses of results pages: the one that is shown, with one thing more or less."""

from typing import Any

from flask import request, url_for

from app.search import forms
from app.search.filters import FACETS

_KEPT = frozenset({"q", forms.PLACE, forms.WORDS, "sort", *FACETS})


def address(**values: Any) -> str:
    """The address of the same list with these arguments only."""
    return url_for(request.endpoint or "search.courses", **{k: v for k, v in values.items() if v})


def with_words(words: str) -> str:
    """The same filters, other words."""
    return address(**{**_arguments(), "q": words})


def without(name: str, value: str | None = None) -> str:
    rest = _arguments()
    rest[name] = [v for v in rest.get(name, []) if value is not None and v != value]
    return address(**rest)


def more(name: str, value: str) -> str:
    longer = _arguments()
    longer[name] = [*longer.get(name, []), value]
    return address(**longer)


def numbered(number: int) -> str:
    """The same list, this page of it."""
    return address(**_arguments(), page=number if number > 1 else None)


def _arguments() -> dict[str, list[str]]:
    return {name: values for name, values in request.args.lists() if name in _KEPT}
