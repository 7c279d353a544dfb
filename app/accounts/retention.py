"""How long the log, requests and what signing in leaves behind are kept."""

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import DataRequest
from app.accounts.rights.retention import Rule, register
from app.core import audit_chain, clock
from app.core.i18n import lazy as _

LOG_KEPT = timedelta(days=731)
WORDS_KEPT = timedelta(days=731)


def _prune_log(_session: Session, _most: int) -> int:
    """The chain goes on from a checkpoint, so that it can still be verified."""
    return audit_chain.prune(clock.now() - LOG_KEPT)


def _forget_words(session: Session, most: int) -> int:
    """The days of a request stay for the register; what was said in it goes."""
    past = DataRequest.closed_at < clock.now() - WORDS_KEPT
    said = or_(DataRequest.wish != "", DataRequest.reply != "")
    some = select(DataRequest.id).where(past, said).limit(most)
    blank = update(DataRequest).where(DataRequest.id.in_(some.scalar_subquery()))
    gone = blank.values(wish="", reply="").returning(DataRequest.id)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


register(
    Rule(
        code="codes",
        what=_("Codes sent to prove a phone or mailbox"),
        kept=_("1 day after they end"),
        then=_("Deleted"),
        why=_("They are good for nothing after that."),
    )
)
register(
    Rule(
        code="sessions",
        what=_("Browsers signed in"),
        kept=_("Until the session ends"),
        then=_("Deleted"),
        why=_("They only keep you signed in."),
    )
)
register(
    Rule(
        code="attempts",
        what=_("Counters against guessing and flooding"),
        kept=_("1 day"),
        then=_("Deleted"),
        why=_("They hold no name and no address, only a hash."),
    )
)
register(
    Rule(
        code="audit",
        what=_("The log of who saw or changed data"),
        kept=_("24 months"),
        then=_("Deleted; a digest of it stays, so that gaps are noticed"),
        why=_("So that you can ask who used your data."),
        apply=_prune_log,
    )
)
register(
    Rule(
        code="requests",
        what=_("Words of closed requests about data"),
        kept=_("24 months"),
        then=_("The words are deleted; kinds and days stay in the register"),
        why=_("So that we can show that we answered."),
        apply=_forget_words,
    )
)
