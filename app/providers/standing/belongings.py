"""What each package keeps of a provider, so that one operation can hide it or hand it over.

Each package above registers its part when it is imported; all are called in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """One kind of rows of a provider that the public sees."""

    name: str
    label: str  # as staff are told, for example "Courses"
    count: Callable[[int], int]
    """`count(provider_id)`: how many rows, shown to whoever decides."""
    hold: Callable[[Session, int], None]
    """`hold(session, provider_id)`: what is public goes out of sight."""
    release: Callable[[Session, int], None]
    """`release(session, provider_id)`: what was held is public again, unless held otherwise."""
    hand_over: Callable[[Session, int, int], None]
    """`hand_over(session, from_id, to_id)`: another provider answers for it from now on."""


_belongings: dict[str, Belonging] = {}


def register(belonging: Belonging) -> Belonging:
    """Make it known; the same name again replaces it."""
    _belongings[belonging.name] = belonging
    return belonging


def all_belongings() -> Sequence[Belonging]:
    return tuple(_belongings.values())
