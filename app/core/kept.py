"""What is the same for everybody for a while, kept in the memory of this process."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import TypeVar, cast

from flask import current_app

T = TypeVar("T")
_MOST = 1000
_NAME = "kept"


def kept(what: Hashable, seconds: float, make: Callable[[], T], *, anew: bool = False) -> T:
    """What `make` makes, at most so many seconds old, or `anew`; nothing (None) is not kept."""
    memory: dict[Hashable, tuple[float, object]] = current_app.extensions.setdefault(_NAME, {})
    now = monotonic()
    until, known = memory.get(what, (0.0, None))
    if now < until and not anew:
        return cast("T", known)
    made = make()
    if len(memory) >= _MOST:
        memory.clear()
    if made is not None:
        memory[what] = now + seconds, made
    return made


def forget() -> None:
    """Make everything anew."""
    current_app.extensions.pop(_NAME, None)
