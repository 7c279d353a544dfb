"""Everybody on a run as its staff see them: a fixed number of statements, however many people."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.catalogue import fees
from app.catalogue.models import Run, RunStatus
from app.catalogue.questions import NO, YES, Question, QuestionKind, known_questions
from app.core import clock
from app.core.db import db
from app.core.i18n import gettext
from app.enrolment import queries
from app.enrolment.models import (
    LIVE,
    SEATED,
    Enrolment,
    EnrolmentState,
    FeeStatus,
    GroupBooking,
)


@dataclass(frozen=True, slots=True)
class ClassList:
    """The places of one run by what there is to do about them, and its group bookings."""

    run: Run
    seated: Sequence[Enrolment]
    pending: Sequence[Enrolment]
    offered: Sequence[Enrolment]
    waiting: Sequence[Enrolment]
    ended: Sequence[Enrolment]
    groups: Sequence[GroupBooking]

    @property
    def holding(self) -> list[Enrolment]:
        """Whoever plans to come: on the list, to be approved or asked."""
        return [*self.seated, *self.pending, *self.offered]

    @property
    def live(self) -> list[Enrolment]:
        return [*self.holding, *self.waiting]

    @property
    def asks_fees(self) -> bool:
        return any(each.fee_status is not FeeStatus.FREE for each in self.seated)

    @property
    def over_by(self) -> int:
        """How many seats more are taken or kept than the run has."""
        run = self.run
        return 0 if run.capacity is None else max(0, run.seats_taken + run.reserved - run.capacity)

    @property
    def questions(self) -> list[Question]:
        return questions_of(self.run)

    @property
    def answered(self) -> list[Enrolment]:
        return [each for each in self.live if each.answers]


def of(run: Run) -> ClassList:
    """Seats by given name in Vietnamese order, the queue in its own order, the ended last first."""
    people = select(Enrolment).where(
        Enrolment.run_id == run.id, Enrolment.state != EnrolmentState.VOID
    )
    rows = db.session.scalars(people.options(joinedload(Enrolment.person))).all()
    groups = select(GroupBooking).where(GroupBooking.run_id == run.id)
    by_name = sorted(rows, key=lambda row: (row.person.sort_key, row.id))
    in_line = sorted(rows, key=lambda row: (row.rank, row.joined_at, row.id))
    ended = [row for row in by_name if row.state not in {*SEATED, *LIVE}]
    return ClassList(
        run=run,
        seated=[row for row in by_name if row.is_seated],
        pending=[row for row in in_line if row.state is EnrolmentState.PENDING],
        offered=[row for row in in_line if row.state is EnrolmentState.OFFERED],
        waiting=[row for row in in_line if row.state is EnrolmentState.WAITING],
        ended=sorted(ended, key=lambda row: row.ended_at or row.joined_at, reverse=True),
        groups=db.session.scalars(groups.order_by(GroupBooking.id)).all(),
    )


def first_place(run_id: int) -> Enrolment | None:
    """Of all who may still come one, of those with a seat where there are any."""
    states = {*SEATED, *LIVE}
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(states))
    with_person = query.options(joinedload(Enrolment.person))
    first = with_person.order_by(Enrolment.state.not_in(SEATED), Enrolment.id).limit(1)
    return db.session.scalars(first).first()


def place_at(provider_id: int, code: str) -> Enrolment | None:
    """A place in one of this provider's runs; another's does not exist here."""
    found = queries.place(code)
    return found if found and found.run.course.provider_id == provider_id else None


def other_runs(run: Run) -> Sequence[Run]:
    """Where people of this run can be moved: planned runs of the course that are not over."""
    others = select(Run).where(
        Run.course_id == run.course_id, Run.id != run.id,
        Run.status == RunStatus.PLANNED, Run.ends_on >= clock.today(),
    )  # fmt: skip
    with_place = others.options(joinedload(Run.venue), selectinload(Run.sessions))
    return db.session.scalars(with_place.order_by(Run.starts_on, Run.id)).all()


def fee_group(place: Enrolment) -> fees.FeeGroup | None:
    """The reduced fee this person asked for."""
    return fees.find(fees.known_fee_groups(place.run.fee_groups), place.fee_group)


def questions_of(run: Run) -> list[Question]:
    """The provider's own questions."""
    return known_questions(run.questions)


def answer(question: Question, place: Enrolment) -> str:
    """What the person answered, in words."""
    given = str(place.answers.get(question.id, ""))
    if question.kind is QuestionKind.YES_NO:
        return {YES: gettext("Yes"), NO: gettext("No")}.get(given, given)
    if question.kind is QuestionKind.CHOICE and given.isdigit():
        options = question.options
        return options[int(given)].text() if int(given) < len(options) else given
    return given
