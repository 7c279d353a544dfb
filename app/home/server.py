"""The `serve` command: web server and worker together, started and ended as one."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import click
import flask_migrate
from flask.cli import with_appcontext

from app.core import assets
from app.core.config import Settings, current
from app.home import cli as demo_cli
from app.home.demo import load as city

_TOO_SOON = 5.0  # seconds; a program that ends before has not really begun
_PATIENCE = 10.0  # seconds for the job in hand and the requests under way
_TICK = 0.2
_THREADS = 4  # fewer than the connections of one process's pool
_ON_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Child:
    """A program that is started again whenever it ends."""

    command: Sequence[str]
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = field(init=False)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            cwd=self.folder,
            start_new_session=True,
            preexec_fn=_follow_parent,  # noqa: PLW1509 - no threads run here yet
        )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def never_began(self) -> bool:
        return time.monotonic() - self.started < _TOO_SOON

    def end(self, deadline: float) -> None:
        """Ask, wait, and leave nothing of its group behind."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.sweep()

    def sweep(self) -> None:
        """Children of a killed parent would keep the port."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _follow_parent() -> None:
    """On Linux: be told to stop when the supervisor was killed, or the port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ON_PARENTS_DEATH, signal.SIGTERM)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--prepare", is_flag=True, help="Set up files, tables and the demo city first.")
@with_appcontext
def serve(*, host: str, prepare: bool) -> None:
    """Run web server and worker until told to stop; PORT and WEB_WORKERS say where and how many."""
    settings = current()
    _refuse_busy(host, settings.port)
    if prepare:
        _prepare(settings)
    stop = Event()
    for each in _STOPPING:
        signal.signal(each, lambda *_: stop.set())
    sys.exit(_supervise(_children(settings, host), stop, f"http://{host}:{settings.port}"))


def _prepare(settings: Settings) -> None:
    assets.ensure()
    flask_migrate.upgrade()
    if not settings.is_production:
        click.get_current_context().invoke(demo_cli.load)


def _refuse_busy(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = f"Cannot listen on {host}:{port} ({error.strerror}). Set PORT to another one."
            raise click.ClickException(advice) from error


def _children(settings: Settings, host: str) -> list[Child]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    web += ["--host", host, "--port", str(settings.port), "--workers", str(settings.web_workers)]
    web += ["--blocking-threads", str(_THREADS), "--respawn-failed-workers"]
    web += ["--log-level", "warning", "wsgi:app"]
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    return [Child(web, settings.project), Child(worker, settings.project)]


def _supervise(children: Sequence[Child], stop: Event, address: str) -> int:
    """Watch until told to stop; 0 then, else 1: a program could not begin."""
    is_announced = False
    try:
        for child in children:
            child.start()
        while not stop.wait(_TICK):
            for child in children:
                if child.has_ended and child.never_began:
                    return 1
                if child.has_ended:
                    child.sweep()
                    child.start()
            if not is_announced and _is_ready(address):
                is_announced = True
                _announce(address)
    finally:
        _end(children)
    return 0


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + _PATIENCE
    for child in children:
        child.end(deadline)


def _is_ready(address: str) -> bool:
    host = {"Host": urlsplit(current().base_url).netloc}  # the only one that is answered for sure
    question = Request(f"{address}/readyz", headers=host)  # noqa: S310 - our own address
    try:
        with urlopen(question, timeout=1) as answer:  # noqa: S310 - as above
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False


def _announce(address: str) -> None:
    click.secho(f"\n{current().site_name_vi}: {address}", bold=True)
    if city.is_loaded() and not current().is_production:
        click.get_current_context().invoke(demo_cli.accounts)
    click.echo("Ctrl-C ends it.\n")
