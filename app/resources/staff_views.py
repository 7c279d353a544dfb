"""A resource out of sight by a decision of the city, and back again."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.words import STATUS
from app.core import access
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers.standing.forms import StandingForm
from app.resources import holds
from app.resources.models import ResourceTakedown

bp = localised("resource_takedowns_staff", __name__, "/staff/resources")


@bp.app_template_global()
def takedown_of_resource(resource_id: int) -> ResourceTakedown | None:
    """Why the city keeps it out of sight, for its provider."""
    return holds.standing(resource_id)


@bp.route("/<id:resource_id>/takedown", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def resource(resource_id: int) -> Response | tuple[str, int]:
    """Why it is out of sight, or a reason to take it there."""
    found, form = holds.resource(resource_id) or abort(404), StandingForm()
    standing = holds.standing(resource_id)
    decide = holds.lift if standing else holds.take_down
    by_id = access.actor().account_id or 0
    if request.method == "POST" and form.accepted(
        lambda: decide(resource_id, form.words.data or "", by_id)
    ):
        flash(gettext("Done. The provider has been told."), "success")
        return see_other("resource_takedowns_staff.resource", resource_id=resource_id)
    page = render_template(
        "catalogue/staff/takedown.html",
        subject=found, status=STATUS[found.status], form=form, standing=standing,
        history=holds.history(resource_id),
    )  # fmt: skip
    return page, form.status
