"""People without an account whose last class is long over are deleted; figures keep counting."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, DataRequest, Guardianship, Person
from app.accounts.operations.erasure import erase
from app.accounts.rights.retention import Rule, register
from app.catalogue.models import Run
from app.core import clock
from app.core.i18n import lazy as _
from app.enrolment.models import Enrolment, GroupBooking
from app.enrolment.register_models import MarksSent

KEPT = timedelta(days=731)
"""Accounts keep their learning record as long as they like; without one nobody can ask for it."""
CONTACT_KEPT = timedelta(days=183)
SENDINGS_KEPT = timedelta(days=30)


def forgotten_guests(before: date) -> Select[int]:
    """Persons nobody acts for or signs in as, all of whose classes ended before this day."""
    has_account = exists().where(Account.person_id == Person.id)
    bound = or_(Guardianship.guardian_id == Person.id, Guardianship.dependant_id == Person.id)
    later = exists().where(
        Enrolment.person_id == Person.id, Enrolment.run_id == Run.id, Run.ends_on >= before
    )
    asks = exists().where(DataRequest.person_id == Person.id, DataRequest.closed_at.is_(None))
    known = select(Person.id).where(
        Person.merged_into_id.is_(None),
        Person.erased_at.is_(None),
        Person.created_at < clock.day_bounds(before, before)[0],
    )
    return known.where(~has_account, ~exists().where(bound), ~later, ~asks).order_by(Person.id)


def _erase_some(session: Session, most: int) -> int:
    found = session.scalars(forgotten_guests(clock.today() - KEPT).limit(most)).all()
    for person_id in found:
        erase(person_id, None, "retention")
    return len(found)


register(
    Rule(
        code="guests",
        what=_("People without an account, with their places"),
        kept=_("24 months after their last class ended"),
        then=_("Deleted; figures keep counting without them"),
        why=_("So that they can come back and be known, and no longer."),
        apply=_erase_some,
    )
)


def wipe_contact(session: Session, booking_ids: Sequence[int]) -> None:
    """Nobody can be called about the booking any more; how many came along stays known."""
    mine = update(GroupBooking).where(GroupBooking.id.in_(booking_ids))
    gone = {"contact_name": "", "phone": "", "email": None, "form_key": None}
    session.execute(mine.values(**gone))


def _wipe_some(session: Session, most: int) -> int:
    past = select(GroupBooking.id).join(GroupBooking.run)
    past = past.where(Run.ends_on < clock.today() - CONTACT_KEPT, GroupBooking.phone != "")
    found = session.scalars(past.order_by(GroupBooking.id).limit(most)).all()
    wipe_contact(session, found)
    return len(found)


register(
    Rule(
        code="group_contacts",
        what=_("Who to call about the seats of a group"),
        kept=_("6 months after the class ended"),
        then=_("Name, phone and e-mail are deleted; the numbers stay"),
        why=_("So that questions about the visit can be answered, and no longer."),
        apply=_wipe_some,
    )
)


def _forget_sendings(session: Session, most: int) -> int:
    old = select(MarksSent.session_id, MarksSent.key)
    old = old.where(MarksSent.received_at < clock.now() - SENDINGS_KEPT).limit(most)
    found = session.execute(old).all()
    for session_id, key in found:
        session.execute(
            delete(MarksSent).where(MarksSent.session_id == session_id, MarksSent.key == key)
        )
    return len(found)


register(
    Rule(
        code="marks_sent",
        what=_("That a phone has sent its attendance marks"),
        kept=_("30 days"),
        then=_("Deleted; the attendance stays"),
        why=_("So that the same marks sent twice are written once."),
        apply=_forget_sendings,
    )
)
register(
    Rule(
        code="drafts",
        what=_("Enrolment forms that were filled in and not sent"),
        kept=_("30 minutes"),
        then=_("Deleted"),
        why=_("So that going back or changing the language loses nothing."),
    )
)
