"""What the results page costs beside a bare Flask page of the same bytes.

`python -m tests.benchmarks.results_page [--rounds 7] [--requests 40]` loads the demo city into a
folder of its own, then asks both applications in turn, in one process, and prints CPU milliseconds
per request and the ratio bare / ours of each round: 1 is as fast as a page that does nothing.
"""

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import flask_migrate
from flask import Flask, render_template_string

from app import create_app
from app.core.config import Settings
from app.home.demo import load as demo
from app.search import in_step

QUESTIONS = ("/vi/courses", "/vi/courses?q=tin+hoc&free=1", "/en/courses?topic=health&sort=newest")
BARE = """<!doctype html><html lang="vi"><head><title>{{ title }}</title></head><body><ul>
{% for card in cards %}<li><h2>{{ card.title }}</h2><p>{{ card.text }}</p></li>{% endfor %}
</ul></body></html>"""
CARDS = 20


def ours(folder: Path) -> Flask:
    """The product with the demo city."""
    app = create_app(Settings.from_env({"DATA_DIR": str(folder)}))
    with app.app_context():
        flask_migrate.upgrade()
        demo.load("79", lambda _line: None)
        in_step.rebuild()
    logging.getLogger("app").setLevel(logging.WARNING)
    return app


def bare(size: int) -> Flask:
    """One template with twenty cards, filled up to `size` bytes."""
    app = Flask("bare")
    text = "x" * (size // CARDS)
    cards = [{"title": f"Tin học {number}", "text": text} for number in range(CARDS)]
    app.add_url_rule("/", view_func=lambda: render_template_string(BARE, title="x", cards=cards))
    return app


def cpu_per_request(ask: Callable[[], object], requests: int) -> float:
    """CPU milliseconds of one request, averaged over `requests`."""
    began = time.process_time()
    for _ in range(requests):
        ask()
    return (time.process_time() - began) / requests * 1000


def spread(values: list[float]) -> str:
    return f"min {min(values):.2f}  median {statistics.median(values):.2f}  max {max(values):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = ours(Path(folder)).test_client()
        for question in QUESTIONS:
            measure(product, question, options.rounds, options.requests)


def measure(product, question: str, rounds: int, requests: int) -> None:
    size = len(product.get(question).data)
    plain = bare(size).test_client()
    plain.get("/")
    our_times, bare_times, ratios = [], [], []
    for _ in range(rounds):
        bare_times.append(cpu_per_request(lambda: plain.get("/"), requests))
        our_times.append(cpu_per_request(lambda: product.get(question), requests))
        ratios.append(bare_times[-1] / our_times[-1])
    print(f"{question}  {size} bytes, {rounds} rounds of {requests} requests, 400 courses")
    print(f"  ours, CPU ms       {spread(our_times)}")
    print(f"  bare, CPU ms       {spread(bare_times)}")
    print(f"  ratio bare / ours  {spread(ratios)}")


if __name__ == "__main__":
    main()
