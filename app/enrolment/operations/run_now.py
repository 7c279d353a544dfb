"""The run as it is while its row is held, with what its page promises: data, no entity."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.catalogue.models import Course, CourseStatus, Run
from app.catalogue.openness import Openness, RunStatus
from app.core.i18n import Bilingual
from app.core.prepared import Prepared
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
    .with_for_update(key_share=True, of=[Person, Run])  # PostgreSQL locks them in this order
)


def held(session: Session, run_id: int, person_id: int) -> RunNow | None:
    """The run and a person, both locked by one statement; None where the person was merged.

    The person comes first, so that of all that lock both nobody waits in a circle. Where the person
    was merged before, the run is not locked: whoever they became comes before it too.
    """
    row = _HELD.first(session, {"run_id": run_id, "person_id": person_id})
    if row is None:
        return None
    *own, course_status, name_vi, name_en = row
    own += [course_status is CourseStatus.PUBLISHED, Bilingual(name_vi, name_en)]
    return RunNow(*own)
