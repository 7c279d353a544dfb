"""Documents of applications: few, small, of three kinds, in a folder no address leads to."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock, config
from app.core.db import db
from app.core.keys import random_code
from app.core.vi import clean
from app.providers.errors import FileTooBig, TooManyFiles, UnknownKind
from app.providers.models import ApplicationFile

MOST = 6
MOST_BYTES = 8 * 1024 * 1024
MOST_AT_ONCE = MOST * MOST_BYTES
_BEGIN = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
_ENDS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_LONGEST_NAME = 120
_SWEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it; neither its name nor its stated kind is believed."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the folder and has no row yet."""

    name: str
    stored: str
    media: str
    size: int
    digest: str


def folder() -> Path:
    return config.current().data_dir / "uploads" / "applications"


def store(uploads: Sequence[Upload]) -> list[Stored]:
    """Write them under names that say nothing; all or none.

    Raises:
        UnknownKind, FileTooBig, TooManyFiles: nothing was kept.
    """
    if len(uploads) > MOST:
        raise TooManyFiles
    kinds = [_kind(upload.content) for upload in uploads]
    return [_write(upload, kind) for upload, kind in zip(uploads, kinds, strict=True)]


def drop(stored: Sequence[str]) -> None:
    """The bytes go; a file that is gone already is no error."""
    for each in stored:
        (folder() / each).unlink(missing_ok=True)


def add_rows(session: Session, application_id: int, files: Sequence[Stored]) -> list[Stored]:
    """Rows for these files; those that were there already, by their content, are given back.

    Raises:
        TooManyFiles: together with those that are there.
    """
    mine = ApplicationFile.application_id == application_id
    known = set(session.scalars(select(ApplicationFile.sha256).where(mine)))
    doubled = []
    for each in files:
        if each.digest in known:
            doubled.append(each)
            continue
        known.add(each.digest)
        row = ApplicationFile(application_id=application_id, name=each.name, stored=each.stored)
        row.media, row.size, row.sha256 = each.media, each.size, each.digest
        session.add(row)
    session.flush()
    if (session.scalar(select(func.count()).where(mine)) or 0) > MOST:
        raise TooManyFiles
    return doubled


def read(file: ApplicationFile) -> bytes:
    """The bytes as they were sent.

    Raises:
        FileNotFoundError: they are not there any more.
    """
    return (folder() / file.stored).read_bytes()


def sweep() -> int:
    """Files without a row, left behind by a crash; how many went."""
    if not folder().is_dir():
        return 0
    kept = set(db.session.scalars(select(ApplicationFile.stored)))
    before = (clock.now() - _SWEPT_AFTER).timestamp()
    lost = [
        path for path in folder().iterdir()
        if path.name not in kept and path.stat().st_mtime < before
    ]  # fmt: skip
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _kind(content: bytes) -> str:
    """By its first bytes, whatever it is called."""
    if len(content) > MOST_BYTES:
        raise FileTooBig
    found = next((kind for begin, kind in _BEGIN.items() if content.startswith(begin)), None)
    if found is None:
        raise UnknownKind
    return found


def _write(upload: Upload, kind: str) -> Stored:
    """Whole or not at all: another name first, then the right one."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = random_code(26).lower()
    path = folder() / stored
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(upload.content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    digest = sha256(upload.content).hexdigest()
    return Stored(_name(upload.name, kind), stored, kind, len(upload.content), digest)


def _name(given: str, kind: str) -> str:
    """What staff see: the applicant's own name for it, without folders, and the true ending."""
    last = clean(given.replace("\\", "/").rpartition("/")[2])
    stem = last.rpartition(".")[0] or last
    kept = "".join(c for c in stem if c.isalnum() or c in " -_()").strip()
    return (kept or "document")[:_LONGEST_NAME] + _ENDS[kind]
