"""Results that took long, each in a file named by everything it was made of.

Nothing on a shelf is ever out of date: whoever asks names all that the result depends on, the
programs too, and gets what was made of exactly that or nothing. A file is written whole or not at
all, so several workers may share a shelf, and one may be killed. Files are for the worker alone: no
address leads to them, and what is in them is exact.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from app.core import clock

KEPT = timedelta(days=3)
"""After so long without use a file is removed."""


def digest(*told: Any) -> str:
    """Of values that JSON can hold."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def programs(modules: Iterable[ModuleType]) -> str:
    """Another one as soon as any of these is changed."""
    found = hashlib.sha256()
    for module in modules:
        found.update(Path(str(module.__file__)).read_bytes())
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder of results. `reads`: whether to believe what is there, or to make all anew."""

    folder: Path
    reads: bool = True

    def get(self, name: str) -> Any:
        """None where there is nothing whole of this name."""
        if not self.reads:
            return None
        path = self._path(name)
        try:
            found = json.loads(path.read_bytes())
            now = clock.now().timestamp()
            os.utime(path, (now, now))
        except (FileNotFoundError, ValueError):
            return None
        return found

    def put(self, name: str, result: Any) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{name}.{secrets.token_hex(4)}.part"
        part.write_text(json.dumps(result, separators=(",", ":")), "utf-8")
        part.replace(self._path(name))

    def sweep(self) -> None:
        """Remove what nobody has asked for in a long time, and what was broken off."""
        before = (clock.now() - KEPT).timestamp()
        for entry in os.scandir(self.folder) if self.folder.exists() else ():
            with suppress(FileNotFoundError):  # another worker sweeps too
                if entry.stat().st_mtime < before:
                    Path(entry.path).unlink()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"
