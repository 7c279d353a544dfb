"""Subjects, providers and places whose names hold what is typed into the search box."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from sqlalchemy import select

from app.core.db import db
from app.core.i18n import Bilingual, gettext
from app.core.i18n import lazy as _
from app.core.kept import kept
from app.places import queries as places
from app.providers.models import Provider, ProviderStatus
from app.search import queries
from app.search.filters import Suggestion
from app.search.prepare import Query
from app.search.suggestions import Spelled, pick_names

_TEN_MINUTES = 600.0
_MOST_OF_A_KIND = 2
KINDS = {"topic": _("Subject"), "provider": _("Provider"), "ward": _("Place")}


@dataclass(frozen=True, slots=True)
class Name:
    """What it is called; with `now`, what it was called before, when it is `now`."""

    kind: str
    code: str
    text: Bilingual
    now: Bilingual | None = None

    @property
    def url(self) -> str:
        """Its own page, or the results in all wards of a district of before."""
        if self.kind == "topic":
            return url_for("home.subject", slug=self.code)
        if self.kind == "provider":
            return url_for("catalogue.provider", slug=self.code)
        if self.code:
            return url_for("home.ward", code=self.code)
        return url_for("search.courses", q=self.text.text())

    def is_there(self) -> bool:
        """Whether the page can be seen now: a provider may have gone in these minutes."""
        if self.kind != "provider":
            return True
        same = select(Provider.id).where(
            Provider.slug == self.code, Provider.status == ProviderStatus.ACTIVE
        )
        return db.session.scalar(same) is not None

    def label(self, lang: str) -> str:
        if self.now is None:
            return self.text.text(lang)
        of_today, old = self.now.text(), self.text.text(lang)
        return gettext("%(ward)s (formerly %(old)s)", ward=of_today, old=old)

    def suggestions(self, lang: str) -> Iterator[Suggestion]:
        texts = [("vi", self.text.vi), ("en", self.text.en)]
        for language, text in texts if lang == "vi" else texts[::-1]:
            if text:
                yield Suggestion(text, language, self.kind)


class Line(NamedTuple):
    """One name as the list under the search box shows it."""

    label: str
    lang: str
    name: Name


Known = Mapping[str, Sequence[Spelled[Name]]]


def suggest(query: Query, lang: str) -> dict[str, list[Line]]:
    """By kind, the few names that fit best; those of today before those of former times."""
    if not query.terms:
        return {}
    known: Known = kept("names to suggest", _TEN_MINUTES, _names)
    return {kind: _of_kind(names, query, lang) for kind, names in known.items()}


def _of_kind(names: Sequence[Spelled[Name]], query: Query, lang: str) -> list[Line]:
    found = pick_names(names, lambda name: name.suggestions(lang), query, lang)
    lines: dict[str, Line] = {}
    for name, one in sorted(found, key=lambda pair: pair[0].now is not None):
        if name.url not in lines and name.is_there():
            lines[name.url] = Line(name.label(one.lang), "" if name.now else one.lang, name)
        if len(lines) == _MOST_OF_A_KIND:
            break
    return list(lines.values())


def _names() -> Known:
    labels = queries.labels()
    topics = [Name("topic", slug, text) for slug, text in labels["topic"].items()]
    columns = Provider.slug, Provider.name_vi, Provider.name_en
    teaching = select(*columns).where(Provider.status == ProviderStatus.ACTIVE)
    providers = [
        Name("provider", slug, Bilingual(vi, en)) for slug, vi, en in db.session.execute(teaching)
    ]
    return {
        "topic": _spelled(topics),
        "provider": _spelled(providers),
        "ward": _spelled(_places(labels["ward"])),
    }


def _places(wards: Mapping[str, Bilingual]) -> list[Name]:
    """Wards of today; old ones, but for those with numbers; districts and provinces of before."""
    former = places.former_names()
    districts = dict.fromkeys(name for _, name in queries.wide_names(former))
    return [
        *(Name("ward", code, text) for code, text in wards.items()),
        *(Name("ward", "", district) for district in districts),
        *(
            Name("ward", each.code, each.ward, now=wards[each.code])
            for each in former
            if each.code in wards and not each.ward.vi[-1:].isdigit()
        ),
    ]


def _spelled(names: Iterable[Name]) -> list[Spelled[Name]]:
    """The short ones first: of names that fit alike they are the likelier."""
    ordered = sorted(names, key=lambda name: (len(name.text.vi), name.text.vi))
    return [Spelled.of(name, name.text) for name in ordered]
