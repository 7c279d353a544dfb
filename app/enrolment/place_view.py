"""Where somebody stands with one place, why, and what happens next, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.catalogue.fees import find, known_fee_groups
from app.catalogue.models import ClassSession, RunStatus
from app.catalogue.questions import NO, YES, Question, QuestionKind, known_questions
from app.core import clock
from app.core.formats import date_time, deadline, long_date, money, number, phone, short_date
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.enrolment import queries
from app.enrolment.distance import links
from app.enrolment.models import Enrolment, FeeStatus
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import deadlines

STATES: dict[State, str] = {
    State.PENDING: _("Your enrolment waits for an answer"),
    State.ENROLLED: _("You have a place"),
    State.WAITING: _("You are on the waiting list"),
    State.OFFERED: _("A seat is kept for you"),
    State.DECLINED: _("You did not take the seat"),
    State.LAPSED: _("The time to answer is over"),
    State.REFUSED: _("The provider has said no"),
    State.WITHDRAWN: _("This place was given up"),
    State.CANCELLED: _("This place was cancelled"),
    State.TRANSFERRED: _("You have moved to another class"),
    State.COMPLETED: _("You have finished this class"),
    State.NOT_COMPLETED: _("You have not finished this class"),
    State.VOID: _("This place does not count"),
}
"""What became of a place, as its owner reads it."""

LEAVE: dict[State, str] = {
    State.PENDING: _("Take the enrolment back"),
    State.WAITING: _("Leave the waiting list"),
    State.ENROLLED: _("Give up the place"),
}
"""What the button of those who may leave says."""


@dataclass(frozen=True)
class PlaceView:
    """One place as its page shows it."""

    place: Enrolment
    next_session: ClassSession | None = None

    @property
    def when(self) -> str:
        """When the class meets next, else when it begins or began."""
        if self.next_session is not None:
            return date_time(self.next_session.starts_at)
        return long_date(self.place.run.starts_on)

    @property
    def run_is_off(self) -> bool:
        """The class was cancelled; the worker may still be on its way to the place."""
        return self.place.run.status is RunStatus.CANCELLED

    @property
    def is_offered(self) -> bool:
        """Whether the seat is still kept, whatever the worker has done so far."""
        until = self.place.offered_until
        return until is not None and clock.now() < until and not self.run_is_off

    @property
    def state(self) -> State:
        """An offer whose time is over has lapsed, also before the worker says so."""
        over = self.place.state is State.OFFERED and not self.is_offered
        return State.LAPSED if over else self.place.state

    @property
    def is_live(self) -> bool:
        ended = self.state is State.LAPSED or self.run_is_off or self.is_over
        return self.place.is_live and not ended

    @property
    def is_over(self) -> bool:
        return self.place.run.ends_on < clock.today()

    @cached_property
    def line(self) -> int:
        """The number in the queue; 0 for whoever does not wait."""
        waits = self.state is State.WAITING and self.is_live
        return queries.place_in_line(self.place) if waits else 0

    @cached_property
    def moved_to(self) -> Enrolment | None:
        moved = self.place.state is State.TRANSFERRED
        return queries.moved_to(self.place) if moved else None

    @property
    def title(self) -> str:
        if self.run_is_off and (self.place.is_live or self.place.state is State.CANCELLED):
            return gettext("This class has been cancelled")
        if self.is_over and self.place.is_live:
            return gettext("This class is over")
        return str(STATES[self.state])

    @property
    def until(self) -> str:
        """Until when an offer stands, in words."""
        return deadline(self.place.offered_until) if self.place.offered_until else ""

    @property
    def why(self) -> str:
        """One sentence: how it came to this."""
        ended = self._ended_on
        if self.run_is_off and (self.place.is_live or self.place.state is State.CANCELLED):
            return gettext("You need not do anything. You can look for another class.")
        if self.is_over and self.place.is_live:
            seated = self.state is State.ENROLLED
            return (
                gettext("You had a place.") if seated else gettext("No seat became free for you.")
            )
        if self.state is State.WAITING:
            line = number(self.line)
            return gettext("You are number %(line)s in line.", line=line)
        if self.state is State.OFFERED:
            return gettext(
                "Say yes until %(until)s, else the next in line gets it.", until=self.until
            )
        return {
            State.PENDING: gettext("The provider decides; a seat is kept for you meanwhile."),
            State.ENROLLED: gettext("Your name is on the list of the class."),
            State.DECLINED: gettext(
                "You said no on %(day)s. The seat is for the next in line.", day=ended
            ),
            State.LAPSED: gettext("Nobody answered in time. The seat is for the next in line."),
            State.REFUSED: gettext("The provider could not give you a place."),
            State.WITHDRAWN: gettext("It was given up on %(day)s.", day=ended),
            State.CANCELLED: gettext("The provider ended it on %(day)s.", day=ended),
            State.TRANSFERRED: gettext("You moved on %(day)s. This seat is free again.", day=ended),
            State.COMPLETED: gettext("It is kept in your learning record."),
            State.NOT_COMPLETED: gettext("It does not count as a finished class."),
            State.VOID: gettext("It was a duplicate or a test. It is counted nowhere."),
        }[self.state]  # fmt: skip

    def steps(self) -> list[str]:
        """What happens next, and until when; nothing once the place has ended."""
        if not self.is_live:
            return []
        return {
            State.PENDING: self._pending,
            State.ENROLLED: self._enrolled,
            State.WAITING: self._waiting,
            State.OFFERED: self._offered,
        }[self.state]()

    def agreed(self) -> list[tuple[str, str]]:
        """The terms, as they were when the place was taken."""
        terms, said = self.place.terms, [(gettext("Fee"), self.fee)]
        if "starts_on" in terms and "ends_on" in terms:
            days = [short_date(date.fromisoformat(terms[k])) for k in ("starts_on", "ends_on")]
            said.append((gettext("Days"), " – ".join(dict.fromkeys(days))))
        if "to_complete" in terms:
            said.append((gettext("What completes the class"), f"{terms['to_complete']}%"))
        if self.is_live:
            last = deadlines.leave_until(self.place.run, self.place)
            said.append((gettext("Can be given up until"), long_date(last)))
        return said

    @property
    def fee(self) -> str:
        """How much, on which ground, and whether anything is left to pay."""
        place = self.place
        if not place.fee and not place.fee_group and place.fee_status is FeeStatus.FREE:
            return money(0)
        group = find(known_fee_groups(place.run.fee_groups), place.fee_group)
        named = f"{money(place.fee)} ({group.name.text()})" if group else money(place.fee)
        settled = short_date(place.fee_settled_at) if place.fee_settled_at else ""
        status = {
            FeeStatus.FREE: "",
            FeeStatus.DUE: gettext("to be paid at the centre"),
            FeeStatus.PAID: gettext("paid on %(day)s", day=settled) if settled else gettext("paid"),
            FeeStatus.WAIVED: gettext("you need not pay it"),
        }[place.fee_status]
        return ", ".join(part for part in (named, status, place.fee_reason) if part)

    def answers(self) -> list[tuple[str, str]]:
        """To the provider's own questions that are still asked."""
        given = self.place.answers
        asked = known_questions(self.place.run.questions)
        return [
            (each.text.text(), _answer(each, given[each.id])) for each in asked if each.id in given
        ]

    @property
    def leave(self) -> str:
        """The button of whoever may leave; "" when it is too late, or there is nothing to leave."""
        words = LEAVE.get(self.state) if self.is_live else None
        return str(words) if words and (self.state is not State.ENROLLED or self.in_time) else ""

    @property
    def in_time(self) -> bool:
        """Whether a seat can still be given up without a call."""
        return clock.today() <= deadlines.leave_until(self.place.run, self.place)

    @property
    def can_move(self) -> bool:
        return self.is_live and self.state is State.ENROLLED and self.in_time

    @property
    def can_join_again(self) -> bool:
        """The class itself may still be joined, as somebody new.

        Not while the place one moved to is live: a course is taken once.
        """
        ended = (State.DECLINED, State.LAPSED, State.WITHDRAWN, State.TRANSFERRED)
        elsewhere = self.moved_to is not None and self.moved_to.is_live
        return self.state in ended and not self.run_is_off and not elsewhere

    @property
    def is_seated(self) -> bool:
        """Whether the sessions are theirs to come to."""
        return self.place.is_seated and not self.run_is_off

    @property
    def link(self) -> str:
        """The link of an online class: with a seat, and only near a session."""
        run = self.place.run
        return run.online_link if self.is_seated and links.is_near(run) else ""

    @property
    def link_comes_later(self) -> bool:
        """Whether there is a link that is not shown yet."""
        seated = self.is_seated and not self.is_over
        return bool(self.place.run.online_link) and seated and not self.link

    @property
    def _ended_on(self) -> str:
        return short_date(self.place.ended_at) if self.place.ended_at else ""

    def _pending(self) -> list[str]:
        return [
            gettext("We tell you by text message as soon as the provider has answered."),
            gettext("You need not do anything. If you no longer want to come, take it back."),
        ]

    def _enrolled(self) -> list[str]:
        run, last = self.place.run, deadlines.leave_until(self.place.run, self.place)
        said = [gettext("Come to the first session and say your name, or show this page.")]
        if self.place.fee_status is FeeStatus.DUE:
            said.append(gettext("Pay the fee at the centre."))
        if self.in_time:
            said.append(
                gettext("If you cannot come, give the place up until %(day)s.", day=long_date(last))
            )
        else:
            call = phone(run.course.provider.phone)
            said.append(
                gettext("If you cannot come, call the provider: %(number)s.", number=call)
                if call
                else gettext("If you cannot come, tell the provider.")
            )
        return said

    def _waiting(self) -> list[str]:
        last = long_date(self.place.run.enrol_until)
        return [
            gettext("When it is your turn, we keep a seat for you and send you a text message."),
            gettext("You then have two days to say yes; less when the class begins soon."),
            gettext("If you do not answer in time, the seat goes to the next in line."),
            gettext("Seats are offered until %(day)s.", day=last),
        ]

    def _offered(self) -> list[str]:
        asks = self.place.run.needs_approval and self.place.approved_at is None
        return [
            gettext("If you say yes, the provider decides; the seat is kept meanwhile.")
            if asks
            else gettext("If you say yes, the place is yours at once."),
            gettext("If you say no, the next person in line can come."),
        ]


