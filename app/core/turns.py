"""In whose turn a thread of this process asks SQLite for its one write lock.

Who finds the lock taken is put to sleep by SQLite for up to a tenth of a second, while the lock may
be free. Threads wait here instead, and the next is woken at once. This is a line and no guard: the
lock of the database decides, also between processes, and nobody waits in line for ever.
"""

from collections.abc import MutableMapping
from threading import Lock
from typing import Any

PATIENCE = 5.0
"""Seconds; whoever has waited so long asks SQLite, which waits once more."""
_ours = Lock()
_HAS_TURN = "has_turn"


def take(connection_info: MutableMapping[Any, Any]) -> None:
    """Wait for those who came before; the turn belongs to this connection until `give_back`."""
    if _HAS_TURN not in connection_info and _ours.acquire(timeout=PATIENCE):
        connection_info[_HAS_TURN] = True


def give_back(connection_info: MutableMapping[Any, Any]) -> None:
    """The next one is woken; harmless where there is no turn to give."""
    if connection_info.pop(_HAS_TURN, False):
        _ours.release()
