"""Something small done again and again beside long work, until that ends or its process dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flask import Flask


@contextmanager
def beating(app: Flask, do: Callable[[], object], seconds: float) -> Iterator[None]:
    """In a thread of its own, each time in an application context of its own."""
    over = Event()

    def beat() -> None:
        while not over.wait(seconds):
            with app.app_context():
                do()

    thread = Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
