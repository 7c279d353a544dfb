"""Where officers of a ward or commune begin."""

from flask import render_template

from app.core import access
from app.core.web import see_other
from app.indicators.commune_views.blueprint import Page, bp
from app.indicators.queries import units


@bp.get("/")
@access.commune_staff
def landing() -> Page:
    """Those of one commune go straight to its returns; others choose."""
    actor = access.actor()
    found = units.communes(actor.communes) if actor.communes else units.communes(None)
    if len(found) == 1:
        return see_other("indicators_commune.returns", code=found[0].code)
    return render_template("indicators/desk/communes.html", units=found)
