"""One JSON line per thing worth knowing, with the request it belongs to."""

import json
import logging
import re
import sys
from typing import Any

from flask import g, has_request_context, request

from app.core import clock

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_ROW = re.compile(r"(DETAIL:).*")
_written = json.JSONEncoder(ensure_ascii=False, default=str).encode
_OPEN_BY_CODE = (
    "places", "groups", "reminders", "calendar", "alerts", "apply", "invitations", "x", "feedback",
)  # fmt: skip
_SECRET = re.compile("|".join(rf"(?<=/{name}/)[^/]+" for name in _OPEN_BY_CODE))


class JsonLines(logging.Formatter):
    """Time, level, logger, message, request id and whatever `extra` the caller gave."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = getattr(g, "request_id", "")
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["error"] = without_values(self.formatException(record.exc_info))
        return _written(line)


def address() -> str:
    """The path of this request without what opens something by itself, or is half of that."""
    return _SECRET.sub("*", request.path)


def without_values(text: str) -> str:
    """An error's text without the row of people that PostgreSQL repeats in it."""
    return _ROW.sub(r"\1 …", text)


def start() -> None:
    """Send the logs of `app` to standard error as JSON lines; calling it again changes nothing."""
    root = logging.getLogger("app")
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
