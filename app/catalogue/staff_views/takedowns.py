"""A course out of sight by a decision of the city, and back again."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import holds
from app.catalogue.city_models import CourseTakedown
from app.catalogue.operations import takedowns as operations
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers.standing.forms import StandingForm

bp = localised("takedowns_staff", __name__, "/staff/courses")


@bp.app_template_global()
def takedown_of_course(course_id: int) -> CourseTakedown | None:
    """Why the city keeps it out of sight, for its provider."""
    return holds.standing(course_id)


@bp.route("/<id:course_id>/takedown", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def course(course_id: int) -> Response | tuple[str, int]:
    """Why it is out of sight, or a reason to take it there."""
    found, form = holds.course(course_id) or abort(404), StandingForm()
    standing = holds.standing(course_id)
    decide = operations.lift if standing else operations.take_down
    by_id = access.actor().account_id or 0
    if request.method == "POST" and form.accepted(
        lambda: decide(course_id, form.words.data or "", by_id)
    ):
        flash(gettext("Done. The provider has been told."), "success")
        return see_other("takedowns_staff.course", course_id=course_id)
    page = render_template(
        "catalogue/staff/takedown.html",
        subject=found, status=STATUS[found.status], form=form, standing=standing,
        history=holds.history(course_id),
    )  # fmt: skip
    return page, form.status
