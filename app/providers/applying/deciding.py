"""What the city does with an application: asks back, approves, refuses; one of two at once."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts import queries as account_queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.queries.accounts import reached_by
from app.core import audit, clock
from app.core.access import ProviderRole
from app.core.db import transaction
from app.core.slugs import slug_of
from app.core.vi import clean_lines
from app.places.models import Venue
from app.providers.applying.operations import step
from app.providers.errors import DecidedAlready, WordsLacking
from app.providers.inviting.operations import invite
from app.providers.models import (
    Application,
    ApplicationState,
    ApplicationStepKind,
    Provider,
    Site,
    StaffMember,
)

RESERVED = frozenset({"apply"})
"""Pages that lie where providers lie."""
_LONGEST_SLUG = 80


def ask_back(application_id: int, words: str, version: int, by_id: int) -> None:
    """Something is to be said or changed first.

    Raises:
        DecidedAlready: it is not as it was seen any more.
        WordsLacking: nothing was asked.
    """
    with transaction() as session:
        question = _said(words)
        taken = _take(session, application_id, version, ApplicationState.ASKED, question=question,
                      answer="")  # fmt: skip
        step(session, taken, ApplicationStepKind.ASKED, question, by_id)


def refuse(application_id: int, words: str, version: int, by_id: int) -> None:
    """It does not teach here, for this reason.

    Raises:
        DecidedAlready: it is not as it was seen any more.
        WordsLacking: no reason.
    """
    with transaction() as session:
        reason = _said(words)
        taken = _take(session, application_id, version, ApplicationState.REFUSED, reason=reason,
                      decided_at=clock.now(), decided_by_id=by_id)  # fmt: skip
        step(session, taken, ApplicationStepKind.REFUSED, reason, by_id)


def approve(application_id: int, version: int, by_id: int) -> Provider:
    """It teaches here from now on, and whoever applied is its owner.

    Raises:
        DecidedAlready: it is not as it was seen any more.
    """
    with transaction() as session:
        taken = _take(session, application_id, version, ApplicationState.APPROVED,
                      decided_at=clock.now(), decided_by_id=by_id)  # fmt: skip
        provider = _provider(session, taken)
        taken.provider_id = provider.id
        audit.record("provider.created", "provider", provider.id, by_id)
        _make_owner(session, taken, provider.id, by_id)
        step(session, taken, ApplicationStepKind.APPROVED, "", by_id)
        return provider


def _said(words: str) -> str:
    said = clean_lines(words)
    if not said:
        raise WordsLacking
    return said


def _take(
    session: Session, application_id: int, version: int, state: ApplicationState, **values: object
) -> Application:
    """Only the version that was seen is decided about, and only once."""
    waiting = update(Application).where(
        Application.id == application_id,
        Application.version == version,
        Application.state == ApplicationState.APPLIED,
    )
    decided = waiting.values(state=state, version=Application.version + 1, **values)
    if session.scalar(decided.returning(Application.id)) is None:
        raise DecidedAlready
    return session.get_one(Application, application_id, populate_existing=True)


def _provider(session: Session, application: Application) -> Provider:
    provider = Provider(
        slug=_free_slug(session, application.name_vi),
        type_id=application.type_id, unit_id=application.unit_id,
        name_vi=application.name_vi, name_en=application.name_en,
        about_vi=application.about, phone=application.phone, email=application.email,
        address=application.address, licence_no=application.licence_no,
    )  # fmt: skip
    venue = Venue(
        name_vi=application.name_vi, name_en=application.name_en, unit_id=application.unit_id,
        address=application.address,
    )  # fmt: skip
    session.add_all([provider, Site(provider=provider, venue=venue)])
    session.flush()  # gives the number the owner's role refers to
    return provider


def _free_slug(session: Session, name: str) -> str:
    base = slug_of(name)[: _LONGEST_SLUG - 4]
    like = select(Provider.slug).where(Provider.slug.startswith(base, autoescape=True))
    taken = {*session.scalars(like), *RESERVED}
    number = 2
    slug = base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _make_owner(session: Session, application: Application, provider_id: int, by_id: int) -> None:
    """The account that the proved contact opens, or a new one.

    Where an account only says that the contact is its own, an invitation goes to the contact.
    """
    contact = Contact.read(application.contact)
    if contact is None:
        raise LookupError
    account_id = reached_by(contact)
    if account_id is None and account_queries.account_named(contact.value) is None:
        is_phone = contact.kind is ContactKind.PHONE
        account_id = accounts.create_account(
            application.contact_name or contact.value, None,
            phone=contact.value if is_phone else None, email=None if is_phone else contact.value,
        ).id  # fmt: skip
    if account_id is None:
        invite(provider_id, contact, ProviderRole.OWNER, by_id, language=application.language)
        return
    member = StaffMember(provider_id=provider_id, account_id=account_id, role=ProviderRole.OWNER)
    member.granted_by_id = by_id
    session.add(member)
    audit.record(
        "provider.member_set", "provider", provider_id, by_id,
        account=account_id, role=ProviderRole.OWNER,
    )  # fmt: skip
