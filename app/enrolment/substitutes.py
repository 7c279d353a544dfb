"""Who takes the register of a session instead of its teacher."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.catalogue.models import ClassSession
from app.catalogue.planning_models import RunTeacher
from app.core import audit, clock
from app.core.access import ATTENDING
from app.core.db import db, inserting, transaction
from app.enrolment.errors import NotAMember
from app.enrolment.register_models import Substitute
from app.providers import queries as providers


def is_named(session_id: int, account_id: int | None) -> bool:
    """Whether this account takes the register of this session."""
    return session_id in named_for(account_id, [session_id])


def named_for(account_id: int | None, session_ids: Collection[int]) -> set[int]:
    """Which of these sessions this account is named for, or teaches by the plan."""
    if account_id is None:
        return set()
    stands_in = exists().where(
        Substitute.session_id == ClassSession.id, Substitute.account_id == account_id
    )
    of_run = and_(RunTeacher.session_id.is_(None), RunTeacher.run_id == ClassSession.run_id)
    teaches = exists().where(
        RunTeacher.account_id == account_id, or_(RunTeacher.session_id == ClassSession.id, of_run)
    )
    mine = select(ClassSession.id).where(ClassSession.id.in_(session_ids), or_(stands_in, teaches))
    return set(db.session.scalars(mine))


def of(session_id: int) -> Sequence[Substitute]:
    """Who is named for a session, in the order of naming."""
    here = select(Substitute).where(Substitute.session_id == session_id)
    with_name = here.options(joinedload(Substitute.account))
    return db.session.scalars(with_name.order_by(Substitute.id)).all()


def candidates(session: ClassSession) -> Sequence[Account]:
    """Whoever works at the provider today and is not named yet."""
    named = {each.account_id for each in of(session.id)}
    everybody = providers.accounts_of(session.run.course.provider_id, ATTENDING)
    return [account for account in everybody if account.id not in named]


def name(session_id: int, account_id: int, by_id: int | None) -> None:
    """From now on the account takes this register; named twice is named once.

    Raises:
        NotAMember: the account does not work at the provider.
    """
    with transaction() as session:
        held = session.get_one(ClassSession, session_id)
        members = providers.accounts_of(held.run.course.provider_id, ATTENDING)
        if account_id not in {account.id for account in members}:
            raise NotAMember(field="account")
        row = inserting(Substitute).values(
            session_id=session_id, account_id=account_id, named_at=clock.now(), named_by_id=by_id
        )
        new = row.on_conflict_do_nothing().returning(Substitute.id)
        if session.scalar(new) is not None:
            audit.record("substitute.name", "session", session_id, by_id, account=account_id)


def remove(session_id: int, substitute_id: int, by_id: int | None) -> None:
    """The register is not theirs any more; what they marked stays."""
    with transaction() as session:
        found = session.get(Substitute, substitute_id, with_for_update=True)
        if found is None or found.session_id != session_id:
            return
        account_id = found.account_id
        session.delete(found)
        audit.record("substitute.remove", "session", session_id, by_id, account=account_id)
