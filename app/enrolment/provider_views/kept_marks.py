"""What the attendance page says to and hears from a phone that was without network."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import abort, flash, jsonify, make_response, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app.core import access, assets, clock
from app.core.errors import DomainError
from app.core.i18n import gettext, ngettext
from app.enrolment import operations, queries
from app.enrolment.forms import MOST_UNNAMED
from app.enrolment.models import AttendanceStatus
from app.enrolment.operations.kept_marks import KeptMarks, Mark, Merged
from app.enrolment.provider_views.blueprint import bp, phone_key, session_at

KEPT = timedelta(days=2)
"""How long a phone keeps marks and lists; what it says is older was tapped no earlier."""
_MOST_MARKS = 5000
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")
_WORKER = Path(assets.SOURCE) / "attendance-worker.js"
_NEEDS = ("app.css", "desk.css", "app.js", "attendance.js", "icon.svg")


@bp.get("/attendance-worker.js")
@access.provider_staff(access.ATTENDING)
def worker(slug: str) -> Response:
    """The service worker; served from here, it can see this provider's pages and no others."""
    del slug
    files = [*map(assets.url, _NEEDS), *assets.font_urls()]
    answer = make_response(f"self.FILES = {files};\n{_WORKER.read_text('utf-8')}")
    answer.mimetype = "text/javascript"
    return answer


@bp.get("/sessions/<id:session_id>/marks")
@access.provider_staff(access.ATTENDING)
def before_sending(slug: str, session_id: int) -> Response:
    """Whose marks would be taken, and the token to send them with."""
    session_at(slug, session_id)
    register = queries.register_of(session_id)
    version = register.version if register else 0
    return jsonify(account=phone_key(), token=generate_csrf(), version=version)


@bp.post("/sessions/<id:session_id>/marks")
@access.provider_staff(access.ATTENDING)
def send_marks(slug: str, session_id: int) -> Response | tuple[Response, int]:
    """The marks of a phone; sent again they change nothing."""
    session_at(slug, session_id)
    kept = _read(request.get_json(silent=True)) or abort(400)
    try:
        merged = operations.merge_marks(session_id, kept, access.actor().account_id)
    except DomainError as error:
        return jsonify(told=str(error.message)), error.status
    told = _told(session_id, merged)
    if not merged.was_known:
        flash(told, "success")
    return jsonify(told=told, version=merged.version)


def _told(session_id: int, merged: Merged) -> str:
    came = sum(line.status is not None and line.status.came
               for line in queries.register_lines(session_id))  # fmt: skip
    said = [ngettext("Saved: %(num)s person present.", "Saved: %(num)s people present.", came)]
    if merged.met_others:
        said.append(gettext("Somebody else had saved too: of each person the later mark holds."))
    if merged.stayed:
        said.append(ngettext(
            "Of %(num)s person theirs was later.", "Of %(num)s people theirs were later.",
            merged.stayed,
        ))  # fmt: skip
    if merged.gone:
        said.append(ngettext(
            "%(num)s person you marked is no longer on the list.",
            "%(num)s people you marked are no longer on the list.", merged.gone,
        ))  # fmt: skip
    return " ".join(said)


def _read(sent: Any) -> KeptMarks | None:
    """What the phone sent, if it is in its form; its clock is corrected by how it runs now."""
    try:
        key, moment, version = str(sent["key"]), _whole(sent["now"]), _whole(sent["version"])
        marks, counted = sent["marks"], sent["headcount"]
        is_right = bool(_KEY.fullmatch(key)) and len(marks) <= _MOST_MARKS
        read = tuple(
            Mark(_whole(place), AttendanceStatus(status), _moment(moment, tapped))
            for place, status, tapped in marks
        )
        count, at = (_whole(counted[0]), _moment(moment, counted[1])) if counted else (None, None)
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    if not is_right or (count is not None and count > MOST_UNNAMED):
        return None
    return KeptMarks(key, version, read, count, at)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _moment(now: int, tapped: Any) -> datetime:
    """When it was tapped by our clock; both numbers are milliseconds of the phone's."""
    ago = timedelta(milliseconds=min(max(now - _whole(tapped), 0), 10**9))
    return clock.now() - min(ago, KEPT)
