"""What the pages of a place have in common."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue.cards import course_slug
from app.catalogue.models import ClassSession, Run
from app.catalogue.queries import planned_sessions
from app.catalogue.run_view import RunView
from app.core import throttle
from app.core.web import absolute
from app.enrolment import browser, own_views, queries
from app.enrolment.forms import OpenPlaceForm
from app.enrolment.models import Enrolment
from app.enrolment.place_view import PlaceView
from app.enrolment.qr import picture

FROM_ONE_ADDRESS = 120
"""Enrolments in a quarter of an hour: a class of thirty may share one address, four times over."""
A_DAY = 24 * 60

Page = str | tuple[str, int] | Response


def page_of(template: str, enrolment: Enrolment, **more: Any) -> str:
    """A page about one place."""
    address = absolute(url_for("enrolment.place", code=enrolment.code))
    said = about(enrolment.run, enrolment.run.sessions)
    said |= {"enrolment": enrolment, "own": PlaceView(enrolment), "qr": picture(address)}
    return render_template(template, **said, **more)


def mine(code: str) -> Enrolment:
    """The place, for whoever may act on it; else it is not there."""
    return browser.place(code) or abort(404)


def about(run: Run, sessions: Sequence[ClassSession] | None = None) -> dict[str, Any]:
    """What every page says of the class."""
    if sessions is None:
        sessions = planned_sessions([run.id])[run.id]
    return {"run": run, "view": RunView(run, sessions), "slug": course_slug(run.course)}


def here() -> str:
    """Where the request came from, as limits count it."""
    return throttle.line(request.remote_addr)


def open_place(form: OpenPlaceForm, code: str) -> str:
    return browser.open_place(code, form.phone.e164 or "", here())


def places_here() -> Sequence[Enrolment]:
    """Those this browser or this account may open."""
    return queries.places(browser.codes(), own_views.family_ids())
