"""The blueprint."""

from werkzeug.wrappers import Response

from app.core.i18n import localised

bp = localised("indicators_provider", __name__, "/provider/<slug>")

Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
