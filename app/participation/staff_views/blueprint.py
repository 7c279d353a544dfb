"""The blueprint."""

from werkzeug.wrappers import Response

from app.core.i18n import localised

bp = localised("participation_staff", __name__, "/staff")

Page = str | tuple[str, int] | Response
