"""The `serve` command as a stranger runs it: real processes, killed for real."""

import os
import signal
import socket
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.core.db import db


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def served(start_process, port):
    """A running server with its worker."""
    db.session.remove()
    command = ("-m", "flask", "--app", "wsgi", "serve")
    process = start_process(*command, PORT=str(port), WEB_WORKERS="1", APP_ENV="demo")
    wait_until(lambda: answers(port))
    return process


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


def wait_until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    """Direct children, from the process table."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def child(pid: int, name: str) -> int:
    return next((each for each in children(pid) if name in command(each)), 0)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_it_says_where_it_is_and_ends_everything_when_told_to(served, port):
    web, worker = child(served.pid, "granian"), child(served.pid, "jobs work")
    family = [web, worker, *children(web)]
    time.sleep(0.5)  # the address is printed once it answers
    served.terminate()
    said, _ = served.communicate(timeout=20)
    assert served.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert not answers(port)
    assert [pid for pid in family if is_alive(pid)] == []


@pytest.mark.on_any_database
def test_what_dies_comes_back(served, port):
    time.sleep(5.5)  # a program that ends sooner counts as one that could not begin
    for name in ("jobs work", "granian"):
        before = child(served.pid, name)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda name=name, before=before: child(served.pid, name) not in (0, before))
    wait_until(lambda: answers(port))
    (web_process,) = children(child(served.pid, "granian"))[-1:]
    os.kill(web_process, signal.SIGKILL)
    wait_until(lambda: answers(port))
    assert served.poll() is None


@pytest.mark.on_any_database
def test_nothing_stays_behind_when_it_is_killed(served, port):
    web, worker = child(served.pid, "granian"), child(served.pid, "jobs work")
    os.kill(served.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(web) and not is_alive(worker) and not answers(port))


@pytest.mark.on_any_database
def test_a_port_in_use_is_named(flask_command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = flask_command("serve", status=1, PORT=str(port))
    assert f"Cannot listen on 127.0.0.1:{port}" in said
    assert "Set PORT" in said
    assert "Traceback" not in said
