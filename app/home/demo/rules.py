"""Classes of the demo editors with rules: who comes first, reduced fees, questions, kept places."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.accounts.models import PriorityGroup
from app.catalogue.fees import FeeGroup
from app.catalogue.models import Course, Run
from app.catalogue.questions import Question, QuestionKind
from app.catalogue.rules import Rules
from app.core import clock
from app.core.i18n import Bilingual
from app.core.keys import CODE_ALPHABET
from app.enrolment.models import Reservation
from app.home.demo.rows import Rows
from app.home.demo.teaching import Offer
from app.providers.models import Provider

KEPT = 5
_POOR = (PriorityGroup.POOR, PriorityGroup.NEAR_POOR, PriorityGroup.DISABILITY)
_FEE_GROUPS = (
    FeeGroup(
        code="poor", name=Bilingual("Hộ nghèo, hộ cận nghèo", "Poor and near-poor households"),
        group=PriorityGroup.POOR, needs_document=True,
    ),
    FeeGroup(
        code="pupils", name=Bilingual("Học sinh, sinh viên", "Pupils and students"), fee=50_000
    ),
)  # fmt: skip
_QUESTIONS = (
    Question(
        id="heard", text=Bilingual("Bạn biết lớp này từ đâu?", "How did you hear of this class?")
    ),
    Question(
        id="level", text=Bilingual("Bạn đã học môn này chưa?", "Have you learned this before?"),
        kind=QuestionKind.CHOICE,
        options=(
            Bilingual("Chưa", "No"), Bilingual("Một chút", "A little"), Bilingual("Rồi", "Yes"),
        ),
    ),
)  # fmt: skip


def set_rules(rows: Rows, dice: random.Random, offers: Sequence[Offer]) -> None:
    """Some coming classes of the first provider get one thing each."""
    centre = rows.of(Provider)[0]["id"]
    ward = next(offer.teacher.ward for offer in offers if offer.teacher.id == centre)
    taught = {course["id"] for course in rows.of(Course) if course["provider_id"] == centre}
    soon = clock.today() + timedelta(days=5)
    coming = [run for run in rows.of(Run) if run["course_id"] in taught and run["starts_on"] > soon]
    with_fee = [run for run in coming if run["fee"] > max(each.fee for each in _FEE_GROUPS)]
    for run in with_fee[:1]:
        coming.remove(run)
        rows.change(Run, run["id"], fee_groups=[each.as_json() for each in _FEE_GROUPS])
    changes = (_asked, _first, _grown_up, _decided)
    for run, change in zip(coming, changes, strict=False):
        rows.change(Run, run["id"], **change(run, ward, coming[0]["course_id"]))
    for run in [run for run in coming if (run["capacity"] or 0) - run["seats_taken"] > KEPT][-1:]:
        _keep(rows, dice, run)


def _asked(run: dict[str, Any], _ward: str, _course_id: int) -> dict[str, Any]:
    """The provider approves, and asks two questions."""
    return {
        "needs_approval": True,
        "withdraw_until": run["starts_on"] - timedelta(days=1),
        "questions": [each.as_json() for each in _QUESTIONS],
    }


def _first(_run: dict[str, Any], ward: str, _course_id: int) -> dict[str, Any]:
    """Priority groups could come since last week and the ward's people since yesterday."""
    today = clock.today()
    rules = Rules(
        priority_groups=_POOR, groups_from=today - timedelta(days=7),
        wards=(ward,), wards_from=today - timedelta(days=1),
    )  # fmt: skip
    return {"rules": rules.as_json(), "enrol_from": today + timedelta(days=2)}


def _grown_up(_run: dict[str, Any], _ward: str, _course_id: int) -> dict[str, Any]:
    return {"rules": Rules(age_from=16).as_json()}


def _decided(run: dict[str, Any], _ward: str, course_id: int) -> dict[str, Any]:
    """It needs ten people, and it is better to take another course before."""
    rules = Rules(requires_course_id=course_id)
    decide = run["starts_on"] - timedelta(days=3)
    return {"rules": rules.as_json(), "minimum": 10, "decide_on": decide}


def _keep(rows: Rows, dice: random.Random, run: dict[str, Any]) -> None:
    rows.add(
        Reservation,
        run_id=run["id"],
        group=None,
        partner="Hội Phụ nữ phường",
        code="".join(dice.choice(CODE_ALPHABET) for _ in range(10)),
        places=KEPT,
        used=0,
        until=run["enrol_until"],
        created_at=clock.now(),
        released_at=None,
    )
    rows.change(Run, run["id"], reserved=KEPT)
