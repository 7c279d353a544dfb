"""Files for calendars and search engines."""

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.core import access
from app.core.i18n import current_language, gettext, localised
from app.core.web import absolute, see_other
from app.enrolment import browser
from app.enrolment.operations import calendars
from app.opendata import calendar, sitemap

bp = localised("opendata", __name__)
root = Blueprint("opendata_root", __name__)

CLOSED = (
    "/places/",
    "/my-place",
    "/groups/",
    "/runs/",
    "/alerts/",
    "/me",
    "/sign-in",
    "/provider/",
    "/commune/",
    "/staff/",
)
_HOUR = "public, max-age=3600"


@bp.get("/places/<code>.ics")
@access.public
def place_calendar(code: str) -> Answer:
    """The sessions of one's place; who never had a seat has none to come to."""
    place = browser.place(code)
    if place is None:
        return see_other("enrolment.place", code=code)
    if place.seated_at is None:
        abort(404)
    answer = _calendar(calendar.of_place(place, current_language()))
    answer.headers["Content-Disposition"] = f"attachment; filename={place.code}.ics"
    return answer


@root.get("/calendar/<token>.ics")
@access.public
def subscription(token: str) -> Response:
    """What a calendar reads by itself: the address alone opens it, for nobody's browser."""
    person_id = calendars.owner_of(token)
    return _calendar(calendar.of_family(person_id)) if person_id else abort(404)


@bp.get("/me/calendar")
@access.signed_in
@access.own_eyes
def own_calendar() -> str:
    """The secret address, and how to make another."""
    token = calendars.token_of(_person_id())
    path = url_for("opendata_root.subscription", token=token) if token else ""
    return render_template("opendata/calendar.html", address=absolute(path) if path else "")


@bp.post("/me/calendar")
@access.signed_in
@access.own_eyes
def change_calendar() -> Answer:
    """Made, made anew, or stopped."""
    person_id, by_id = _person_id(), access.actor().account_id
    if request.form.get("act") == "stop":
        calendars.stop_feed(person_id, by_id)
        flash(gettext("The address opens nothing any more."), "success")
    else:
        calendars.make_feed(person_id, by_id)
        flash(gettext("The address is made. Add it to your calendar."), "success")
    return see_other("opendata.own_calendar")


def _person_id() -> int:
    return access.actor().person_id or abort(404)


def _calendar(content: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=headers)


@root.get("/sitemap.xml")
@access.public
def site_map() -> Response:
    """One file, or the list of files when one does not hold everything."""
    parts, part = sitemap.parts(), request.args.get("part", 0, type=int)
    if parts > 1 and not part:
        path = url_for("opendata_root.site_map")
        addresses = [f"{absolute(path)}?part={number}" for number in range(1, parts + 1)]
        return _xml(render_template("opendata/sitemaps.xml", addresses=addresses))
    if not 0 <= part <= parts:
        abort(404)
    entries = list(sitemap.entries(part or 1))
    return _xml(render_template("opendata/sitemap.xml", entries=entries))


@root.get("/robots.txt")
@access.public
def robots() -> Response:
    """Personal and working pages are not for search engines."""
    address = absolute(url_for("opendata_root.site_map"))
    text = render_template("opendata/robots.txt", closed=CLOSED, sitemap=address)
    return Response(text, mimetype="text/plain", headers={"Cache-Control": _HOUR})


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml", headers={"Cache-Control": _HOUR})
