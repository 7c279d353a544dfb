"""The run as it is while its row is held, with what its page promises: data, no entity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.catalogue.models import Course, CourseStatus, Run
from app.catalogue.openness import Openness, RunStatus
from app.core.i18n import Bilingual
from app.core.prepared import Asked, Prepared
from app.providers.models import Provider


@dataclass(slots=True)
class RunNow(Openness):
    """What taking a place has to know of a run; the counters move with `seats`."""

    id: int
    course_id: int
    status: RunStatus
    starts_on: date
    ends_on: date
    enrol_from: date
    enrol_until: date
    capacity: int | None
    waiting_capacity: int | None
    seats_taken: int
    waiting: int
    reserved: int
    needs_approval: bool
    withdraw_until: date | None
    fee: int
    fee_groups: list[dict[str, Any]]
    rules: dict[str, Any]
    questions: list[dict[str, Any]]
    is_public: bool
    provider: Bilingual


_OWN = (
    Run.id, Run.course_id, Run.status, Run.starts_on, Run.ends_on, Run.enrol_from,
    Run.enrol_until, Run.capacity, Run.waiting_capacity, Run.seats_taken, Run.waiting,
    Run.reserved, Run.needs_approval, Run.withdraw_until, Run.fee, Run.fee_groups, Run.rules,
    Run.questions,
)  # fmt: skip
_HELD = Prepared(
    select(*_OWN, Course.status.label("course_status"), Provider.name_vi, Provider.name_en)
    .select_from(Run)
    .join(Course, Course.id == Run.course_id)
    .join(Provider, Provider.id == Course.provider_id)
    .join(Person, Person.id == bindparam("person_id"))
    .where(Run.id == bindparam("run_id"), Person.merged_into_id.is_(None))
    .with_for_update(key_share=True, of=Run)
)


def hold(run_id: int, person_id: int) -> Asked:
    """Lock the run, unless this person, whose row is locked already, is somebody else by now.

    Whoever they became has to be locked before the run: so nobody waits in a circle.
    """
    return _HELD, {"run_id": run_id, "person_id": person_id}


def read(rows: Sequence[Any]) -> RunNow | None:
    """The run, if `hold` has locked it."""
    if not rows:
        return None
    *own, course_status, name_vi, name_en = rows[0]
    own += [course_status is CourseStatus.PUBLISHED, Bilingual(name_vi, name_en)]
    return RunNow(*own)
