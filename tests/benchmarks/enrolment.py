"""Places taken per second, beside the bare transaction that takes one.

python -m tests.benchmarks.enrolment [--database sqlite] [--rounds 5] [--places 400]

In process: the operation behind an account's form, without the count of forms that the form sends
before it, for people who are known, on runs that ask for an age and put a group first, with
consent, audit entry and event, in eight threads; bare is three statements and a commit in eight
threads, see `enrolment_bare`. Over HTTP: the form of a person nobody knows yet, with its token,
sent to the web server as `flask serve` starts it (two workers of four threads); bare has two
processes of four connections. Beside them stands the floor: the same durable rows through the
driver alone, see `enrolment_rows`, and a form that Flask takes with nothing around it, see
`enrolment_floor`. Bare, floor and ours follow one another in every round; a ratio is of one round.
The database waits for the disk at every commit.
"""

import argparse
import os
import pickle
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from threading import Barrier
from time import perf_counter

from sqlalchemy import text

from app.core.db import db
from app.core.errors import DomainError
from app.core.keys import random_code
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.operations import Application
from tests.benchmarks import enrolment_bare as bare
from tests.benchmarks.enrolment_city import MANY, SEED, City, city
from tests.benchmarks.enrolment_http import Form, Site, _cpu, site
from tests.benchmarks.enrolment_rows import SameRows, written_by

CONNECTIONS, WORKERS = 8, 2
TAKEN, REFUSED = 303, 409


@dataclass
class Rates:
    """So many a second in each round, by what was measured."""

    rounds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, number: int, seconds: float) -> None:
        self.rounds.setdefault(name, []).append(number / seconds)

    def show(self, name: str) -> None:
        print(f"  {name:58}{_spread(self.rounds[name], 0)} a second")

    def compare(self, ours: str, other: str, goal: float | None = None) -> None:
        pairs = zip(self.rounds[ours], self.rounds[other], strict=True)
        ratios = [mine / theirs for mine, theirs in pairs]
        aim = f" (goal {goal})" if goal else ""
        print(f"  {ours} / {other:<{55 - len(ours)}}{_spread(ratios, 2)}{aim}")


@dataclass(frozen=True, slots=True)
class Floor:
    """The same rows as ours, by the driver alone, and a web server that does nothing else."""

    operation: SameRows
    form: SameRows
    idle: Site
    writing: Site


@dataclass
class Bench:
    """One installation under measure."""

    city: City
    site: Site
    bare: bare.Processes
    places: int
    floor: Floor
    rates: Rates = field(default_factory=Rates)
    cpu: list[tuple[float, float]] = field(default_factory=list)

    def round(self) -> None:
        """Everything once, each beside what it is compared with."""
        for where, runs in (("hot", [self.city.hot]), ("many", self.city.many)):
            self._in_process(where, runs)
            self._over_http(where, runs)
            self._floor(where, runs)
        self._refusals()

    def _floor(self, where: str, runs: list[int]) -> None:
        url, floor = self.city.database_url, self.floor
        took = bare.work(url, self._jobs(runs), CONNECTIONS, floor.operation)
        self.rates.add(f"rows of the operation, {where}", self.places, took)
        took = self.bare.work(url, self._jobs(runs), CONNECTIONS, floor.form)
        self.rates.add(f"rows of the form, {where}", self.places, took)
        took = floor.writing.send(self._forms(runs), CONNECTIONS, TAKEN)
        self.rates.add(f"floor of HTTP with rows, {where}", self.places, took)
        if where == "hot":
            took = floor.idle.send(self._forms(runs), CONNECTIONS, TAKEN)
            self.rates.add("floor of HTTP, idle", self.places, took)

    def _in_process(self, where: str, runs: list[int]) -> None:
        url = self.city.database_url
        took = bare.work(url, self._jobs(runs), CONNECTIONS)
        self.rates.add(f"bare, 1 process, {where}", self.places, took)
        took = in_threads(self.city, self._jobs(runs))
        self.rates.add(f"operation, {where}", self.places, took)

    def _over_http(self, where: str, runs: list[int]) -> None:
        took = self.bare.work(self.city.database_url, self._jobs(runs), CONNECTIONS)
        self.rates.add(f"bare, 2 processes, {where}", self.places, took)
        forms = self._forms(runs)
        with self._cpu():
            self.rates.add(f"HTTP, {where}", self.places, self._send(forms, TAKEN))
        if where == "hot":
            again = [form.anew(random_code()) for form in forms]
            self.rates.add("HTTP, already enrolled", self.places, self._send(again, REFUSED))

    def _refusals(self) -> None:
        forms = self._forms([self.city.full])
        self.rates.add("HTTP, full", self.places, self._send(forms, REFUSED))
        took = in_threads(self.city, self._jobs([self.city.full]))
        self.rates.add("operation, full", self.places, took)

    def _jobs(self, runs: list[int]) -> list[bare.Job]:
        return list(zip(islice(cycle(runs), self.places), self.city.people, strict=False))

    def _forms(self, runs: list[int]) -> list[Form]:
        wanted = islice(cycle(runs), self.places)
        return [Form(run, next(self.city.strangers)) for run in wanted]

    def _send(self, forms: list[Form], status: int) -> float:
        return self.site.send(forms, CONNECTIONS, status)

    @contextmanager
    def _cpu(self) -> Iterator[None]:
        web, database = self.site.cpu(), database_cpu()
        yield
        used = self.site.cpu() - web, database_cpu() - database
        self.cpu.append((used[0] / self.places * 1000, used[1] / self.places * 1000))

    def show(self) -> None:
        for name in self.rates.rounds:
            self.rates.show(name)
        for where in ("hot", "many"):
            self.rates.compare(f"operation, {where}", f"bare, 1 process, {where}", 0.5)
            self.rates.compare(f"HTTP, {where}", f"bare, 2 processes, {where}", 0.35)
            self.rates.compare(f"rows of the operation, {where}", f"bare, 1 process, {where}")
            self.rates.compare(f"rows of the form, {where}", f"bare, 2 processes, {where}")
            self.rates.compare(f"floor of HTTP with rows, {where}", f"bare, 2 processes, {where}")
            self.rates.compare(f"operation, {where}", f"rows of the operation, {where}")
            self.rates.compare(f"HTTP, {where}", f"floor of HTTP with rows, {where}")
        self.rates.compare("floor of HTTP, idle", "bare, 2 processes, hot")
        self.rates.compare("HTTP, hot", "HTTP, many", 0.85)
        self.rates.compare("operation, full", "operation, hot", 3)
        self.rates.compare("HTTP, full", "HTTP, hot", 3)
        self.rates.compare("HTTP, already enrolled", "HTTP, hot", 3)
        web, database = zip(*self.cpu, strict=True)
        print(f"  CPU of the web server per place, ms                       {_spread(web, 1)}")
        print(f"  CPU of PostgreSQL per place, ms                           {_spread(database, 1)}")
        print(f"  sent again after 503 (busy)                               {next(self.site.busy)}")


