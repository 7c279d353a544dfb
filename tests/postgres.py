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


def _run(program: str, *arguments: object) -> None:
    """PostgreSQL refuses to run as root; then its own user runs it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*prefix, str(_bin() / program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A running server that listens on a socket in `folder` only; yields its address."""
    home = folder / "pg"
    home.mkdir()
    if os.geteuid() == 0:
        _let_in(folder)
        shutil.chown(home, "postgres")
    data = home / "data"
    _run("initdb", "-D", data, "-U", "phohoc", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {home} -h '' -F -c max_connections=120 -c shared_buffers=64MB"
    _run("pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
    try:
        yield f"postgresql://phohoc@/postgres?host={home}"
    finally:
        _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _let_in(folder: Path) -> None:
    """The server's user has to pass through the folders of whoever runs the tests."""
    for parent in (folder, *folder.parents):
        mode = parent.stat().st_mode
        if parent.stat().st_uid == 0 and not mode & 0o001:
            parent.chmod(mode | 0o011)
