"""Codes of the past in addresses: what replaced them is asked for instead."""

from collections.abc import Mapping

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.catalogue.wordlists import TABLES, Kind
from app.core.db import db
from app.providers.models import Provider
from app.providers.standing.queries import successor_of

_MOST_READ = 20


def current(given: MultiDict[str, str]) -> MultiDict[str, str]:
    """The same question by the codes of today.

    What replaced a subject or audience is asked for besides: courses may have kept the old one.
    """
    asked = MultiDict(given)
    for kind in Kind:
        if typed := given.getlist(kind)[:_MOST_READ]:
            heirs = _replaced(kind, typed)
            asked.setlist(kind, [*typed, *(heirs[each] for each in typed if each in heirs)])
    if typed := given.getlist("provider")[:_MOST_READ]:
        merged = _merged(typed)
        asked.setlist("provider", [merged.get(each, each) for each in typed])
    return asked


def _replaced(kind: Kind, typed: list[str]) -> Mapping[str, str]:
    table = TABLES[kind]
    old = select(table).where(table.slug.in_(typed), table.replaced_by_id.is_not(None))
    found = {}
    for each in db.session.scalars(old):
        heir = db.session.get(table, each.replaced_by_id or 0)
        if heir is not None:
            found[each.slug] = heir.slug
    return found


def _merged(typed: list[str]) -> Mapping[str, str]:
    old = select(Provider).where(Provider.slug.in_(typed), Provider.successor_id.is_not(None))
    pairs = ((each.slug, successor_of(each)) for each in db.session.scalars(old))
    return {slug: heir.slug for slug, heir in pairs if heir is not None}
