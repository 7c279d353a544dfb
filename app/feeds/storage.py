"""Files that were sent or fetched, kept until nobody needs them; how far work on one has come.

They lie in the data directory and not in the database: a worker that holds the only write lock can
still say how far it is.
"""

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from app.core import config

MOST_BYTES = 20 * 1024**2
_EVERY_SECONDS = 0.3


def folder() -> Path:
    found = config.current().data_dir / "uploads" / "imports"
    found.mkdir(parents=True, exist_ok=True)
    return found


def new_name() -> str:
    """A name nobody can guess; what the file was called elsewhere is not used."""
    return secrets.token_hex(16)


def path(stored: str) -> Path:
    return folder() / stored


def forget(stored: str) -> None:
    """Delete the file, if it is there."""
    if stored:
        path(stored).unlink(missing_ok=True)
        _progress_path(stored).unlink(missing_ok=True)


def progress(stored: str) -> tuple[str, int, int]:
    """What is being done, how much of it is done, and of how much; zeros when nobody knows."""
    try:
        phase, done, total = json.loads(_progress_path(stored).read_text())
    except (OSError, ValueError):
        return "", 0, 0
    return str(phase), int(done), int(total)


def teller(stored: str) -> Callable[[str, int, int], None]:
    """Keeps the progress a few times a second."""
    last = [0.0]

    def tell(phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] < _EVERY_SECONDS and done != total:
            return
        last[0] = now
        part = _progress_path(f"{stored}.part")
        part.write_text(json.dumps([phase, done, total]))
        part.replace(_progress_path(stored))

    return tell


def _progress_path(stored: str) -> Path:
    return folder() / f"{stored}.progress"
