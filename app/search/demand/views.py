"""Pages of the city and of providers: what people look for and do not find."""

from flask import render_template, request

from app.core import access
from app.core.access import CityRole
from app.core.i18n import lazy as _
from app.core.i18n import localised
from app.places import queries as places
from app.search.demand import nearby, queries

bp = localised("demand", __name__)
WEEKS = {"4": _("The last 4 weeks"), "12": _("The last 12 weeks"), "52": _("The last 52 weeks")}


@bp.get("/staff/demand")
@access.city_staff(CityRole.CATALOGUE_EDITOR, CityRole.STATISTICIAN)
def city() -> str:
    """By subject in the city or one ward, and by ward."""
    weeks, names = _weeks(), places.ward_names()
    ward = request.args.get("ward", "")
    ward = ward if ward in names else ""
    return render_template(
        "search/demand.html",
        tables=[queries.by_subject(weeks, [ward] if ward else None)],
        by_ward=queries.by_ward(weeks) if not ward else None,
        weeks=str(weeks), periods=WEEKS, ward=ward, wards=names, slug="",
    )  # fmt: skip


@bp.get("/provider/<slug>/demand")
@access.provider_staff()
def near_provider(slug: str) -> str:
    """In the wards around, and in the whole city to compare."""
    weeks = _weeks()
    around = nearby.wards_of(access.here(slug).provider_id)
    return render_template(
        "search/demand.html",
        tables=[queries.by_subject(weeks, [ward.code for ward in around]),
                queries.by_subject(weeks)],
        around=around, weeks=str(weeks), periods=WEEKS, slug=slug, kilometres=nearby.KILOMETRES,
    )  # fmt: skip


def _weeks() -> int:
    asked = request.args.get("weeks", "")
    return int(asked) if asked in WEEKS else 12
