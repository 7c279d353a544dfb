"""A PostgreSQL server of the tests' own, gone when they end."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _bin() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return versions[-1].parent if versions else None


def is_installed() -> bool:
    return _bin() is not None


def _as_server(command: list[str]) -> None:
    """PostgreSQL refuses to run as root; then its own user runs it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A running server that listens on a socket in `folder` only; yields its address."""
    binaries = _bin()
    assert binaries is not None
    home = folder / "pg"
    home.mkdir()
    if os.geteuid() == 0:
        for parent in (folder, *folder.parents):
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(home, "postgres")
    _as_server([str(binaries / "initdb"), "-D", str(home / "data"), "-U", "phohoc", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
    options = f"-k {home} -h '' -F -c max_connections=120 -c shared_buffers=64MB"
    _as_server([str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w", "-o", options, "-l", str(home / "log"), "start"])
    try:
        yield f"postgresql://phohoc@/postgres?host={home}"
    finally:
        _as_server([str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w", "-m", "immediate", "stop"])
