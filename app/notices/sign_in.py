"""Codes, and news of an account for its owner."""

from datetime import datetime

from app.accounts import operations as accounts
from app.accounts.contacts import Contact
from app.accounts.events import (
    ContactChanged,
    OneTimeCodeAsked,
    PagesViewed,
    PasswordChanged,
    SignedInElsewhere,
    WayInChange,
    WayInChanged,
)
from app.accounts.models import Account
from app.core.db import db, end_reading
from app.core.i18n import speaking
from app.core.jobs import handles
from app.core.keys import keyed_hash, unseal
from app.notices import operations, sign_in_words
from app.notices.wording import Words


@handles(OneTimeCodeAsked, network=True)
def send_code(event: OneTimeCodeAsked) -> None:
    """At once and kept nowhere; after a kill perhaps again, under the same key."""
    waiting = accounts.to_send(event.code_id)
    end_reading()
    if waiting is None:
        return
    with speaking(waiting.language):
        words = sign_in_words.code(waiting.purpose, waiting.code)
    operations.hand_over(waiting.to, f"code-{event.code_id}", words)
    accounts.forget_sent(event.code_id)


@handles(SignedInElsewhere)
def tell_of_another_browser(event: SignedInElsewhere) -> None:
    account = db.session.get(Account, event.account_id)
    if account is None or not account.is_active:
        return
    at = datetime.fromisoformat(event.at)
    with speaking(account.language):
        words = sign_in_words.signed_in_elsewhere(event.browser, at)
    _write(account, f"sign-in-{_mark(event)}", words)


@handles(PasswordChanged)
def tell_of_another_password(event: PasswordChanged) -> None:
    account = db.session.get(Account, event.account_id)
    if account is None or not account.is_active:
        return
    with speaking(account.language):
        words = sign_in_words.password_changed(datetime.fromisoformat(event.at))
    _write(account, f"password-{_mark(event)}", words)


@handles(WayInChanged)
def tell_of_another_way_in(event: WayInChanged) -> None:
    account = db.session.get(Account, event.account_id)
    if account is None or not account.is_active:
        return
    with speaking(account.language):
        change, at = WayInChange(event.change), datetime.fromisoformat(event.at)
        words = sign_in_words.way_in_changed(change, at)
    _write(account, f"way-in-{event.change}-{_mark(event)}", words)


@handles(ContactChanged)
def tell_the_old_contact(event: ContactChanged) -> None:
    account = db.session.get(Account, event.account_id)
    old = Contact.read(unseal(event.sealed_old))
    if account is None or old is None:
        return
    with speaking(account.language):
        of_kind = sign_in_words.another_replaced if event.stays else sign_in_words.contact_changed
        words = of_kind(old.kind, datetime.fromisoformat(event.at))
    operations.write_to(old, f"contact-{old.kind}-{_mark(event)}", words, account.person_id)


@handles(PagesViewed)
def tell_of_viewed_pages(event: PagesViewed) -> None:
    account = db.session.get(Account, event.account_id)
    if account is None:
        return
    with speaking(account.language):
        words = sign_in_words.pages_viewed(datetime.fromisoformat(event.at))
    _write(account, f"viewed-{_mark(event)}", words)


def _write(account: Account, key: str, words: Words) -> None:
    """By letter where there is a mailbox, else by text."""
    to = Contact.read(account.email or account.phone or "")
    if to is not None:
        operations.write_to(to, key, words, account.person_id)


def _mark(
    event: SignedInElsewhere | PasswordChanged | WayInChanged | ContactChanged | PagesViewed,
) -> str:
    """The same for every repeat of the same news, and telling nothing."""
    return keyed_hash(f"{event.account_id}|{event.at}")[:20]
