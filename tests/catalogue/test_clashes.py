"""A room or a teacher wanted twice: warned of, and no more told than needed."""

from datetime import timedelta

import pytest

from app.catalogue import clashes, operations, teaching
from app.catalogue.clashes import Kind
from app.catalogue.errors import NotThatRoom
from app.catalogue.models import Run, RunStatus
from app.catalogue.planning_models import RunTeacher
from app.catalogue.teaching import Teacher
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.places import rooms
from app.places.errors import RoomKnown
from app.places.rooms import RoomFields
from app.providers import queries as providers
from tests.factories import (
    CourseFactory,
    ProviderFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
    VenueFactory,
)


@pytest.fixture
def building(app):
    return VenueFactory()


def _room(venue, name="Phòng 1", **odd):
    return rooms.add_room(venue.id, RoomFields(name=Bilingual(name), **odd))


def _run(provider, building, room=None, teachers=(), title="Yoga"):
    if building not in providers.venues(provider.id):
        SiteFactory(provider=provider, venue=building)
    course = CourseFactory(provider=provider, title_vi=title, title_en=title)
    run = RunFactory(course=course, venue=building, room_id=room.id if room else None)
    run.teachers = teaching.rows([Teacher(*each) for each in teachers])
    run.teacher = teaching.joined(run.teachers)
    db.session.commit()
    return run


def _clashes(run: Run):
    found = clashes.find(clashes.wanted_of(run), run.course.provider)
    return [clash for its in found.values() for clash in its]


def _meets(run: Run, like=None, later=timedelta()):
    times = {"starts_at": like.starts_at + later, "ends_at": like.ends_at + later} if like else {}
    return SessionFactory(run=run, **times)


def test_the_same_room_at_the_same_hour(building):
    provider, room = ProviderFactory(), _room(building)
    mine, other = _run(provider, building, room), _run(provider, building, room, title="Vẽ")
    first = _meets(mine)
    _meets(other, like=first, later=timedelta(minutes=30))
    (clash,) = _clashes(mine)
    assert (clash.kind, clash.title.vi) == (Kind.ROOM, "Vẽ")
    other.status = RunStatus.CANCELLED
    db.session.commit()
    assert _clashes(mine) == []


def test_another_room_or_a_later_hour_is_no_clash(building):
    provider = ProviderFactory()
    one, two = _room(building), _room(building, "Phòng 2")
    mine, beside = _run(provider, building, one), _run(provider, building, two)
    after = _run(provider, building, one)
    first = _meets(mine)
    _meets(beside, like=first)
    _meets(after, like=first, later=first.ends_at - first.starts_at)
    assert _clashes(mine) == []


def test_of_another_provider_only_its_name_is_told(in_page, building):
    room = _room(building)
    mine = _run(ProviderFactory(), building, room)
    other = _run(ProviderFactory(name_vi="Nhà bên"), building, room, title="Bí mật")
    _meets(other, like=_meets(mine))
    (clash,) = _clashes(mine)
    text = in_page("vi", clash.text)
    assert "Nhà bên" in text
    assert "Bí mật" not in text


def test_a_building_without_named_rooms_counts_as_one(building):
    provider = ProviderFactory()
    mine, other = _run(provider, building), _run(provider, building)
    _meets(other, like=_meets(mine))
    assert [clash.kind for clash in _clashes(mine)] == [Kind.PLACE]
    _room(building)
    assert _clashes(mine) == []


def test_a_teacher_is_in_one_place_also_across_providers(in_page, building):
    member = StaffFactory()
    who = (("Nguyễn Thị Lan", member.account_id),)
    mine = _run(member.provider, building, teachers=who)
    elsewhere = _run(ProviderFactory(name_vi="Nhà bên"), VenueFactory(), teachers=who, title="Mật")
    _meets(elsewhere, like=_meets(mine))
    (clash,) = _clashes(mine)
    assert (clash.kind, clash.title) == (Kind.TEACHER, None)
    text = in_page("vi", clash.text)
    assert "Nguyễn Thị Lan" in text
    assert "Nhà bên" not in text
    assert "Mật" not in text


def test_a_name_means_somebody_within_one_provider(building):
    here, there = ProviderFactory(), ProviderFactory()
    name = (("Trần Văn Hòa",),)
    mine = _run(here, building, _room(building), teachers=name)
    same = _run(here, VenueFactory(), teachers=(("TRẦN VĂN HOÀ",),), title="Vẽ")
    namesake = _run(there, VenueFactory(), teachers=name)
    first = _meets(mine)
    _meets(same, like=first)
    _meets(namesake, like=first)
    assert [clash.title.vi for clash in _clashes(mine)] == ["Vẽ"]


def test_who_teaches_a_session_instead_is_who_is_looked_at(building):
    provider = ProviderFactory()
    mine = _run(provider, building, _room(building), teachers=(("Lan",), ("Minh",)))
    other = _run(provider, VenueFactory(), teachers=(("Lan",),), title="Vẽ")
    first = _meets(mine)
    _meets(other, like=first)
    assert len(_clashes(mine)) == 1
    operations.plan_session(first.id, mine.room_id, [Teacher("Hoa")])
    assert [each.name for each in teaching.of_session(first)] == ["Hoa"]
    assert [each.name for each in teaching.of_run(mine)] == ["Lan", "Minh"]
    assert _clashes(mine) == []


def test_of_two_editors_of_a_session_one_is_told(building):
    mine = _run(ProviderFactory(), building)
    first = _meets(mine)
    operations.plan_session(first.id, None, [Teacher("Hoa")], seen=0)
    with pytest.raises(ChangedMeanwhile):
        operations.plan_session(first.id, None, [Teacher("Mai")], seen=0)
    assert [row.name for row in db.session.query(RunTeacher)] == ["Hoa"]


def test_a_room_is_in_its_building_and_named_once(building):
    room = _room(building, capacity=20)
    with pytest.raises(RoomKnown):
        _room(building, " Phòng  1")
    mine = _run(ProviderFactory(), VenueFactory())
    with pytest.raises(NotThatRoom):
        operations.plan_session(_meets(mine).id, room.id, [])
    rooms.remove_room(room.id)
    db.session.refresh(building)
    assert [each for each in building.rooms if not each.is_gone] == []
    assert _room(building).id == room.id


def test_another_place_takes_the_room_away(building):
    provider = ProviderFactory()
    mine = _run(provider, building, _room(building))
    _meets(mine)
    other = SiteFactory(provider=provider).venue
    operations.change_place(mine.id, other.id)
    assert (mine.venue_id, mine.room_id) == (other.id, None)


def test_a_teacher_whom_only_a_file_named_counts_too(building):
    provider = ProviderFactory()
    mine = _run(provider, building, _room(building), teachers=(("Lan",),))
    other = _run(provider, VenueFactory(), teachers=(("Hoa",),), title="Vẽ")
    other.teacher = "Minh; Lan"  # written by an import, which knows no rows
    db.session.commit()
    _meets(other, like=_meets(mine))
    assert [clash.title.vi for clash in _clashes(mine)] == ["Vẽ"]
    assert [each.name for each in teaching.of_run(other)] == ["Minh", "Lan"]
