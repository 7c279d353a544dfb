"""Lists of criteria: imported as versions, edited while they are drafts, confirmed by an office.

A version that an office confirmed, or that returns were asked for by, is never altered: an edit of
it makes the next version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core import audit, clock
from app.core.db import breaks, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean
from app.indicators.criteria.columns import Row
from app.indicators.criteria.sheet import Sheet
from app.indicators.errors import AlreadyConfirmed, HasBadLines, NotInForce
from app.indicators.models import Criterion, Framework, ReportingPeriod, Status
from app.indicators.queries.frameworks import in_force, rows_of

_OWN = tuple(each.name for each in fields(Row) if each.name != "parent")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a list of criteria is called, and which document it is from."""

    code: str
    name: Bilingual
    source: str = ""


def import_framework(about: About, sheet: Sheet, seen: int, by_id: int | None = None) -> Framework:
    """Make the sheet the version in force; one that says the same as that version changes nothing.

    Args:
        seen: number of the version the sheet was compared with; 0 where there was none.

    Raises:
        HasBadLines: as the name says.
        ChangedMeanwhile: another version has come into force since.
    """
    if sheet.problems or not sheet.rows:
        raise HasBadLines
    try:
        with transaction() as session:
            current = in_force(about.code)
            if (current.number if current else 0) != seen:
                raise ChangedMeanwhile
            if current and _says_the_same(current, about, sheet.rows):
                return current
            return _add_version(session, about, sheet.rows, seen + 1, by_id)
    except IntegrityError as error:
        if breaks(error, "uq_frameworks_code_number", "frameworks.code", "frameworks.number"):
            raise ChangedMeanwhile from error
        raise


def install_framework(about: About, sheet: Sheet) -> bool:
    """Put in a list that comes with the product, unless one of that code is there."""
    if in_force(about.code) is not None:
        return False
    import_framework(about, sheet, 0)
    return True


def edit_criterion(criterion_id: int, row: Row, seen: int, by_id: int | None = None) -> Criterion:
    """Tell one criterion differently; its kind, code and place stay. The criterion in force after.

    Args:
        seen: the version of the criterion that the editor saw.

    Raises:
        NotInForce: there is a newer version of the whole list.
        ChangedMeanwhile: somebody saved another text first.
    """
    try:
        with transaction() as session:
            criterion = session.get_one(Criterion, criterion_id)
            framework = _locked(session, criterion.framework_id)
            session.refresh(criterion)
            if criterion.version != seen:
                raise ChangedMeanwhile
            if framework.status is Status.VERIFIED or _is_asked_by(session, framework.id):
                criterion = _copied(session, framework, criterion, by_id)
            _fill(criterion, row)
            audit.record(
                "criterion.edited", "framework", framework.code, by_id,
                criterion=criterion.code, version=criterion.framework.number,
            )  # fmt: skip
            session.flush()
            return criterion
    except StaleDataError as error:
        raise ChangedMeanwhile from error


def confirm_framework(framework_id: int, seen: int, by_id: int) -> Framework:
    """An office says that words and sources are the right ones.

    Args:
        seen: `wording(framework_id)` of what they read.

    Raises:
        NotInForce: there is a newer version.
        AlreadyConfirmed: as the name says.
        ChangedMeanwhile: a criterion was edited since.
    """
    with transaction() as session:
        framework = _locked(session, framework_id)
        if framework.status is Status.VERIFIED:
            raise AlreadyConfirmed
        if _wording(session, framework_id) != seen:
            raise ChangedMeanwhile
        framework.status = Status.VERIFIED
        framework.verified_at, framework.verified_by_id = clock.now(), by_id
        audit.record(
            "framework.confirmed", "framework", framework.code, by_id, version=framework.number
        )
        return framework


def _locked(session: Session, framework_id: int) -> Framework:
    """The version, if it is in force; nobody else confirms or edits it meanwhile."""
    mine = select(Framework).where(Framework.id == framework_id).with_for_update()
    framework = session.scalars(mine.execution_options(populate_existing=True)).one()
    newest = select(func.max(Framework.number)).where(Framework.code == framework.code)
    if session.scalar(newest) != framework.number:
        raise NotInForce
    return framework


def _wording(session: Session, framework_id: int) -> int:
    total = select(func.sum(Criterion.version)).where(Criterion.framework_id == framework_id)
    return session.scalar(total) or 0


def _is_asked_by(session: Session, framework_id: int) -> bool:
    asked = exists().where(ReportingPeriod.framework_id == framework_id)
    return bool(session.scalar(select(asked)))


def _says_the_same(current: Framework, about: About, rows: Sequence[Row]) -> bool:
    return (
        (current.name, current.source) == (_cleaned(about.name), clean(about.source))
        and rows_of(current.id) == list(rows)
    )  # fmt: skip


def _cleaned(name: Bilingual) -> Bilingual:
    return Bilingual(clean(name.vi), clean(name.en))


def _add_version(
    session: Session, about: About, rows: Iterable[Row], number: int, by_id: int | None
) -> Framework:
    name = _cleaned(about.name)
    framework = Framework(
        code=about.code, number=number, name_vi=name.vi, name_en=name.en,
        source=clean(about.source), imported_by_id=by_id,
    )  # fmt: skip
    session.add(framework)
    session.flush()  # the unique constraint answers here
    made: dict[str, Criterion] = {}
    for position, row in enumerate(rows, start=1):
        criterion = Criterion(framework_id=framework.id, position=position, code=row.code)
        criterion.kind = row.kind
        _fill(criterion, row)
        if row.parent:
            criterion.parent = made[row.parent]
        made[row.code] = criterion
        session.add(criterion)
    session.flush()
    audit.record(
        "framework.imported", "framework", about.code, by_id, version=number, lines=len(made)
    )
    return framework


def _copied(
    session: Session, framework: Framework, criterion: Criterion, by_id: int | None
) -> Criterion:
    """The same criterion in a new version of the list."""
    about = About(code=framework.code, name=framework.name, source=framework.source)
    rows = rows_of(framework.id)
    try:
        with session.begin_nested():
            newer = _add_version(session, about, rows, framework.number + 1, by_id)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    own = Criterion.framework_id == newer.id, Criterion.code == criterion.code
    return session.scalars(select(Criterion).where(*own)).one()


def _fill(criterion: Criterion, row: Row) -> None:
    for name in _OWN:
        if name not in {"kind", "code"}:
            setattr(criterion, name, getattr(row, name))
