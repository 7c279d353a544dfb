"""Large files that somebody asked for: made by the worker, kept for a week, theirs alone.

Each has a folder beside the database: who asked for what, how far it is, and at last the file,
which takes its name only when it is whole.
"""

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.core import audit, clock, config, jobs
from app.core.db import transaction
from app.participation import exports, periods, store
from app.participation.cells import counted
from app.participation.dimensions import read
from app.participation.events import ExportAsked
from app.participation.queries import Question

KEPT = timedelta(days=7)
_OWN = _ASKED, _PROGRESS, _FILE = "asked.json", "progress.json", "file"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for."""

    account_id: int
    period: str
    by: list[str]
    file_format: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class Order:
    """A file somebody asked for, and how far it is; `total` is 0 until the cells are counted."""

    token: str
    asked: Asked
    done: int
    total: int
    is_ready: bool

    @property
    def question(self) -> Question:
        return Question(periods.parse(self.asked.period), read(self.asked.by), spaces=False)

    @property
    def asked_at(self) -> datetime:
        return datetime.fromisoformat(self.asked.asked_at)

    @property
    def kept_until(self) -> datetime:
        return self.asked_at + KEPT

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def file_name(self) -> str:
        return exports.file_name(self.question, self.asked.file_format)

    @property
    def path(self) -> Path:
        return _root() / self.token / _FILE


def ask(question: Question, file_format: str, account_id: int) -> str:
    """Have the worker make this file; the token under which whoever asked finds it."""
    token, by = secrets.token_hex(16), [str(dimension) for dimension in question.by]
    asked = Asked(account_id, question.period.code, by, file_format, clock.now().isoformat())
    folder = _root() / token
    folder.mkdir(parents=True)
    _replace(folder / _ASKED, asdict(asked))
    with transaction():
        jobs.emit(ExportAsked(token))
        audit.record(
            "participation.export_asked", "participation", question.period.code, account_id,
            by=by, format=file_format,
        )  # fmt: skip
    return token


def find(token: str, account_id: int | None) -> Order | None:
    """The order of this account; None of another's, or when its time is over."""
    order = _read(token)
    is_theirs = order is not None and order.asked.account_id == account_id
    return order if is_theirs and order and order.kept_until > clock.now() else None


def of_account(account_id: int | None) -> list[Order]:
    """What they asked for within the week, the newest first."""
    mine = (find(token, account_id) for token in _tokens())
    return sorted(filter(None, mine), key=lambda order: order.asked.asked_at, reverse=True)


def make(token: str) -> None:
    """Write the file; whoever begins again after a worker was killed begins from the beginning."""
    order = _read(token)
    if order is None or order.is_ready:
        return
    folder = _root() / token
    part = folder / f"{secrets.token_hex(6)}.part"
    done = 0
    with counted(store.folder(config.current()), order.question, folder) as cells:

        def tell(more: int) -> None:
            nonlocal done
            done += more
            _replace(folder / _PROGRESS, {"done": done, "total": cells.size})

        tell(0)
        with part.open("wb") as out:
            exports.write(cells, order.asked.file_format, out, tell)
    part.replace(folder / _FILE)


def sweep() -> None:
    """Remove what nobody may take any more, and what processes that were killed left."""
    now = clock.now()
    for token in _tokens():
        folder, order = _root() / token, _read(token)
        if order and order.kept_until <= now:
            shutil.rmtree(folder, ignore_errors=True)
        elif order is None or order.is_ready:
            _remove_left(folder)


def scratch() -> Path:
    """Where tables are counted that are asked for at once."""
    return _root() / "at_once"


def _remove_left(folder: Path) -> None:
    """What lies about for a day is nobody's work any more."""
    long_ago = (clock.now() - timedelta(days=1)).timestamp()
    for path in folder.iterdir():
        if path.name not in _OWN and path.stat().st_mtime < long_ago:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _root() -> Path:
    return config.current().data_dir / "exports"


def _tokens() -> Iterator[str]:
    with suppress(FileNotFoundError):
        yield from sorted(path.name for path in _root().iterdir())


def _read(token: str) -> Order | None:
    folder = _root() / token
    if not token.isalnum():
        return None
    try:
        asked = Asked(**json.loads((folder / _ASKED).read_text("utf-8")))
    except FileNotFoundError:
        return None
    progress = {"done": 0, "total": 0}
    with suppress(FileNotFoundError):
        progress = json.loads((folder / _PROGRESS).read_text("utf-8"))
    file = folder / _FILE
    return Order(token, asked, **progress, is_ready=file.exists())


def _replace(path: Path, content: object) -> None:
    part = path.with_suffix(f".{secrets.token_hex(6)}.part")
    part.write_text(json.dumps(content), "utf-8")
    part.replace(path)
