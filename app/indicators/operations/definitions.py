"""Writing definitions of figures: every change is another version, and the old ones stay."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.db import breaks, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.measures.checks import problems
from app.indicators.measures.errors import NoReason, NothingChanged, UnknownMeasure, WrongFormula
from app.indicators.measures.formula import Formula
from app.indicators.measures.reading import read as read_formula
from app.indicators.measures.results import Rules
from app.indicators.models import FigureRule, Measure, MeasureVersion, Status

MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Text:
    """All of a definition that a person writes."""

    name: Bilingual
    meaning: Bilingual
    source: Bilingual
    formula: Formula


def ensure_measures() -> int:
    """Put in the figures that are missing; what the city has, and edited, stays. How many."""
    with transaction() as session:
        known = set(session.scalars(select(Measure.code)))
        new = [
            (place, start) for place, start in enumerate(STARTING_SET) if start.code not in known
        ]
        for place, start in new:
            measure = Measure(code=start.code, position=place)
            text = Text(start.name, start.meaning, start.source, start.formula)
            session.add(_version(measure, 1, text))
        return len(new)


def revise(
    code: str, text: Text, reason: str, account_id: int | None, *, based_on: int
) -> MeasureVersion:
    """Make another version, not yet verified; figures that were made keep the old one.

    Args:
        code: of the figure.
        text: the definition as it shall be.
        reason: why it changes.
        account_id: who changes it.
        based_on: the version that was read before it was changed.

    Raises:
        ChangedMeanwhile, NoReason, NothingChanged, UnknownMeasure, WrongFormula
    """
    if not reason:
        raise NoReason
    if problems(text.formula):
        raise WrongFormula(code)
    try:
        return _revised(code, text, reason, account_id, based_on)
    except IntegrityError as error:
        if breaks(error, "uq_measure_versions_measure_id_number"):
            raise ChangedMeanwhile from error
        raise


def _revised(
    code: str, text: Text, reason: str, account_id: int | None, based_on: int
) -> MeasureVersion:
    with transaction() as session:
        last = _last(session, code)
        if last.number != based_on:
            raise ChangedMeanwhile
        if text_of(last) == text:
            raise NothingChanged
        version = _version(last.measure, last.number + 1, text)
        version.reason, version.made_by_id = reason, account_id
        session.add(version)
        session.flush()
        audit.record(
            "measures.revised", MEASURE, code, account_id, reason=reason, number=version.number
        )
        return version


def verify(code: str, number: int, account_id: int | None) -> None:
    """An office confirmed that the words and the formula of this version are the right ones."""
    with transaction() as session:
        last = _last(session, code)
        if last.number != number:
            raise ChangedMeanwhile
        last.status = Status.VERIFIED
        last.verified_at, last.verified_by_id = clock.now(), account_id
        audit.record("measures.verified", MEASURE, code, account_id, number=number)


def note_preview(code: str, period: str, account_id: int | None) -> None:
    """A line about an exact figure that somebody saw by a definition not in force."""
    with transaction():
        audit.record("measures.previewed", MEASURE, code, account_id, period=period)


def decide(rules: Rules, account_id: int | None) -> None:
    """Set what the city decided for all its figures."""
    with transaction() as session:
        for name in ("residents", "attendance"):
            value = getattr(rules, name).value
            row = session.get(FigureRule, name) or FigureRule(name=name)
            row.value, row.set_at, row.set_by_id = value, clock.now(), account_id
            session.add(row)
        audit.record(
            "measures.rules", MEASURE, "", account_id,
            residents=rules.residents.value, attendance=rules.attendance.value,
        )  # fmt: skip


def text_of(version: MeasureVersion) -> Text:
    """What a person wrote in this version."""
    return Text(version.name, version.meaning, version.source, read_formula(version.formula))


def _last(session: Session, code: str) -> MeasureVersion:
    query = select(MeasureVersion).join(MeasureVersion.measure).where(Measure.code == code)
    found = session.scalar(query.order_by(MeasureVersion.number.desc()).limit(1))
    if found is None:
        raise UnknownMeasure
    return found


def _version(measure: Measure, number: int, text: Text) -> MeasureVersion:
    """The two texts of each part are in their own columns."""
    return MeasureVersion(
        measure=measure,
        number=number,
        name_vi=text.name.vi,
        name_en=text.name.en,
        meaning_vi=text.meaning.vi,
        meaning_en=text.meaning.en,
        source_vi=text.source.vi,
        source_en=text.source.en,
        formula=text.formula.as_json(),
    )
