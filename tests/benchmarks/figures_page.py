"""What the public page of figures costs beside a bare Flask page of the same bytes.

python -m tests.benchmarks.figures_page [--enrolments 20000] [--rounds 7] [--requests 40]

A city of `demo bulk` whose figures are made ready as the worker makes them. Both applications are
asked in turn, in one process; the ratio is that of the CPU time of one request, and 1 is as fast as
a page that does nothing. It says as well how many statements a request has, and stops when one of
them reads a fact. Nothing is drawn by chance.
"""

import argparse
import logging
from http import HTTPStatus

from flask import current_app
from sqlalchemy import event

from app.core import clock, config
from app.core.db import db
from app.indicators.boards import prepared
from app.participation import store
from app.places import queries as places
from tests.benchmarks.participation_cells import spread
from tests.benchmarks.participation_facts import city, size_of
from tests.benchmarks.results_page import bare, cpu_per_request

TABLES_OF_FACTS = ("participation_", "learner_", "attendances")


def pages() -> list[str]:
    """The newest half-year and year of the whole city in both languages, and one ward's."""
    codes = [period.code for period in prepared.published(clock.today())]
    found = [f"/{each}/indicators?period={code}" for code in codes[:2] for each in ("vi", "en")]
    return [*found, f"/vi/indicators?ward={places.wards()[0].code}"]


def statements(ask) -> list[str]:
    """What a request asks the database."""
    told: list[str] = []

    def tell(_connection, _cursor, statement, *_rest) -> None:
        told.append(statement)

    event.listen(db.engine, "before_cursor_execute", tell)
    ask()
    event.remove(db.engine, "before_cursor_execute", tell)
    return [each for each in told if each.startswith("SELECT")]


def measure(page: str, rounds: int, requests: int) -> None:
    client = current_app.test_client()

    def ask():
        return client.get(page)

    answer = ask()
    if answer.status_code != HTTPStatus.OK:
        message = f"{page} answers {answer.status_code}"
        raise SystemExit(message)
    asked = statements(ask)
    if any(table in each for each in asked for table in TABLES_OF_FACTS):
        message = "the page reads facts"
        raise SystemExit(message)
    plain = bare(len(answer.data)).test_client()
    plain.get("/")
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(cpu_per_request(lambda: plain.get("/"), requests))
        ours.append(cpu_per_request(ask, requests))
    print(f"{page}  {len(answer.data)} bytes, {len(asked)} queries")
    print(f"  ours, CPU ms       {spread(ours, 2)}\n  bare, CPU ms       {spread(theirs, 2)}")
    print(
        f"  ratio bare / ours  {spread([t / o for t, o in zip(theirs, ours, strict=True)])}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--enrolments", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    size = size_of(options.enrolments)
    with city(options.database, size):
        logging.getLogger("app").setLevel(logging.WARNING)
        store.refresh(store.folder(config.current()))
        made = prepared.prepare()
        db.session.rollback()
        print(f"{size.enrolments} enrolments, {made.written} boards, {options.rounds} rounds")
        for page in pages():
            measure(page, options.rounds, options.requests)


if __name__ == "__main__":
    main()
