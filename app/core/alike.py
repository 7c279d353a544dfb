"""Pages that are the same for all who look at them within a moment, made once for them all.

When a class opens, hundreds of people meet the same closed door in the same second.
"""

from collections.abc import Callable

from flask import request, session

from app.core import access
from app.core.i18n import current_language
from app.core.kept import kept
from app.core.web import DISPLAY_COOKIE, Display

_A_MOMENT = 1.0  # seconds


def page(name: str, key: int, make: Callable[[], str]) -> str:
    """What `make` makes, at most a moment old.

    It is made anew for accounts, and for an address with more in it than its path: the frame leads
    to the same address in the other language.

    Args:
        name: what kind of page; with `key` it must say everything that is particular to it.

    Raises:
        RuntimeError: the page has a form, whose token is of one browser alone.
    """
    is_alike = access.actor() is access.VISITOR and not request.query_string
    if not is_alike or "_flashes" in session:
        return make()
    return kept((name, key, *_look()), _A_MOMENT, lambda: _of_nobody(make()))


def _of_nobody(page: str) -> str:
    if 'name="csrf_token"' in page:
        message = "a page for everybody holds the token of one browser"
        raise RuntimeError(message)
    return page


def _look() -> tuple[str, Display, bool]:
    """All that the frame of a page takes from the browser of a visitor."""
    display = Display.read(request.cookies.get(DISPLAY_COOKIE, ""))
    return current_language(), display, request.headers.get("Save-Data", "") == "on"
