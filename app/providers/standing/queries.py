"""Reading what became of providers."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.vi import fold
from app.providers.models import Provider, ProviderStatus, ProviderStep, ProviderStepKind

MOST_FOUND = 20
_LONGEST_CHAIN = 20


def found(q: str, status: ProviderStatus | None) -> Select[Provider]:
    """Providers as city staff see them, by name."""
    query = select(Provider).options(joinedload(Provider.type), joinedload(Provider.unit))
    if status is not None:
        query = query.where(Provider.status == status)
    if q:
        named = or_(
            Provider.name_vi.icontains(q, autoescape=True),
            Provider.name_en.icontains(q, autoescape=True),
            Provider.slug.contains(fold(q).replace(" ", "-"), autoescape=True),
        )
        query = query.where(named)
    return query.order_by(Provider.name_vi, Provider.id)


def provider(provider_id: int) -> Provider | None:
    both = (joinedload(Provider.type), joinedload(Provider.unit))
    return db.session.get(Provider, provider_id, options=both)


def heirs(provider_id: int, q: str) -> Sequence[Provider]:
    """Providers at work that may take over."""
    at_work = found(q, ProviderStatus.ACTIVE).where(Provider.id != provider_id)
    return db.session.scalars(at_work.limit(MOST_FOUND)).all()


def steps(provider_id: int) -> Sequence[ProviderStep]:
    """What the city decided about it, the newest first."""
    mine = select(ProviderStep).where(ProviderStep.provider_id == provider_id)
    both = joinedload(ProviderStep.successor)
    return db.session.scalars(mine.options(both).order_by(ProviderStep.id.desc())).all()


def last_step(provider_id: int) -> ProviderStep | None:
    mine = select(ProviderStep).where(ProviderStep.provider_id == provider_id)
    return db.session.scalar(mine.order_by(ProviderStep.id.desc()).limit(1))


def joined(provider_id: int) -> Sequence[ProviderStep]:
    """The mergers by which others became part of it, the latest first."""
    merged = select(ProviderStep).where(
        ProviderStep.successor_id == provider_id, ProviderStep.kind == ProviderStepKind.MERGED
    )
    with_name = merged.options(joinedload(ProviderStep.provider))
    return db.session.scalars(with_name.order_by(ProviderStep.id.desc())).all()


def successor_of(closed: Provider) -> Provider | None:
    """Who answers for it today, however many mergers later; None where it merely closed."""
    heir: Provider | None = closed
    for _ in range(_LONGEST_CHAIN):
        if heir is None or heir.successor_id is None:
            break
        heir = db.session.get(Provider, heir.successor_id)
    return heir if heir is not None and heir.id != closed.id else None
