"""Ward names as a person types."""

from flask import Response, jsonify, request

from app.core import access
from app.core.i18n import Bilingual, gettext, localised
from app.places import queries
from app.places.models import AdminUnit

bp = localised("places", __name__, "/wards")


@bp.get("/suggest")
@access.public
def suggest() -> Response:
    """Wards for what stands in the box so far; the value is the official code."""
    found = queries.suggestions(request.args.get("q", "")[:100])
    answer = jsonify(
        [{"label": _label(ward, old_name), "value": ward.code} for ward, old_name in found]
    )
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _label(ward: AdminUnit, old_name: Bilingual) -> str:
    name, old = ward.full_name.text(), old_name.text()
    return gettext("%(ward)s (formerly %(old)s)", ward=name, old=old) if old else name
