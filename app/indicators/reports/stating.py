"""What a report says besides its figures: words, parameters and returns as they are now."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.core import config
from app.core.i18n import Bilingual
from app.indicators.measures.formula import Form, Formula
from app.indicators.measures.results import Definition as Measured
from app.indicators.queries import returns
from app.indicators.reports import version
from app.indicators.reports.content import Completeness, Definition, Stated
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.places import queries as places


def state(
    period: Period,
    cut_off: datetime,
    definitions: Sequence[Measured],
    given: Mapping[str, str],
    names: Mapping[Dimension, Mapping[str, Bilingual]],
) -> Stated:
    """Everything a reader, or whoever makes the report again, has to know."""
    settings = config.current()
    city = places.city(period.reference_date)
    return Stated(
        city=city.code if city else settings.city_code,
        city_name=city.full_name if city else Bilingual(settings.city_code, settings.city_code),
        period=period,
        cut_off=cut_off,
        software=version.software(settings),
        parameters=given,
        definitions=tuple(map(definition, definitions)),
        completeness=completeness(period.code),
        names=names,
    )


def definition(each: Measured) -> Definition:
    """A definition as a report keeps it."""
    return Definition(
        each.code,
        each.version,
        each.name,
        each.meaning,
        each.source,
        str(each.status),
        unit(each.formula),
        json.dumps(each.formula.as_json(), sort_keys=True, ensure_ascii=False),
    )


def unit(formula: Formula) -> str:
    """In what the figure is given: the form of a rate, or what is counted."""
    return str(formula.counted.what if formula.form is Form.NUMBER else formula.form)


def completeness(period: str) -> Completeness | None:
    """How many returns there are by now; None where the period was never opened."""
    found = returns.completeness(period)
    return Completeness(found.due, found.reported, found.nil) if found else None
