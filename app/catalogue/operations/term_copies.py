"""A whole term made from another one, at once and only once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import teaching, term_plans
from app.catalogue.errors import NothingToCopy, PlanHasChanged, WrongDates
from app.catalogue.events import RunCopied
from app.catalogue.fees import read_fee_groups
from app.catalogue.models import Run
from app.catalogue.operations.runs import meeting_of, note
from app.catalogue.planning_models import TermCopy
from app.catalogue.questions import read_questions
from app.catalogue.term_plans import NewRun, Order
from app.core import audit, clock, jobs
from app.core.db import inserting, transaction
from app.core.i18n import lazy as _
from app.providers.models import Provider

SAME = (
    "course_id", "capacity", "waiting_capacity", "needs_approval", "minimum", "fee", "mode",
    "language", "online_link", "pace_weeks",
)  # fmt: skip


def copy_term(
    provider_id: int, order: Order, seen: str, form_key: str, by_id: int | None = None
) -> TermCopy:
    """Make every class of the order; nothing of its people goes along.

    Args:
        seen: the digest of what was looked at; nothing else is made.
        form_key: of the form; sent again, it makes nothing again.

    Raises:
        NothingToCopy, PlanHasChanged: as the name says; nothing has been made.
        WrongDates: the new term would begin in the past.
    """
    with transaction() as session:
        made = _begin(session, provider_id, form_key, by_id)
        if made is None:
            return _known(session, provider_id, form_key)
        check_first_day(order)
        plans = term_plans.plan(session.get_one(Provider, provider_id), order)
        if term_plans.digest(plans) != seen:
            raise PlanHasChanged
        plans = [each for each in plans if each.can_be_made]
        if not plans:
            raise NothingToCopy
        for each in plans:
            _make(session, each, made, by_id)
        audit.record("term.copied", "provider", provider_id, by_id, copy=made.id, runs=len(plans))
        return made


def check_first_day(order: Order) -> None:
    """Refuse a term in the past.

    Raises:
        WrongDates: as the name says.
    """
    if order.first_day < clock.today():
        raise WrongDates(_("Choose a day that is still to come."), field="first_day")
    if order.enrol_from is not None and order.enrol_from > order.first_day:
        late = _("Enrolment must open before the classes begin.")
        raise WrongDates(late, field="enrol_from")


def _begin(session: Session, provider_id: int, form_key: str, by_id: int | None) -> TermCopy | None:
    """The first to come with this key makes the row; of two at once the other waits for it."""
    values = {"provider_id": provider_id, "form_key": form_key, "made_by_id": by_id}
    new = inserting(TermCopy).values(made_at=clock.now(), **values)
    new = new.on_conflict_do_nothing(index_elements=["provider_id", "form_key"])
    key = session.scalar(new.returning(TermCopy.id))
    return None if key is None else session.get_one(TermCopy, key)


def _known(session: Session, provider_id: int, form_key: str) -> TermCopy:
    mine = TermCopy.provider_id == provider_id, TermCopy.form_key == form_key
    return session.scalars(select(TermCopy).where(*mine)).one()


def _make(session: Session, new: NewRun, made: TermCopy, by_id: int | None) -> Run:
    source = new.source
    run = Run(**{name: getattr(source, name) for name in SAME})
    run.copied_from_id, run.term_copy_id = source.id, made.id
    run.starts_on, run.ends_on = new.starts_on, new.ends_on
    run.enrol_from, run.enrol_until = new.enrol_from, new.enrol_until
    run.decide_on, run.withdraw_until = new.day(source.decide_on), new.day(source.withdraw_until)
    run.rules = term_plans.rules_moved(source.rules, new.enrol_from - source.enrol_from)
    run.fee_groups = [each.as_json() for each in read_fee_groups(source.fee_groups)]
    run.questions = [each.as_json() for each in read_questions(source.questions)]
    run.venue_id, run.room_id = new.venue_id, new.room_id
    run.sessions = [meeting_of(each, run) for each in new.timetable.meetings]
    run.teachers, run.teacher = teaching.rows(new.teachers), teaching.joined(new.teachers)
    session.add(run)
    session.flush()  # gives the id that the audit row and the events name
    note("run.copied", run, by_id, source=source.id)
    jobs.emit(RunCopied(run.id, source.id))
    return run
