"""Pages that are the same for all who look at them within a moment, made once for them all.

When a class opens, hundreds of people meet the same closed door in the same second.
"""

from collections.abc import Callable
from time import monotonic

from flask import current_app, request, session

from app.core import access
from app.core.i18n import current_language
from app.core.web import DISPLAY_COOKIE, Display

A_MOMENT = 1.0  # seconds
_MOST = 500
_NAME = "kept_pages"


def page(name: str, key: int, make: Callable[[], str]) -> str:
    """What `make` makes, at most a moment old; for accounts it is always made anew.

    Args:
        name: what kind of page; with `key` it must say everything that is particular to it.
    """
    if access.actor() is not access.VISITOR or "_flashes" in session:
        return make()
    pages: dict[object, tuple[float, str]] = current_app.extensions.setdefault(_NAME, {})
    where, now = (name, key, *_look()), monotonic()
    until, text = pages.get(where, (0.0, ""))
    if now < until:
        return text
    if len(pages) >= _MOST:
        pages.clear()
    text = make()
    pages[where] = now + A_MOMENT, text
    return text


def forget() -> None:
    """Make every page anew."""
    current_app.extensions.pop(_NAME, None)


def _look() -> tuple[str, Display, str]:
    """All that the frame of a page takes from the browser of a visitor."""
    display = Display.read(request.cookies.get(DISPLAY_COOKIE, ""))
    return current_language(), display, request.headers.get("Save-Data", "")
