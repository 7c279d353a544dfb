"""Two languages: the interface by message catalogue, content by a pair of columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, current_app, g, has_app_context, has_request_context
from flask_babel.speaklater import LazyString

LANGUAGES = ("vi", "en")
DEFAULT = "vi"
_babel = flask_babel.Babel()
_spoken: ContextVar[str] = ContextVar("spoken", default="")


def language_of_page() -> str | None:
    """What Flask-Babel asks: the language of the request, None outside one."""
    return current_language() if has_request_context() else None


def current_language() -> str:
    """The one chosen by `speaking`, else that of this page, else Vietnamese."""
    if spoken := _spoken.get():
        return spoken
    if has_request_context():
        return cast("str", getattr(g, "lang", DEFAULT))
    return str(flask_babel.get_locale() or DEFAULT)


def other_language(language: str) -> str:
    return "en" if language == "vi" else "vi"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue_of(language: str) -> NullTranslations:
    return Translations.load(current_app.config["BABEL_TRANSLATION_DIRECTORIES"], [language])


def _catalogue() -> NullTranslations:
    """What translates; Flask-Babel's own way to it is four times as long, for every word."""
    return _catalogue_of(current_language()) if has_app_context() else NullTranslations()


def lazy(message: str, **values: Any) -> str:
    """A message translated when it is shown; for labels and errors written at import time."""
    return cast("str", LazyString(gettext, message, **values))


def gettext(message: str, **values: Any) -> str:
    """A message in the language of this page."""
    text = _catalogue().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """A counted message in the language of this page; `%(num)s` is the count."""
    return _catalogue().ngettext(one, many, num) % {"num": num, **values}


def install(app: Flask) -> None:
    """Dates and numbers by Flask-Babel, words by the functions above."""
    _babel.init_app(app, locale_selector=language_of_page)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's extension
        lambda message: _catalogue().gettext(message),
        lambda one, many, num: _catalogue().ngettext(one, many, num),
        newstyle=True,
    )


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Letters and texts are written in the reader's language, also where a page shows them."""
    before = _spoken.set(language)
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        _spoken.reset(before)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Vietnamese and, where somebody wrote it, in English."""

    vi: str
    en: str = ""

    def __str__(self) -> str:
        return self.text()

    def text(self, language: str | None = None) -> str:
        """In the wanted language, else in the other; never blank if either exists."""
        return getattr(self, language or current_language()) or self.vi or self.en

    def language(self, wanted: str | None = None) -> str:
        """The language `text()` really answers in."""
        wanted = wanted or current_language()
        return (
            wanted if getattr(self, wanted) or not (self.vi or self.en) else other_language(wanted)
        )

    @property
    def is_fallback(self) -> bool:
        return self.language() != current_language()

    def __bool__(self) -> bool:
        return bool(self.vi or self.en)


def in_both(message: str) -> Bilingual:
    """A message of the catalogue in each language."""
    texts = {}
    for language in LANGUAGES:
        with speaking(language):
            texts[language] = str(message)
    return Bilingual(**texts)


def localised(name: str, import_name: str, url_prefix: str = "") -> Blueprint:
    """A blueprint whose pages exist as /vi/... and /en/... under one endpoint."""
    return Blueprint(name, import_name, url_prefix=f"/<any(vi, en):lang>{url_prefix}")
