"""The blueprint; its pages are the same for every visitor, so anybody between may keep them."""

from http import HTTPStatus

from flask import session
from werkzeug.wrappers import Response

from app.core import access
from app.core.i18n import localised

bp = localised("indicators", __name__, "/indicators")

Page = str | tuple[str, int] | Response
KEPT = "public, max-age=300"


@bp.after_request
def _may_be_kept(answer: Response) -> Response:
    """By a visitor's browser and by proxies, unless it says something to one reader alone.

    The name of whoever is signed in is on every page, and what was just done is told on the next.
    """
    is_alike = not access.actor().is_signed_in and not session.modified
    if answer.status_code == HTTPStatus.OK and is_alike:
        answer.headers["Cache-Control"] = KEPT
        answer.vary.add("Save-Data")
    return answer
