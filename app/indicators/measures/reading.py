"""A formula read from the JSON of a definition."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.indicators.measures.checks import problems
from app.indicators.measures.errors import WrongFormula
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents


def read(written: Mapping[str, Any]) -> Formula:
    """The formula of a definition.

    Raises:
        WrongFormula: with everything that is wrong with it.
    """
    try:
        formula = _read(written)
    except (KeyError, TypeError, ValueError) as error:
        raise WrongFormula(str(error)) from error
    if wrong := problems(formula):
        raise WrongFormula("; ".join(f"{name}: {message}" for name, message in wrong))
    return formula


def _read(written: Mapping[str, Any]) -> Formula:
    _only(written, Formula.__dataclass_fields__)
    return Formula(
        counted=_read_count(written["counted"]),
        form=Form(written.get("form", Form.NUMBER)),
        divided_by=DividedBy(written.get("divided_by", DividedBy.NOTHING)),
        base=_read_count(written["base"]) if written.get("base") else None,
        whom=str(written.get("whom", "")),
        compared=_read_count(written["compared"]) if written.get("compared") else None,
        periods=Periods(written.get("periods", Periods.ANY)),
        by=tuple(map(Dimension, written.get("by", ()))),
        undivided=tuple(map(Dimension, written.get("undivided", ()))),
        reviewed_within=written.get("reviewed_within"),
    )


def _only(written: Mapping[str, Any], known: Iterable[str]) -> None:
    if unknown := sorted(set(written) - set(known)):
        message = f"unknown part {', '.join(unknown)}"
        raise ValueError(message)


_SETS = (
    "sexes", "groups", "units", "modes", "topics", "provider_types", "provider_ids", "employment",
    "fees",
)  # fmt: skip
_TUPLES = ("cla", "fields")


def _read_count(written: Mapping[str, Any]) -> Count:
    given = dict(written)
    what = What(given.pop("what"))
    areas, none_of = (frozenset(given.pop(name, ())) for name in ("areas", "none_of"))
    _only(given, Filter.__dataclass_fields__)
    values: dict[str, Any] = {
        name: frozenset(value) if name in _SETS else tuple(value) if name in _TUPLES else value
        for name, value in given.items()
    }
    if "residents" in values:
        values["residents"] = Residents(values["residents"])
    if values.get("ages") is not None:
        low, high = values["ages"]
        values["ages"] = (int(low), None if high is None else int(high))
    return Count(what, Filter(**values), areas, none_of)
