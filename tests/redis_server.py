"""A Redis server of the tests' own, gone when they end."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager


def is_installed() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A running server that keeps nothing; yields its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="phohoc-redis-") as home:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home]
        process = subprocess.Popen(
            ["redis-server", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}/0", process
        finally:
            process.kill()
            process.wait(10)


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    message = "redis-server did not start"
    raise AssertionError(message)
