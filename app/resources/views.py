"""The page of a learning resource; the list of all is a search."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.catalogue.words import LANGUAGES, STATUS
from app.core import access
from app.core.i18n import localised
from app.core.slugs import slug_of
from app.resources import policy, queries
from app.resources.models import Resource
from app.resources.words import FORMATS, LICENCE_LINKS, LICENCES

bp = localised("resources", __name__)


@bp.get("/resources/<id:resource_id>", defaults={"slug": ""})
@bp.get("/resources/<id:resource_id>-<slug>")
@access.public
def resource(resource_id: int, slug: str) -> Response | str:
    """What the link leads to, who offers it, and what its licence allows."""
    found = access.load(Resource, resource_id, policy.view, *queries.RESOURCE_PAGE)
    right = slug_of(found.title_vi)
    if slug != right:
        return redirect(url_for("resources.resource", resource_id=resource_id, slug=right), 301)
    return render_template(
        "resources/resource.html",
        resource=found,
        status=STATUS[found.status],
        licence=LICENCES[found.licence],
        licence_link=LICENCE_LINKS.get(found.licence),
        format=FORMATS[found.format],
        languages=[LANGUAGES.get(code, code) for code in found.languages.split()],
    )
