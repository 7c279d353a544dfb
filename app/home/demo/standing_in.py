"""Somebody who stands in for the demo teacher: one session of today, one of tomorrow."""

from sqlalchemy import select

from app.accounts.models import Account
from app.catalogue.models import ClassSession, Course, Run, SessionStatus
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.enrolment import substitutes
from app.providers.models import StaffMember

_SESSIONS = 2


def name_substitute() -> None:
    """Named by nobody: the demo has no director who clicks."""
    members = select(StaffMember).join(Account, Account.id == StaffMember.account_id)
    member = db.session.scalar(members.where(StaffMember.role == ProviderRole.SUBSTITUTE))
    if member is None:
        return
    begin, _end = clock.day_bounds(clock.today(), clock.today())
    of_provider = select(ClassSession.id).join(ClassSession.run).join(Run.course)
    sessions = of_provider.where(
        Course.provider_id == member.provider_id, Course.on_paper.is_(False),
        ClassSession.starts_at >= begin,
        ClassSession.status == SessionStatus.PLANNED,
    )  # fmt: skip
    account_id = member.account_id
    for session_id in db.session.scalars(
        sessions.order_by(ClassSession.starts_at, ClassSession.id).limit(_SESSIONS)
    ).all():
        substitutes.name(session_id, account_id, None)
