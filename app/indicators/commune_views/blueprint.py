"""The blueprint, and the commune in the address."""

from flask import abort
from werkzeug.wrappers import Response

from app.core import access
from app.core.i18n import localised
from app.indicators import policy
from app.places import queries as places
from app.places.models import AdminUnit, UnitLevel

bp = localised("indicators_commune", __name__, "/commune")

Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def unit_at(code: str) -> AdminUnit:
    """The commune with this code; that of another officer does not exist here."""
    found = places.unit(code) if code.isdigit() else None
    if found is None or found.level is not UnitLevel.COMMUNE:
        abort(404)
    return found if policy.see_commune(access.actor(), found.id) else abort(404)
