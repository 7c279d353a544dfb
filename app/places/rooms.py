"""The rooms of a venue: added, corrected, and gone."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.db import breaks, db, transaction
from app.core.i18n import Bilingual
from app.core.vi import clean
from app.places.errors import RoomKnown
from app.places.models import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFields:
    """What people who teach there say about a room."""

    name: Bilingual
    capacity: int | None = None
    step_free: bool = False


def room(room_id: int) -> Room | None:
    """One room, also one that is gone."""
    return db.session.get(Room, room_id)


def add_room(venue_id: int, fields: RoomFields, by_id: int | None = None) -> Room:
    """One more room; one that was gone and comes back keeps its history.

    Raises:
        RoomKnown: the building has a room of that name.
    """
    with transaction() as session:
        name = clean(fields.name.vi)
        known = select(Room).where(Room.venue_id == venue_id, Room.name_vi == name)
        room = session.scalar(known)
        if room is not None and not room.is_gone:
            raise RoomKnown
        room = room or Room(venue_id=venue_id)
        room.is_gone = False
        session.add(room)
        return _save(room, fields, "room.added", by_id)


def edit_room(room_id: int, fields: RoomFields, by_id: int | None = None) -> Room:
    """Another name or size.

    Raises:
        RoomKnown: the building has another room of that name.
    """
    with transaction() as session:
        return _save(session.get_one(Room, room_id), fields, "room.edited", by_id)


def remove_room(room_id: int, by_id: int | None = None) -> None:
    """Nobody can choose it any more; where it was chosen it stays."""
    with transaction() as session:
        room = session.get_one(Room, room_id)
        room.is_gone = True
        audit.record("room.removed", "venue", room.venue_id, by_id, room=room.id)


def _save(room: Room, fields: RoomFields, action: str, by_id: int | None) -> Room:
    room.name_vi, room.name_en = clean(fields.name.vi), clean(fields.name.en)
    room.capacity, room.step_free = fields.capacity, fields.step_free
    try:
        db.session.flush()  # the index over names answers here
    except IntegrityError as error:
        if breaks(error, "uq_rooms_venue_id_name_vi", "rooms.venue_id", "rooms.name_vi"):
            raise RoomKnown from error
        raise
    audit.record(action, "venue", room.venue_id, by_id, room=room.id)
    return room
