"""Reading lists of criteria; the version in force is the one with the highest number."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Account
from app.core.db import db
from app.indicators.criteria.columns import Row
from app.indicators.models import Criterion, Framework, Measure
from app.indicators.models.frameworks import CriterionKind


@dataclass(frozen=True, slots=True)
class Overview:
    """One list in force, and how many indicators it has."""

    framework: Framework
    indicators: int


@dataclass(frozen=True, slots=True)
class Node:
    """A criterion with what hangs below it; `depth` 0 is the top."""

    criterion: Criterion
    depth: int


def in_force(code: str) -> Framework | None:
    """The newest version of this list."""
    versions = select(Framework).where(Framework.code == code)
    return db.session.scalars(versions.order_by(Framework.number.desc()).limit(1)).first()


def all_in_force() -> list[Overview]:
    """The newest version of every list, with the number of its indicators."""
    newer = aliased(Framework)
    newest = ~(
        select(newer.id)
        .where(newer.code == Framework.code, newer.number > Framework.number)
        .exists()
    )
    count = (
        select(func.count(Criterion.id))
        .where(
            Criterion.framework_id == Framework.id, Criterion.kind == CriterionKind.INDICATOR
        )
        .scalar_subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(Framework, count).where(newest).order_by(Framework.name_vi, Framework.id)
    )
    return [Overview(framework, number) for framework, number in rows]


def versions(code: str) -> Sequence[Framework]:
    """Every version of one list, the newest first."""
    found = select(Framework).where(Framework.code == code)
    return db.session.scalars(found.order_by(Framework.number.desc())).all()


def criteria(framework_id: int) -> Sequence[Criterion]:
    """The lines of one version in their order."""
    found = select(Criterion).where(Criterion.framework_id == framework_id)
    return db.session.scalars(found.order_by(Criterion.position, Criterion.id)).all()


def tree(framework_id: int) -> list[Node]:
    """The lines with their depth, each below what it belongs to."""
    below: dict[int | None, list[Criterion]] = {}
    for criterion in criteria(framework_id):
        below.setdefault(criterion.parent_id, []).append(criterion)
    return _nodes(below, None, 0)


def _nodes(below: dict[int | None, list[Criterion]], parent: int | None, depth: int) -> list[Node]:
    found = []
    for criterion in below.get(parent, []):
        found += [Node(criterion, depth), *_nodes(below, criterion.id, depth + 1)]
    return found


def rows_of(framework_id: int) -> list[Row]:
    """The lines as a sheet tells them."""
    lines = criteria(framework_id)
    codes = {line.id: line.code for line in lines}
    return [row_of(line, codes.get(line.parent_id or 0, "")) for line in lines]


def row_of(criterion: Criterion, parent: str = "") -> Row:
    """One criterion as a sheet tells it."""
    return Row(
        kind=criterion.kind, code=criterion.code, parent=parent,
        text_vi=criterion.text_vi, text_en=criterion.text_en,
        measurement_vi=criterion.measurement_vi, measurement_en=criterion.measurement_en,
        source_kind=criterion.source_kind, measure_code=criterion.measure_code,
        unit_vi=criterion.unit_vi, unit_en=criterion.unit_en,
        asked_of_providers=criterion.asked_of_providers,
        asked_of_communes=criterion.asked_of_communes,
    )  # fmt: skip


def criterion(framework_id: int, criterion_id: int) -> Criterion | None:
    """One line of this version, with its list and what it belongs to."""
    own = Criterion.id == criterion_id, Criterion.framework_id == framework_id
    whole = joinedload(Criterion.framework), joinedload(Criterion.parent)
    return db.session.scalar(select(Criterion).where(*own).options(*whole))


def wording(framework_id: int) -> int:
    """Another number after every edit of a criterion."""
    total = select(func.sum(Criterion.version)).where(Criterion.framework_id == framework_id)
    return db.session.scalar(total) or 0


def indicators() -> Sequence[Criterion]:
    """Every indicator of the lists in force."""
    ids = [each.framework.id for each in all_in_force()]
    own = Criterion.framework_id.in_(ids), Criterion.kind == CriterionKind.INDICATOR
    found = select(Criterion).where(*own).options(joinedload(Criterion.framework))
    return db.session.scalars(found.order_by(Criterion.framework_id, Criterion.position)).all()


def asked_of_communes() -> list[Criterion]:
    """Those for which communes enter a figure."""
    return [each for each in indicators() if each.asked_of_communes]


def measure_codes() -> frozenset[str]:
    """What an indicator may be filled by."""
    return frozenset(db.session.scalars(select(Measure.code)))


def name_of(account_id: int | None) -> str:
    """Who confirmed or entered something; empty for nobody."""
    found = select(Account.display_name).where(Account.id == account_id)
    return db.session.scalar(found) or "" if account_id else ""
