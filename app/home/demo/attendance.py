"""Who took which place, who came, and who was counted without a name."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.catalogue.rules import USUAL_SHARE, WHOLE
from app.core import clock
from app.core.keys import CODE_ALPHABET
from app.enrolment.models import (
    Attendance,
    AttendanceStatus,
    Channel,
    Enrolment,
    EnrolmentState,
    FeeStatus,
    Register,
)
from app.home.demo.people import TINY_WARD, Human
from app.home.demo.rows import Rows
from app.home.demo.teaching import Plan
from app.places.models import Sex

_AGES = {
    "older-people": (60, 99),
    "children": (6, 15),
    "youth": (15, 30),
    "parents": (24, 48),
    "teachers": (23, 58),
    "workers": (19, 58),
    "lower-secondary-leavers": (15, 18),
}
_ADULT = (16, 80)
_GIVES_UP, _NEVER_COMES, _WALKS_IN = 0.05, 0.08, 0.15
_RECENT = timedelta(days=14)
_RESULTS_AFTER = timedelta(days=2)
_WAIVED_ONE_OF, _DUE_ONE_OF = 8, 10


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of the city, ready to be chosen from."""

    everyone: Sequence[Human]

    def choose(self, dice: random.Random, plan: Plan, number: int) -> list[Human]:
        """Different people whose age fits; neighbours of the provider first."""
        low, high = next(
            (_AGES[slug] for slug in plan.offer.text.audiences if slug in _AGES), _ADULT
        )
        only_women = "women" in plan.offer.text.audiences
        fitting = [
            human
            for human in self.everyone
            if low <= human.age <= high
            and human.ward != TINY_WARD
            and not (only_women and human.sex is Sex.MALE)
        ]
        near = [human for human in fitting if human.ward == plan.offer.teacher.ward]
        pool = [*near * 6, *fitting]
        chosen: dict[int, Human] = {}
        for human in dice.choices(pool, [h.zeal for h in pool], k=number * 6):
            if len(chosen) < number:
                chosen[human.id] = human
        return list(chosen.values())


def fill(rows: Rows, dice: random.Random, plan: Plan, people: Sequence[Human]) -> int:
    """Enrolments for `people`, and the registers of the meetings that are over; who kept a seat."""
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    over = [meeting for meeting in plan.meetings if meeting[2] < midnight]
    taken = [meeting for meeting in over if _register_taken(dice, meeting[2])]
    for session, _begin, end in taken:
        rows.add(
            Register,
            session_id=session,
            headcount=_unnamed(dice, plan),
            taken_at=end,
            taken_by_id=None,
            version=1,
        )
    return sum(_attend(rows, dice, plan, human, taken) for human in people)


def _attend(
    rows: Rows,
    dice: random.Random,
    plan: Plan,
    human: Human,
    taken: Sequence[tuple[int, datetime, datetime]],
) -> bool:
    joined = plan.meetings[0][1] - timedelta(days=dice.randint(1, 30), minutes=dice.randint(0, 600))
    joined = min(joined, clock.now() - timedelta(hours=1))
    left = bool(taken) and dice.random() < _GIVES_UP
    ended = taken[0][2] + timedelta(days=1) if left else None
    number = enrolment(
        rows,
        dice,
        plan,
        human,
        state=EnrolmentState.WITHDRAWN if left else EnrolmentState.ENROLLED,
        channel=Channel.STAFF if dice.random() < _WALKS_IN else Channel.WEB,
        joined_at=joined,
        seated_at=joined,
        ended_at=ended,
    )
    habit = 0.0 if dice.random() < _NEVER_COMES else min(0.98, dice.betavariate(6, 1.6))
    came = 0
    for session, begin, end in taken:
        if ended is None or ended > begin:
            status = AttendanceStatus.PRESENT if dice.random() < habit else AttendanceStatus.ABSENT
            came += status is AttendanceStatus.PRESENT
            rows.add(
                Attendance,
                session_id=session,
                enrolment_id=number,
                status=status,
                recorded_by_id=None,
                recorded_at=end,
            )
    is_recorded = plan.meetings[-1][2] < _recently()
    if is_recorded and not left and taken:
        _record_result(rows, number, plan.meetings[-1][2], WHOLE * came / len(taken))
    return not left


def _record_result(rows: Rows, number: int, end: datetime, attended: float) -> None:
    has_completed = attended >= USUAL_SHARE
    rows.change(
        Enrolment, number,
        state=EnrolmentState.COMPLETED if has_completed else EnrolmentState.NOT_COMPLETED,
        completed_at=end + _RESULTS_AFTER if has_completed else None,
    )  # fmt: skip


def enrolment(rows: Rows, dice: random.Random, plan: Plan, human: Human, **values: object) -> int:
    """One row with a code of the demo's own dice, so that every loading gives the same."""
    code = "".join(dice.choice(CODE_ALPHABET) for _ in range(10))
    return rows.add(
        Enrolment,
        code=code,
        form_key=None,
        person_id=human.id,
        run_id=plan.id,
        recorded_by_id=None,
        **_fee(plan.offer.text.fee, human),
        **values,
    )


def _fee(fee: int, human: Human) -> dict[str, object]:
    """Paid at the centre, waived for some, and here and there still due."""
    if not fee:
        return {}
    if human.id % _WAIVED_ONE_OF == 0:
        return {"fee": fee, "fee_status": FeeStatus.WAIVED, "fee_reason": "Hộ nghèo"}
    is_due = human.id % _DUE_ONE_OF == 1
    return {"fee": fee, "fee_status": FeeStatus.DUE if is_due else FeeStatus.PAID}


def _register_taken(dice: random.Random, end: datetime) -> bool:
    return dice.random() < (0.85 if end > _recently() else 0.99)


def _recently() -> datetime:
    return clock.day_bounds(clock.today() - _RECENT, clock.today())[0]


def _unnamed(dice: random.Random, plan: Plan) -> int:
    """Museums, libraries and halls welcome people who leave no name."""
    if plan.capacity is None:
        return dice.randint(8, 45)
    return (
        dice.choice((0, 0, 0, 0, 0, 1, 2, 4))
        if plan.offer.teacher.type == "community-learning-centre"
        else 0
    )
