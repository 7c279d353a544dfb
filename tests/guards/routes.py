"""The addresses of the application, with something in the place of every argument."""

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

LIKELY = {"lang": "vi", "code": "26734", "slug": "trung-tam-1"}


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """Every rule for this method, in a stable order."""
    found = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
    return iter(sorted(found, key=lambda rule: rule.rule))


def filled(rule: Rule, values: Mapping[str, str] = LIKELY) -> str:
    """The address with these texts put in as they are, however wrong; "1" for the others."""
    parts = (
        values.get(text, _default(rule, text)) if is_argument else text
        for is_argument, text in rule._trace
    )
    return "".join(parts).partition("|")[2]


def _default(rule: Rule, argument: str) -> str:
    """The first of a few words where only these are allowed."""
    converter = rule._converters[argument]
    return min(converter.items) if isinstance(converter, AnyConverter) else "1"
