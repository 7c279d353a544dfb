"""Why nobody of the waiting list gets an offer just now, in plain words for staff.

Read-only: it follows the same rules as `operations.offers`, and names every one that holds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.forms.words import GROUPS
from app.catalogue.models import RunStatus
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.formats import date_time, number, short_date
from app.core.i18n import gettext, ngettext
from app.core.jobs import Job
from app.enrolment.class_list import ClassList
from app.enrolment.models import EnrolmentState, Reservation
from app.enrolment.operations import deadlines
from app.enrolment.operations.steps import ACTIONS

LATE = timedelta(minutes=5)
"""How long the worker may take before we say that it is behind."""


def sentences(people: ClassList) -> list[str]:
    """What holds offers back, or when the last ones went out; empty when nobody waits."""
    if not people.waiting and not people.offered:
        return []
    told = list(_sent(people))
    if not people.waiting:
        return told
    held_back = [*_for_good(people), *_no_seat(people)]
    return [*told, *(held_back or [_soon()])]


def _sent(people: ClassList) -> Iterator[str]:
    """The offers that are open, with the hour at which they went out."""
    if not people.offered:
        return
    keys = {str(place.id): place for place in people.offered}
    sent = select(AuditEntry.object_id, func.max(AuditEntry.at)).where(
        AuditEntry.object_kind == "enrolment", AuditEntry.object_id.in_(keys),
        AuditEntry.action == ACTIONS[EnrolmentState.OFFERED],
    )  # fmt: skip
    found = db.session.execute(sent.group_by(AuditEntry.object_id)).all()
    times: dict[str, datetime] = {row[0]: row[1] for row in found}
    for line, (key, place) in enumerate(keys.items(), start=1):
        if place.offered_until is None or key not in times:
            continue
        yield gettext(
            "An offer went out to number %(line)s at %(sent)s. It can be answered until %(until)s.",
            line=number(line), sent=date_time(times[key]), until=date_time(place.offered_until),
        )  # fmt: skip


def _for_good(people: ClassList) -> Iterator[str]:
    """What does not change by somebody leaving."""
    run, now = people.run, clock.now()
    if run.status is RunStatus.CANCELLED:
        yield gettext("The class is cancelled, so no seat is offered.")
    if not run.course.is_public:
        yield gettext("The course is not published, so no seat is offered.")
    closes, begins = deadlines.closes(run), deadlines.begins(db.session(), run)
    if now >= closes:
        yield gettext("Enrolment closed on %(day)s.", day=short_date(run.enrol_until))
    if now >= begins:
        yield gettext("The class has begun: its first session was at %(when)s.",
                      when=date_time(begins))  # fmt: skip
    last = min(closes, begins)
    if now < last and deadlines.offer_until(now, last) is None:
        yield gettext(
            "%(when)s is too near: nobody would have an hour to answer. "
            "You can give the first of the waiting list a seat yourself.",
            when=date_time(last),
        )


def _no_seat(people: ClassList) -> Iterator[str]:
    """Why there is no free seat; nothing when there is one."""
    run = people.run
    if run.seats_left != 0:
        return
    if people.over_by:
        yield ngettext(
            "%(num)s seat more is taken or kept than the class has. "
            "Offers begin again below the number of places.",
            "%(num)s seats more are taken or kept than the class has. "
            "Offers begin again below the number of places.",
            people.over_by,
        )
    else:
        yield gettext("No seat is free.")
    ends = [place.offered_until for place in people.offered if place.offered_until]
    if ends:
        yield ngettext(
            "%(num)s of the taken seats is offered until %(until)s.",
            "%(num)s of the taken seats are offered, the last until %(until)s.",
            len(ends), until=date_time(max(ends)),
        )  # fmt: skip
    if people.pending:
        yield ngettext(
            "%(num)s of the taken seats waits for your approval.",
            "%(num)s of the taken seats wait for your approval.",
            len(people.pending),
        )
    if run.reserved:
        yield from _kept(people)


def _kept(people: ClassList) -> Iterator[str]:
    rows = select(Reservation).where(
        Reservation.run_id == people.run.id, Reservation.released_at.is_(None),
        Reservation.used < Reservation.places,
    )  # fmt: skip
    for kept in db.session.scalars(rows.order_by(Reservation.id)):
        name = kept.partner or str(GROUPS.get(kept.group or "", ""))
        until = short_date(kept.until or people.run.enrol_until)
        yield ngettext(
            "%(num)s seat is kept for %(name)s until %(day)s.",
            "%(num)s seats are kept for %(name)s until %(day)s.",
            kept.places - kept.used, name=name, day=until,
        )  # fmt: skip


def _soon() -> str:
    """A seat is free and nothing is in the way: it is the worker's turn."""
    overdue = select(func.min(Job.due_at)).where(Job.attempts == 0)
    since = db.session.scalar(overdue)
    if since is not None and since < clock.now() - LATE:
        return gettext(
            "A seat is free, but letters and offers have been stuck since %(when)s. "
            "Tell the administrators of the city.",
            when=date_time(since),
        )
    return gettext("A seat is free: the offer goes out within a few minutes.")
