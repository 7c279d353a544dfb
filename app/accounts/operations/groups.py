"""The optional groups: said by people themselves with their consent, or recorded from a list."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.errors import (
    ConsentNeeded,
    EndsBeforeItBegins,
    GroupEnded,
    GroupRecorded,
    GroupsDeclined,
)
from app.accounts.events import PersonChanged
from app.accounts.models import GroupsAnswer, Person, PersonGroup, PriorityGroup
from app.accounts.operations.consents import record_consent, withdraw_consent
from app.accounts.rights import purposes
from app.core import audit, clock, jobs, vi
from app.core.db import transaction


def give_groups(
    person_id: int,
    groups: Collection[PriorityGroup],
    *,
    agrees: bool,
    language: str,
    by_id: int | None,
) -> None:
    """Keep the groups a person says they belong to, from today; those taken off end.

    What was recorded from a list stays as it is.

    Raises:
        ConsentNeeded: nothing is kept without it.
    """
    if not agrees:
        raise ConsentNeeded
    with transaction() as session:
        person = session.get_one(Person, person_id, with_for_update=True)
        record_consent(
            person_id, purposes.GROUP_STATISTICS.code, language=language, channel="web",
            recorded_by_id=by_id,
        )  # fmt: skip
        person.groups_answer = GroupsAnswer.GIVEN
        _replace_own_word(session, person_id, groups, by_id)
        audit.record("person.groups", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))


def decline_groups(person_id: int, by_id: int | None) -> None:
    """Prefer not to say: whatever was kept is deleted and the consent ends."""
    with transaction() as session:
        withdraw_consent(person_id, purposes.GROUP_STATISTICS.code, by_id)
        session.execute(delete(PersonGroup).where(PersonGroup.person_id == person_id))
        person = session.get_one(Person, person_id, populate_existing=True)
        person.groups_answer = GroupsAnswer.DECLINED
        audit.record("person.groups_declined", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))


def record_group(
    person_id: int,
    group: PriorityGroup,
    valid_from: date,
    valid_to: date | None,
    *,
    standard: str,
    by_id: int,
) -> PersonGroup:
    """Staff record a status from a list, with the decree or decision that defines it.

    Raises:
        GroupsDeclined: the person does not want it.
        GroupRecorded: it is recorded for some of these days.
        EndsBeforeItBegins: as the name says.
    """
    if valid_to is not None and valid_to < valid_from:
        raise EndsBeforeItBegins
    with transaction() as session:
        person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
        if person.groups_answer is GroupsAnswer.DECLINED or person.objected_at is not None:
            raise GroupsDeclined
        if _overlaps(session, person_id, group, valid_from, valid_to):
            raise GroupRecorded
        row = PersonGroup(
            person_id=person_id, group=group, valid_from=valid_from, valid_to=valid_to,
            standard=vi.clean(standard), recorded_by_id=by_id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record("person.group_recorded", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))
        return row


def end_group(group_id: int, last_day: date, by_id: int) -> None:
    """What staff recorded holds up to this day; one's own word ends by oneself alone.

    Raises:
        EndsBeforeItBegins: as the name says.
        GroupEnded: it ends on that day already, or before.
    """
    with transaction() as session:
        row = session.get_one(
            PersonGroup, group_id, with_for_update={"of": PersonGroup}, populate_existing=True
        )
        if last_day < row.valid_from:
            raise EndsBeforeItBegins
        if row.valid_to is not None and row.valid_to <= last_day:
            raise GroupEnded
        row.valid_to = last_day
        person_id = row.person_id
        audit.record("person.group_ended", "person", person_id, by_id, person_id=person_id)
        jobs.emit(PersonChanged(person_id))


def _replace_own_word(
    session: Session, person_id: int, groups: Collection[PriorityGroup], by_id: int | None
) -> None:
    today = clock.today()
    said = select(PersonGroup).where(
        PersonGroup.person_id == person_id,
        PersonGroup.standard == "",
        PersonGroup.valid_to.is_(None),
    )
    standing = {row.group: row for row in session.scalars(said)}
    for group, row in standing.items():
        if group in groups:
            continue
        if row.valid_from >= today:  # ticked by mistake a moment ago
            session.delete(row)
        else:
            row.valid_to = today - timedelta(days=1)
    for group in groups:
        if group not in standing and not _overlaps(session, person_id, group, today, None):
            session.add(
                PersonGroup(
                    person_id=person_id, group=group, valid_from=today, recorded_by_id=by_id
                )
            )


def _overlaps(
    session: Session, person_id: int, group: PriorityGroup, first: date, last: date | None
) -> bool:
    recorded = select(PersonGroup.id).where(
        PersonGroup.person_id == person_id,
        PersonGroup.group == group,
        or_(PersonGroup.valid_to.is_(None), PersonGroup.valid_to >= first),
    )
    if last is not None:
        recorded = recorded.where(PersonGroup.valid_from <= last)
    return session.scalar(recorded.limit(1)) is not None
