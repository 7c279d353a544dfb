"""Letters and texts lose their words when they are long past."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.rights.inventory import describe
from app.accounts.rights.retention import Rule, register
from app.core import clock
from app.core.i18n import lazy as _
from app.notices.models import Message

KEPT = timedelta(days=90)


def _blank(session: Session, most: int) -> int:
    """That something was sent stays; what it said and to which number or address goes."""
    past = Message.sent_at < clock.now() - KEPT
    some = select(Message.id).where(past, Message.body != "").limit(most)
    blank = update(Message).where(Message.id.in_(some.scalar_subquery()))
    gone = blank.values(body="", subject="", to="", stop_url="").returning(Message.id)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


register(
    Rule(
        code="messages",
        what=_("Letters and texts we sent"),
        kept=_("90 days"),
        then=_("Words and address are deleted; that one was sent stays"),
        why=_("So that we can help when one did not arrive."),
        apply=_blank,
    )
)
describe(
    "messages", _("Letters and texts"),
    contact="to", words="subject body", access="stop_url",
    trace="medium created_at sent_at", link="id key person_id",
)  # fmt: skip
describe(
    "run_messages", _("Messages to the people of a class"),
    words="subject body", trace="sent_at sent_by_id", link="id form_key", plain="run_id told",
)  # fmt: skip
