"""The platform's own figures of a provider or a commune for a period, as a return shows them.

They are exact: everybody who sees them is of that provider, of its commune or of the city.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.core import config
from app.core.formats import number
from app.core.i18n import Bilingual
from app.indicators.models import Party
from app.indicators.queries import returns
from app.participation import definitions, queries, store
from app.participation.definitions import Definition
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.participation.queries import Counts, Filter, NotReady, Question

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One of them: its name in the kept figures, its words, and how many digits it has."""

    name: str
    label: Bilingual
    unit: Bilingual
    digits: int = 0

    def shown(self, figures: Figures) -> str:
        """The number in the language of the page; a dash where there is none."""
        value = figures.get(self.name)
        return "–" if value is None else number(value, self.digits)


def _defined(definition: Definition, digits: int = 0) -> Figure:
    return Figure(definition.name, definition.label, definition.unit, digits)


FIGURES = (
    _defined(definitions.PERSONS),
    _defined(definitions.ENROLMENTS),
    _defined(definitions.ATTENDANCES),
    _defined(definitions.HOURS, 1),
    Figure("runs", Bilingual("Số lớp", "Runs"), Bilingual("lớp", "runs")),
    Figure("sessions", Bilingual("Số buổi học", "Sessions"), Bilingual("buổi", "sessions")),
    Figure(
        "identified_percent",
        Bilingual("Tỷ lệ có tên (%)", "Identified share (%)"),
        Bilingual("%", "%"),
        1,
    ),
)


def in_force() -> list[Figure]:
    """Those that the city defines, in its words."""
    told = {each.name: each for each in definitions.in_force()}
    return [
        replace(each, label=told[each.name].label) if each.name in told else each
        for each in FIGURES
    ]


BY_NAME = {figure.name: figure for figure in FIGURES}


def of(party: Party, period: Period) -> Figures | None:
    """The figures as they are now; None while nothing has been counted yet."""
    if party.provider_id is not None:
        question = Question(period, provider_id=party.provider_id)
    else:
        question = Question(period, where=_in_commune(party.unit_id or 0))
    table = _counted(question)
    return None if table is None else _told(table.total, table.as_of.isoformat())


def mark(figures: Figures | None) -> str:
    """The same for the same figures, whenever they were counted."""
    told = {name: (figures or {}).get(name) for name in BY_NAME}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def of_providers(unit_id: int, period: Period) -> Mapping[int, Figures] | None:
    """The figures of each provider of a commune that taught anybody; None as above."""
    where = _in_commune(unit_id)
    table = _counted(Question(period, (Dimension.PROVIDER,), where=where))
    if table is None:
        return None
    as_of = table.as_of.isoformat()
    return {
        int(key): _told(counts, as_of)
        for (key,), counts in table.cells.items()
        if key is not None and int(key) in where.provider_ids
    }


def _in_commune(unit_id: int) -> Filter:
    """A commune without providers asks for one that does not exist, not for all."""
    return Filter(provider_ids=frozenset(returns.provider_ids(unit_id) or [0]))


def _counted(question: Question) -> queries.Table | None:
    try:
        return queries.count(store.folder(config.current()), question)
    except NotReady:
        return None


def _told(counts: Counts, as_of: str) -> Figures:
    identified = counts.identified
    return {
        "persons": counts.persons,
        "enrolments": counts.enrolments,
        "attendances": counts.attendances,
        "learner_hours": round(counts.hours, 1),
        "runs": counts.runs,
        "sessions": counts.sessions,
        "identified_percent": None if identified is None else round(identified * 100, 1),
        "as_of": as_of,
    }


def is_active(figures: Figures) -> bool:
    """Whether anybody came, or a session was held."""
    return any(figures.get(name) for name in ("attendances", "sessions"))