def _answer(question: Question, given: str) -> str:
    if question.kind is QuestionKind.YES_NO:
        return {YES: gettext("Yes"), NO: gettext("No")}.get(given, given)
    if (
        question.kind is QuestionKind.CHOICE
        and given.isdigit()
        and int(given) < len(question.options)
    ):
        return question.options[int(given)].text()
    return given


@dataclass(frozen=True)
class Grouped:
    """Places as their list shows them: what needs an answer first."""

    offers: Sequence[PlaceView]
    coming: Sequence[PlaceView]
    waiting: Sequence[PlaceView]
    past: Sequence[PlaceView]


def grouped(views: Sequence[PlaceView]) -> Grouped:
    """The given order within each group; the past from its end."""
    offers = [own for own in views if own.is_offered]
    going_on = [own for own in views if own.is_live and not own.is_over]
    coming = [own for own in going_on if own.state is State.ENROLLED]
    waiting = [own for own in going_on if own.state in (State.WAITING, State.PENDING)]
    known = {own.place.id for own in (*offers, *coming, *waiting)}
    past = [own for own in reversed(views) if own.place.id not in known]
    return Grouped(sorted(offers, key=_by_deadline), coming, waiting, past)


def _by_deadline(own: PlaceView) -> datetime:
    return own.place.offered_until or clock.now()
