"""Login sessions: kept on the server, begun by every way in, ended by hand or by time."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app.accounts import browsers
from app.accounts.events import SignedInElsewhere
from app.accounts.models import Account, KnownBrowser, LoginSession, SignInMethod
from app.accounts.queries import OF_RESIDENTS
from app.core import audit, clock
from app.core.db import transaction
from app.core.jobs import emit
from app.core.keys import keyed_hash

KNOWN_FOR = timedelta(days=365)


def begin_session(
    account_id: int, method: SignInMethod, browser: str, *, second_factor: bool = False
) -> str:
    """Begin a session; the token goes into the browser's cookie and is stored only as a hash.

    Args:
        browser: the User-Agent header; kept in two words, never as it is.
        second_factor: the way in has asked for one already.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    words = browsers.in_words(browser)
    with transaction() as session:
        session.get_one(Account, account_id, with_for_update=True)
        session.add(
            LoginSession(
                token_hash=keyed_hash(token),
                account_id=account_id,
                expires_at=now + OF_RESIDENTS.absolute,
                method=method,
                browser=words,
                confirmed_at=now,
                second_factor_at=now if second_factor else None,
            )
        )
        _recognise(session, account_id, words)
        audit.record("account.signed_in", "account", account_id, account_id, method=method)
    return token


def see_session(token_hash: str) -> None:
    """Note that this session is in use."""
    with transaction() as session:
        mine = update(LoginSession).where(LoginSession.token_hash == token_hash)
        session.execute(mine.values(last_seen_at=clock.now()))


def sign_out(token: str) -> None:
    """End this session everywhere at once."""
    with transaction() as session:
        ended = delete(LoginSession).where(LoginSession.token_hash == keyed_hash(token))
        account_id = session.scalar(ended.returning(LoginSession.account_id))
        if account_id is not None:
            audit.record("account.signed_out", "account", account_id, account_id)


def end_session(account_id: int, handle: str, by_id: int) -> bool:
    """End one session of this account; False when it has none of this handle."""
    with transaction() as session:
        mine = delete(LoginSession).where(
            LoginSession.account_id == account_id, LoginSession.handle == handle
        )
        ended = session.scalar(mine.returning(LoginSession.handle)) is not None
        if ended:
            audit.record("account.session_ended", "account", account_id, by_id)
    return ended


def end_sessions(
    account_id: int, by_id: int | None, *, but: str | None = None, reason: str = ""
) -> int:
    """End every session of this account, except the one with the token `but`; how many."""
    with transaction() as session:
        mine = delete(LoginSession).where(LoginSession.account_id == account_id)
        if but is not None:
            mine = mine.where(LoginSession.token_hash != keyed_hash(but))
        ended = len(session.scalars(mine.returning(LoginSession.handle)).all())
        audit.record(
            "account.sessions_ended", "account", account_id, by_id, reason=reason, sessions=ended
        )
    return ended


def forget_old_sessions() -> None:
    """Sessions that are over for anybody, and kinds of browser not seen for a year."""
    now = clock.now()
    over = (LoginSession.expires_at <= now) | (LoginSession.last_seen_at < now - OF_RESIDENTS.idle)
    unused = KnownBrowser.last_seen_at < now - KNOWN_FOR
    with transaction() as session:
        session.execute(delete(LoginSession).where(over))
        session.execute(delete(KnownBrowser).where(unused))


def _recognise(session: Session, account_id: int, browser: str) -> None:
    """Remember the kind of browser; one that was never used before is news to the owner."""
    now = clock.now()
    known = KnownBrowser.account_id == account_id
    again = update(KnownBrowser).where(known, KnownBrowser.browser == browser)
    seen = session.scalar(again.values(last_seen_at=now).returning(KnownBrowser.account_id))
    if seen is not None:
        return
    if session.scalar(select(exists().where(known))):
        emit(SignedInElsewhere(account_id, browser, now.isoformat()))
    session.add(KnownBrowser(account_id=account_id, browser=browser, last_seen_at=now))
