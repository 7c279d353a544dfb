"""Reading consents, requests, breaches and what was done with a person's data."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, case, exists, func, or_, select

from app.accounts.models import (
    Account,
    Bond,
    Breach,
    Consent,
    DataRequest,
    Person,
    RetentionRun,
)
from app.accounts.queries.family import bonds_over
from app.accounts.rights.purposes import GROUP_STATISTICS, OPTIONAL, Purpose
from app.core.audit import AuditEntry
from app.core.db import db

MOST_CLOSED = 200


def agreed(purpose: Purpose) -> ColumnElement[bool]:
    """Of persons in the query: those with a live consent to this purpose."""
    return exists().where(
        Consent.person_id == Person.id,
        Consent.purpose == purpose.code,
        Consent.withdrawn_at.is_(None),
    )


def counted_by_group() -> ColumnElement[bool]:
    """Of persons in the query: those who may be counted in figures by group."""
    return (
        agreed(GROUP_STATISTICS)
        & Person.objected_at.is_(None)
        & Person.restricted_at.is_(None)
        & Person.erased_at.is_(None)
    )


def has_agreed(person_id: int, purpose: Purpose) -> bool:
    found = select(Person.id).where(Person.id == person_id, agreed(purpose))
    return db.session.scalar(found) is not None


def standing_consents(person_id: int) -> dict[str, Consent]:
    """The live consent to each optional purpose, the newest."""
    mine = select(Consent).where(
        Consent.person_id == person_id,
        Consent.withdrawn_at.is_(None),
        Consent.purpose.in_([purpose.code for purpose in OPTIONAL]),
    )
    return {each.purpose: each for each in db.session.scalars(mine.order_by(Consent.id))}


def count_consents() -> Sequence[Row[str, str, int, int]]:
    """By purpose and version: given, and of those withdrawn."""
    withdrawn = func.count(Consent.withdrawn_at)
    query = select(Consent.purpose, Consent.text_version, func.count(), withdrawn)
    grouped = query.group_by(Consent.purpose, Consent.text_version)
    return db.session.execute(grouped.order_by(Consent.purpose, Consent.text_version)).all()


def requests_of(person_id: int) -> Sequence[DataRequest]:
    mine = select(DataRequest).where(DataRequest.person_id == person_id)
    return db.session.scalars(mine.order_by(DataRequest.id.desc())).all()


def request_coded(code: str, person_id: int | None = None) -> DataRequest | None:
    """The request of this code; for a person, only one of their own."""
    wanted = select(DataRequest).where(DataRequest.code == code)
    if person_id is not None:
        wanted = wanted.where(DataRequest.person_id == person_id)
    return db.session.scalar(wanted)


def is_reached(request: DataRequest) -> bool:
    """Whether a message finds whoever asked, or somebody who acts for them."""
    person = request.person
    if person is None:
        return False
    readers = [person, *(bond.guardian for bond in bonds_over([person.id]))]
    return any(reader.phone or reader.email for reader in readers)


def parents_of(request: DataRequest) -> Sequence[tuple[Person, bool]]:
    """Who stands by law for the child it is about, each with whether they sent it."""
    if request.person_id is None:
        return []
    sender = select(Account.person_id).where(Account.id == request.recorded_by_id)
    sent_by = db.session.scalar(sender)
    bonds = bonds_over([request.person_id])
    return [
        (each.guardian, each.guardian_id == sent_by)
        for each in bonds
        if each.bond is not Bond.HELPER
    ]


def open_requests() -> Sequence[DataRequest]:
    """Those that wait, the nearest due day first."""
    due = case((DataRequest.answered_at.is_(None), DataRequest.answer_by), else_=DataRequest.act_by)
    waiting = select(DataRequest).where(DataRequest.closed_at.is_(None))
    return db.session.scalars(waiting.order_by(due, DataRequest.id)).all()


def closed_requests() -> Sequence[DataRequest]:
    """Those that ended last."""
    ended = select(DataRequest).where(DataRequest.closed_at.is_not(None))
    return db.session.scalars(ended.order_by(DataRequest.closed_at.desc()).limit(MOST_CLOSED)).all()


def all_requests() -> Sequence[DataRequest]:
    return db.session.scalars(select(DataRequest).order_by(DataRequest.id)).all()


def steps_of(request: DataRequest) -> Sequence[AuditEntry]:
    """What happened to a request, in order."""
    about = select(AuditEntry).where(
        AuditEntry.object_kind == "data_request", AuditEntry.object_id == request.code
    )
    return db.session.scalars(about.order_by(AuditEntry.id)).all()


def breaches() -> Sequence[Breach]:
    """The register, open entries first, then the newest."""
    return db.session.scalars(
        select(Breach).order_by(Breach.closed_at.is_not(None), Breach.noticed_at.desc())
    ).all()


def breach(breach_id: int) -> Breach | None:
    return db.session.get(Breach, breach_id)


def latest_retention() -> dict[str, RetentionRun]:
    """The last run of each rule."""
    newest = select(func.max(RetentionRun.id)).group_by(RetentionRun.rule)
    rows = db.session.scalars(select(RetentionRun).where(RetentionRun.id.in_(newest)))
    return {row.rule: row for row in rows}


def persons_like(phone: str, name_key: str, most: int = 20) -> Sequence[Person]:
    """Living rows of this phone or exactly this name, for the desk that must find somebody."""
    wanted = []
    if phone:
        wanted.append(Person.phone == phone)
    if name_key:
        wanted.append(Person.name_key == name_key)
    if not wanted:
        return []
    query = select(Person).where(
        or_(*wanted), Person.merged_into_id.is_(None), Person.erased_at.is_(None)
    )
    return db.session.scalars(query.order_by(Person.sort_key).limit(most)).all()
