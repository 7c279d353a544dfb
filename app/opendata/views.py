"""Files for calendars and search engines."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.core import access
from app.core.i18n import localised
from app.core.web import absolute, see_other
from app.enrolment import browser
from app.enrolment.models import SEATED
from app.opendata import calendar, sitemap

bp = localised("opendata", __name__)
root = Blueprint("opendata_root", __name__)

CLOSED = (
    "/places/",
    "/my-place",
    "/runs/",
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
    """The sessions of one's place; who only waits has none to come to."""
    place = browser.place(code)
    if place is None:
        return see_other("enrolment.place", code=code)
    if place.state not in SEATED:
        abort(404)
    headers = {
        "Content-Disposition": f"attachment; filename={place.code}.ics",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
    return Response(
        calendar.of_place(place), content_type="text/calendar; charset=utf-8", headers=headers
    )


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
