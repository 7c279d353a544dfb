"""The blueprint."""

from werkzeug.wrappers import Response

from app.core.i18n import localised

bp = localised("indicators_staff", __name__, "/staff")

SEEN = "indicators.seen"
"""In the audit log: somebody looked at exact figures; kept once a day for each object."""

Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
