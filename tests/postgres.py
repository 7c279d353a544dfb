"""A PostgreSQL server of the tests' own, gone when they end."""

import os
import shutil
import subprocess
import tempfile
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
def cluster(*, durable: bool = False) -> Iterator[str]:
    """A running server that listens on a socket of its own only; yields its address.

    It does not wait for the disk unless it is to be `durable`.

    Its folder is not among pytest's: these are closed to the server's user when the tests run as
    root, and their names are too long for a socket.
    """
    home = Path(tempfile.mkdtemp(prefix="phohoc-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data = home / "data"
    waits = "" if durable else "-F"
    options = f"-k {home} -h '' {waits} -c max_connections=120 -c shared_buffers=64MB"
    try:
        _run("initdb", "-D", data, "-U", "phohoc", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run("pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
        yield f"postgresql://phohoc@/postgres?host={home}"
    finally:
        if (data / "postmaster.pid").exists():
            _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
