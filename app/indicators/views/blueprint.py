"""The blueprint; its pages are the same for every visitor, so anybody between may keep them."""

from werkzeug.wrappers import Response

from app.core import access
from app.core.i18n import localised

bp = localised("indicators", __name__, "/indicators")

Page = str | tuple[str, int] | Response
KEPT = "public, max-age=300"


@bp.after_request
def _may_be_kept(answer: Response) -> Response:
    """By a visitor's browser and by proxies; the name of whoever is signed in is on every page."""
    if answer.status_code == 200 and not access.actor().is_signed_in:  # noqa: PLR2004 - OK
        answer.headers["Cache-Control"] = KEPT
    return answer
