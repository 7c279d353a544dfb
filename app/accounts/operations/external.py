"""Accounts elsewhere that open an account here; issuer and subject say whose, never an address."""

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import ContactUnusable, IdentityRefused, IdentityTaken, LastWayIn
from app.accounts.events import WayInChange, WayInChanged
from app.accounts.identity import VouchedIdentity
from app.accounts.models import Account, Assurance, ExternalIdentity, SignInMethod
from app.accounts.operations.joining import Newcomer, open_account
from app.accounts.operations.national_ids import read_national_id, set_national_id
from app.accounts.operations.proofs import renew_session
from app.accounts.operations.sessions import begin_session
from app.core import audit, clock
from app.core.db import breaks, transaction
from app.core.jobs import emit

_UNIQUE = ("uq_external_identities_issuer_subject", "external_identities.subject")


def sign_in_with_identity(identity: VouchedIdentity, browser: str) -> str | None:
    """Begin a session for whoever linked this identity; None: nobody has.

    Raises:
        IdentityRefused: the account is closed.
    """
    with transaction() as session:
        known = _known(session, identity)
        if known is None:
            return None
        if not known.account.is_active:
            raise IdentityRefused
        _vouch(known.account, known, identity)
        return begin_session(
            known.account_id,
            SignInMethod.IDENTITY_PROVIDER,
            browser,
            second_factor=identity.has_two_factors,
        )


def join_with_identity(identity: VouchedIdentity, newcomer: Newcomer, browser: str) -> str:
    """Make the account of somebody whose mailbox the scheme has proved; its session's token.

    Raises:
        GuardianNeeded: too young, and no parent has an account.
        ContactUnusable: no proved mailbox, or an account here has it: then they sign in there.
        IdentityTaken: it opens another account.
    """
    if identity.email is None:
        raise ContactUnusable
    with transaction():
        account_id = open_account(Contact(ContactKind.EMAIL, identity.email), newcomer)
        _link(account_id, identity)
        return begin_session(
            account_id,
            SignInMethod.IDENTITY_PROVIDER,
            browser,
            second_factor=identity.has_two_factors,
        )


def link_identity(account_id: int, identity: VouchedIdentity) -> None:
    """The identity opens this account from now on; linking it again changes nothing.

    Raises:
        IdentityTaken: it opens another account.
    """
    with transaction():
        if _link(account_id, identity):
            _tell(account_id, WayInChange.IDENTITY_LINKED)


def unlink_identity(account_id: int, identity_id: int) -> None:
    """The identity opens the account no longer; what it vouched for stays vouched for.

    Raises:
        LastWayIn: nothing else opens the account.
    """
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        mine = ExternalIdentity.account_id == account_id
        number = session.scalar(select(func.count()).select_from(ExternalIdentity).where(mine)) or 0
        if number <= 1 and not has_another_way_in(account):
            raise LastWayIn
        gone = delete(ExternalIdentity).where(mine, ExternalIdentity.id == identity_id)
        if session.scalar(gone.returning(ExternalIdentity.id)) is not None:
            audit.record("account.identity_unlinked", "account", account_id, account_id)
            _tell(account_id, WayInChange.IDENTITY_UNLINKED)


def prove_by_identity(account_id: int, identity: VouchedIdentity, token: str) -> str:
    """Somebody showed anew elsewhere who they are; the session's new token.

    Raises:
        IdentityRefused: they are not who this account belongs to.
    """
    with transaction() as session:
        known = _known(session, identity)
        if known is None or known.account_id != account_id:
            raise IdentityRefused
        return renew_session(session, account_id, token, "identity_provider")


def has_another_way_in(account: Account) -> bool:
    """Whether a password, or a code sent to a proven contact, opens the account."""
    proven = (account.email and account.email_proven_at) or (
        account.phone and account.phone_proven_at
    )
    return bool(account.password_hash or proven)


def _link(account_id: int, identity: VouchedIdentity) -> bool:
    """Whether it was not linked before."""
    try:
        with transaction() as session:
            before = _known(session, identity)
            known = before or _insert(session, account_id, identity)
            if known.account_id != account_id:
                raise IdentityTaken
            _vouch(known.account, known, identity)
            return before is None
    except IntegrityError as error:
        if breaks(error, *_UNIQUE):
            raise IdentityTaken from error
        raise


def _tell(account_id: int, change: WayInChange) -> None:
    emit(WayInChanged(account_id, change, clock.now().isoformat()))


def _known(session: Session, identity: VouchedIdentity) -> ExternalIdentity | None:
    return session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.issuer == identity.issuer,
            ExternalIdentity.subject == identity.subject,
        )
    )


def _insert(session: Session, account_id: int, identity: VouchedIdentity) -> ExternalIdentity:
    known = ExternalIdentity(
        account_id=account_id,
        issuer=identity.issuer,
        subject=identity.subject,
        assurance=identity.assurance,
    )
    session.add(known)
    session.flush()  # the unique constraint answers here
    audit.record("account.identity_linked", "account", account_id, account_id)
    return known


def _vouch(account: Account, known: ExternalIdentity, identity: VouchedIdentity) -> None:
    """Remember what the scheme says of its sureness; the account's own only rises."""
    known.assurance = identity.assurance
    ranks = list(Assurance)
    if ranks.index(identity.assurance) > ranks.index(account.assurance):
        account.assurance = identity.assurance
    if account.person_id is not None and read_national_id(identity.national_id or ""):
        set_national_id(account.person_id, identity.national_id or "", account.id)
