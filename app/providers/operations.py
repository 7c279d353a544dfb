"""Every change of providers and of the list of their types."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.access import ProviderRole
from app.core.db import breaks, transaction
from app.core.i18n import Bilingual
from app.core.vi import clean
from app.providers.errors import AddressTaken, CodeTaken, EndsBeforeItBegins
from app.providers.models import Provider, ProviderType, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFields:
    """What the list says about a type; without a last day it lasts."""

    name: Bilingual
    default_cla: str
    valid_from: date
    valid_to: date | None = None


def add_type(code: str, fields: TypeFields, by_id: int | None = None) -> ProviderType:
    """Put a new kind of provider at the end of the list.

    Raises:
        CodeTaken: the code is used, also by a type of the past.
        EndsBeforeItBegins: as the name says.
    """
    try:
        with transaction() as session:
            last = session.scalar(select(func.max(ProviderType.position))) or 0
            kind = ProviderType(code=code, position=last + 1)
            _fill(kind, fields)
            session.add(kind)
            session.flush()  # the unique constraint answers here
            audit.record("provider_type.added", "provider_type", kind.id, by_id)
            return kind
    except IntegrityError as error:
        if breaks(error, "uq_provider_types_code", "provider_types.code"):
            raise CodeTaken from error
        raise


def edit_type(type_id: int, fields: TypeFields, by_id: int | None = None) -> ProviderType:
    """Change names and dates; the code stays, because providers and figures refer to it.

    Raises:
        EndsBeforeItBegins: as the name says.
    """
    with transaction() as session:
        kind = session.get_one(ProviderType, type_id)
        _fill(kind, fields)
        audit.record("provider_type.edited", "provider_type", type_id, by_id)
        return kind


def create_provider(
    slug: str, name: Bilingual, type_id: int, unit_id: int, by_id: int | None = None
) -> Provider:
    """An approved provider without staff or courses.

    Raises:
        AddressTaken: another provider has this slug.
    """
    try:
        with transaction() as session:
            provider = Provider(slug=slug, type_id=type_id, unit_id=unit_id)
            provider.name_vi, provider.name_en = clean(name.vi), clean(name.en)
            session.add(provider)
            session.flush()  # the unique constraint answers here
            audit.record("provider.created", "provider", provider.id, by_id)
            return provider
    except IntegrityError as error:
        if breaks(error, "uq_providers_slug", "providers.slug"):
            raise AddressTaken from error
        raise


def set_member(
    provider_id: int, account_id: int, role: ProviderRole, by_id: int | None = None
) -> StaffMember:
    """Give an account a role at a provider; an earlier role there is replaced."""
    with transaction() as session:
        mine = select(StaffMember).where(
            StaffMember.provider_id == provider_id, StaffMember.account_id == account_id
        )
        member = session.scalar(mine) or StaffMember(provider_id=provider_id, account_id=account_id)
        member.role = role
        session.add(member)
        audit.record(
            "provider.member_set", "provider", provider_id, by_id, account=account_id, role=role
        )
        return member


def _fill(kind: ProviderType, fields: TypeFields) -> None:
    if fields.valid_to is not None and fields.valid_to < fields.valid_from:
        raise EndsBeforeItBegins
    kind.name_vi, kind.name_en = clean(fields.name.vi), clean(fields.name.en)
    kind.default_cla = fields.default_cla
    kind.valid_from, kind.valid_to = fields.valid_from, fields.valid_to
