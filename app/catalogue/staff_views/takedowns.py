"""Something out of sight by a decision of the city, and back again."""

from typing import Any

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.city_models import CourseTakedown
from app.catalogue.operations.takedowns import OF_COURSES
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers.standing.forms import StandingForm
from app.providers.standing.takedowns import Takedowns

bp = localised("takedowns_staff", __name__, "/staff/courses")


@bp.app_template_global()
def takedown_of_course(course_id: int) -> CourseTakedown | None:
    """Why the city keeps it out of sight, for its provider."""
    found: CourseTakedown | None = OF_COURSES.standing(course_id)
    return found


@bp.route("/<id:course_id>/takedown", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def course(course_id: int) -> Response | tuple[str, int]:
    """Why it is out of sight, or a reason to take it there."""
    return decided(OF_COURSES, course_id, "takedowns_staff.course", course_id=course_id)


def decided(
    takedowns: Takedowns, key: int, here: str, **address: Any
) -> Response | tuple[str, int]:
    """The page of one thing that can be taken down or let go.

    Args:
        here: endpoint of the page, with its `address`.
    """
    found, form = takedowns.thing(key) or abort(404), StandingForm()
    standing = takedowns.standing(key)
    decide = takedowns.lift if standing else takedowns.take_down
    by_id = access.actor().account_id or 0
    if request.method == "POST" and form.accepted(
        lambda: decide(key, form.words.data or "", by_id)
    ):
        flash(gettext("Done. The provider has been told."), "success")
        return see_other(here, **address)
    page = render_template(
        "catalogue/staff/takedown.html",
        subject=found, status=STATUS[found.status], form=form, standing=standing,
        history=takedowns.history(key),
    )  # fmt: skip
    return page, form.status
