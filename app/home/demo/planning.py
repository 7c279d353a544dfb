"""Rooms and teachers of the first provider, days off, a run at one's own pace, one to decide on."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.catalogue import operations
from app.catalogue.models import Course, Mode, Run, RunStatus
from app.catalogue.operations import RunFields
from app.catalogue.planning_models import RunTeacher
from app.catalogue.teaching import named, rows
from app.core import clock
from app.core.db import db, transaction
from app.core.i18n import Bilingual
from app.places import rooms
from app.places.models import Room
from app.places.rooms import RoomFields
from app.providers import queries as providers
from app.providers.models import Provider

_ROOMS = (
    (Bilingual("Phòng 101", "Room 101"), 15, True),
    (Bilingual("Phòng 201", "Room 201"), 30, False),
    (Bilingual("Hội trường", "Hall"), 120, True),
)
_TEACHERS = ("Nguyễn Thị Mai", "Trần Quốc Bảo", "Lê Thu Hà")
_OLD, _NEAR = timedelta(days=150), timedelta(days=5)


def plan_term() -> None:
    """What a centre would have entered before its first new term."""
    provider = db.session.scalars(select(Provider).order_by(Provider.id)).first()
    if provider is None:
        return
    made = [
        rooms.add_room(venue.id, RoomFields(name=name, capacity=capacity, step_free=step_free))
        for venue in providers.venues(provider.id)
        for name, capacity, step_free in _ROOMS
    ]
    provider_id = provider.id
    _place(provider_id, made)
    _days_off(provider_id)
    _self_paced(provider_id)


def _runs(provider_id: int) -> list[Run]:
    mine = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Run.status == RunStatus.PLANNED,
        Run.starts_on >= clock.today() - _OLD,
    )  # fmt: skip
    return list(db.session.scalars(mine.order_by(Run.starts_on, Run.id)))


def _place(provider_id: int, made: Sequence[Room]) -> None:
    """Two teachers share the first room, so that one sees a warning."""
    with transaction() as session:
        for number, run in enumerate(_runs(provider_id)):
            here = [room for room in made if room.venue_id == run.venue_id]
            run.room_id = here[number % 2].id if here else None
            teachers = named(_TEACHERS[number % len(_TEACHERS)])
            run.teacher = teachers[0].name
            session.add_all(_of(run, rows(teachers)))
        _decide_soon(_runs(provider_id))


def _of(run: Run, teachers: list[RunTeacher]) -> list[RunTeacher]:
    for each in teachers:
        each.run_id = run.id
    return teachers


def _decide_soon(runs: Sequence[Run]) -> None:
    """The next class with seats left needs more people than it has."""
    today = clock.today()
    for run in runs:
        few = run.capacity and run.seats_taken < run.capacity
        if few and run.starts_on > today + _NEAR and run.minimum is None:
            run.minimum, run.decide_on = run.seats_taken + 1, today + _NEAR
            return


def _days_off(provider_id: int) -> None:
    year = clock.today().year + 1
    operations.add_days(
        None, [date(year, 2, 11)], Bilingual("Nghỉ Tết thêm một ngày", "One more day of Tết")
    )
    operations.add_days(
        provider_id, [date(year, 3, 26)], Bilingual("Hội trại thanh niên", "Youth camp")
    )


def _self_paced(provider_id: int) -> None:
    course = db.session.scalars(
        select(Course).where(Course.provider_id == provider_id).order_by(Course.id)
    ).first()
    if course is None:
        return
    today = clock.today()
    fields = RunFields(
        enrol_from=today - timedelta(days=7), enrol_until=today + timedelta(days=90),
        mode=Mode.SELF_PACED, pace_weeks=8, online_link="https://example.org/tu-hoc",
    )  # fmt: skip
    operations.add_run(course.id, fields, fields.days_at_own_pace)
