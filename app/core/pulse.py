"""Something small done again and again beside long work, until that ends or its process dies."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flask import Flask

log = logging.getLogger(__name__)


@contextmanager
def beating(app: Flask, do: Callable[[], object], seconds: float) -> Iterator[None]:
    """In a thread of its own, each time in an application context of its own.

    One beat that fails is logged, and the next one comes all the same.
    """
    over = Event()

    def beat() -> None:
        while not over.wait(seconds):
            try:
                with app.app_context():
                    do()
            except Exception:  # whatever it is: without a pulse others take the work away
                log.exception("beat failed")

    thread = Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
