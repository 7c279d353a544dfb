"""Subjects, providers and wards whose names hold what is typed into the search box."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.db import db
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.core.kept import kept
from app.providers.models import Provider, ProviderStatus
from app.search import queries
from app.search.filters import Suggestion
from app.search.prepare import Query
from app.search.suggestions import pick_names

_TEN_MINUTES = 600.0
_MOST_OF_A_KIND = 2
KINDS = {"topic": _("Subject"), "provider": _("Provider"), "ward": _("Place")}
_PAGES = {
    "topic": ("home.subject", "slug"),
    "provider": ("catalogue.provider", "slug"),
    "ward": ("home.ward", "code"),
}


@dataclass(frozen=True, slots=True)
class Name:
    kind: str
    code: str
    text: Bilingual

    @property
    def url(self) -> str:
        """Its own page."""
        endpoint, argument = _PAGES[self.kind]
        of: dict[str, Any] = {argument: self.code}
        return url_for(endpoint, **of)

    def suggestions(self, lang: str) -> Iterator[Suggestion]:
        texts = [("vi", self.text.vi), ("en", self.text.en)]
        for language, text in texts if lang == "vi" else texts[::-1]:
            if text:
                yield Suggestion(text, language, self.kind, self.code)


def suggest(query: Query, lang: str) -> dict[str, list[tuple[Suggestion, Name]]]:
    """By kind, the few names that fit best."""
    if not query.terms:
        return {}
    known = kept("names to suggest", _TEN_MINUTES, _names)
    return {
        kind: [
            (one, names[one.id])
            for one in pick_names(
                (name.suggestions(lang) for name in names.values()), query, _MOST_OF_A_KIND, lang
            )
        ]
        for kind, names in known.items()
    }


def _names() -> dict[str, dict[str, Name]]:
    labels = queries.labels()
    teaching = select(Provider.slug).where(Provider.status == ProviderStatus.ACTIVE)
    shown = {"provider": set(db.session.scalars(teaching))}
    return {
        kind: {
            code: Name(kind, code, text)
            for code, text in labels[kind].items()
            if code in shown.get(kind, (code,))
        }
        for kind in KINDS
    }
