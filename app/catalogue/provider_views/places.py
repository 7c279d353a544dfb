"""Where a provider teaches, with the rooms; and the days on which nobody teaches."""

from datetime import date, timedelta

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import operations
from app.catalogue.calendar_days import days_of, public_holidays
from app.catalogue.errors import WrongDates
from app.catalogue.plan_forms import DayForm, RoomForm
from app.catalogue.planning_models import CalendarDay
from app.catalogue.provider_views.blueprint import bp
from app.catalogue.provider_views.planning import by
from app.core import access, clock
from app.core.access import EDITING, Actor
from app.core.forms import bilingual_columns
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.web import see_other
from app.places import rooms
from app.places.models import Room, Venue
from app.providers import queries as providers

_MOST_DAYS = 60


@bp.get("/venues")
@access.provider_staff(EDITING)
def venues(slug: str) -> str:
    """The places of the provider and the rooms in them."""
    mine = providers.venues(access.here(slug).provider_id)
    return render_template("catalogue/venues.html", provider=providers.by_slug(slug), venues=mine)


@bp.route("/venues/<id:venue_id>/rooms/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_room(slug: str, venue_id: int) -> Response | tuple[str, int]:
    """One more room; everybody who teaches in the building sees it."""
    venue = access.load(Venue, venue_id, lambda _actor, venue: _is_mine(slug, venue.id))
    form = RoomForm()
    if form.accepted(lambda: rooms.add_room(venue_id, form.fields(), by())):
        return _saved(slug)
    return _room_page(slug, venue, form, None), form.status


@bp.route("/rooms/<id:room_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def room(slug: str, room_id: int) -> Response | tuple[str, int]:
    """Correct a room."""
    found = _room_at(slug, room_id)
    form = RoomForm()
    if request.method == "GET":
        capacity = "" if found.capacity is None else str(found.capacity)
        form.process(obj=found, data={"capacity": capacity})
        form.capacity.data = capacity
    if form.accepted(lambda: rooms.edit_room(room_id, form.fields(), by())):
        return _saved(slug)
    return _room_page(slug, found.venue, form, found), form.status


@bp.post("/rooms/<id:room_id>/remove")
@access.provider_staff(EDITING)
def remove_room(slug: str, room_id: int) -> Response:
    """Nobody can choose it any more."""
    rooms.remove_room(_room_at(slug, room_id).id, by())
    return _saved(slug)


@bp.route("/calendar", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def calendar(slug: str) -> Response | tuple[str, int]:
    """Public holidays, the city's days and the provider's own."""
    provider_id = access.here(slug).provider_id
    form = DayForm()
    if form.accepted(lambda: add_days(provider_id, form)):
        flash(gettext("Saved."), "success")
        return see_other("catalogue_provider.calendar", slug=slug)
    page = render_template(
        "catalogue/calendar.html",
        provider=providers.by_slug(slug),
        form=form,
        own=days_of(provider_id, clock.today()),
        city=days_of(None, clock.today()),
        public=coming_holidays(),
    )
    return page, form.status


@bp.post("/calendar/<id:day_id>/remove")
@access.provider_staff(EDITING)
def remove_day(slug: str, day_id: int) -> Response:
    """Take back what was said about a day."""
    here = access.here(slug).provider_id
    day = access.load(CalendarDay, day_id, lambda _actor, day: day.provider_id == here)
    operations.remove_day(here, day.id, by())
    return see_other("catalogue_provider.calendar", slug=slug)


def add_days(provider_id: int | None, form: DayForm) -> None:
    """One day, or each day of several, as one form says it.

    Raises:
        WrongDates: more than 60 days, or the last before the first.
        DayKnown: one of them is in the list already; then none is added.
    """
    first = form.day.value or clock.today()
    last = form.until.value or first
    if not timedelta() <= last - first <= timedelta(days=_MOST_DAYS):
        wrong = _("The last day comes after the first, at most 60 days later.")
        raise WrongDates(wrong, field="until")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    name = bilingual_columns(form, "name")
    operations.add_days(provider_id, days, name, by(), has_classes=form.has_classes.data)


def coming_holidays() -> list[tuple[date, str]]:
    """The public holidays of this year and the next that are still to come."""
    today = clock.today()
    return [
        (day, name.text())
        for year in (today.year, today.year + 1)
        for day, name in sorted(public_holidays(year).items())
        if day >= today
    ]


def _is_mine(slug: str, venue_id: int) -> bool:
    here = access.here(slug).provider_id
    return venue_id in {venue.id for venue in providers.venues(here)}


def _room_at(slug: str, room_id: int) -> Room:
    def may(_actor: Actor, room: Room) -> bool:
        return _is_mine(slug, room.venue_id) and not room.is_gone

    return access.load(Room, room_id, may)


def _saved(slug: str) -> Response:
    flash(gettext("Saved."), "success")
    return see_other("catalogue_provider.venues", slug=slug)


def _room_page(slug: str, venue: Venue, form: RoomForm, found: Room | None) -> str:
    provider = providers.by_slug(slug)
    return render_template(
        "catalogue/room.html", provider=provider, venue=venue, form=form, room=found
    )
