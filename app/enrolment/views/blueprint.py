"""The one blueprint of these pages."""

from flask import Response

from app.core.i18n import localised

bp = localised("enrolment", __name__)


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
