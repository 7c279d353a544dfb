"""A resource out of sight by a decision of the city, and back again."""

from werkzeug.wrappers import Response

from app.catalogue.staff_views.takedowns import decided
from app.core import access
from app.core.access import CityRole
from app.core.i18n import localised
from app.resources.holds import OF_RESOURCES
from app.resources.models import ResourceTakedown

bp = localised("resource_takedowns_staff", __name__, "/staff/resources")


@bp.app_template_global()
def takedown_of_resource(resource_id: int) -> ResourceTakedown | None:
    """Why the city keeps it out of sight, for its provider."""
    found: ResourceTakedown | None = OF_RESOURCES.standing(resource_id)
    return found


@bp.route("/<id:resource_id>/takedown", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def resource(resource_id: int) -> Response | tuple[str, int]:
    """Why it is out of sight, or a reason to take it there."""
    here = "resource_takedowns_staff.resource"
    return decided(OF_RESOURCES, resource_id, here, resource_id=resource_id)