@contextmanager
def floor(place: City, web: Site) -> Iterator[Floor]:
    """What an enrolment of each kind writes is seen from one of them."""
    stranger = Form(place.hot, next(place.strangers))
    operation = written_by(lambda: _enrol(next(place.people), place.hot))
    form = written_by(lambda: web.send([stranger], 1, TAKEN))
    kept = Path(place.environment["DATA_DIR"], "rows")
    kept.write_bytes(pickle.dumps(form))
    given = place.environment | {"FLOOR_ROWS": str(kept)}
    program = "tests.benchmarks.enrolment_floor:app"
    with (
        site(place.environment, place.hot, program) as idle,
        site(given, place.hot, program) as writing,
    ):
        yield Floor(operation, form, idle, writing)


def in_threads(place: City, jobs: list[bare.Job]) -> float:
    """The operation for each of these runs and people; seconds."""
    ready = Barrier(CONNECTIONS + 1)

    def some(mine: list[bare.Job]) -> None:
        ready.wait()
        for run_id, person_id in mine:
            with place.app.app_context():
                _enrol(person_id, run_id, is_full=run_id == place.full)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = [pool.submit(some, jobs[n::CONNECTIONS]) for n in range(CONNECTIONS)]
        ready.wait()
        began = perf_counter()
        for each in done:
            each.result()
        return perf_counter() - began


def _enrol(person_id: int, run_id: int, *, is_full: bool = False) -> None:
    try:
        asked = Application(form_key=random_code(), language="vi")
        operations.codes_for_party([person_id], run_id, asked)
    except DomainError as error:
        if not (is_full and error.code == "run_full"):
            raise


def database_cpu() -> float:
    """Seconds of CPU of the database's own processes; SQLite has none."""
    if db.engine.dialect.name == "sqlite":
        return 0.0
    with db.engine.connect() as connection:
        clients = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        return sum(_cpu(pid) for pid in connection.scalars(text(clients)))


def measure(kind: str, rounds: int, places: int) -> None:
    with city(kind, (rounds + 1) * places * 12) as place, bare.processes(WORKERS) as others:
        with site(place.environment, place.hot) as web, floor(place, web) as least:
            bench = Bench(place, web, others, places, least)
            bench.round()  # caches, pools and prepared statements are warm from here on
            bench.rates, bench.cpu = Rates(), []
            for _ in range(rounds):
                bench.round()
        print(f"\n{kind}: {rounds} rounds of {places} places over {CONNECTIONS} connections")
        print(f"  1 hot run, {MANY} runs, {len(place.wards)} wards, seed {SEED}")
        print(f"  load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"  {'':58}   min / median / max")
        bench.show()
        assert audit_invariants() == [], "bare moves the counters as the product does"


def _spread(values: list[float] | tuple[float, ...], digits: int) -> str:
    three = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{value:7.{digits}f}" for value in three)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--places", type=int, default=400)
    options = parser.parse_args()
    for kind in options.database or ("sqlite", "postgresql"):
        measure(kind, options.rounds, options.places)


if __name__ == "__main__":
    main()
