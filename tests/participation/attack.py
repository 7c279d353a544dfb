"""An attacker who knows the sums of a table, written apart from the product's auditor.

The product reasons about every cell and total as an unknown; this one knows the inner cells alone
and takes each published total as a sum of them.
"""

from contextlib import chdir
from datetime import UTC, datetime
from itertools import product

import highspy
import pytauargus

from app.participation import periods, queries
from app.participation.dimensions import Dimension
from app.participation.queries import Counts

_NUMBERS = ("persons", "holders", "enrolments", "named", "unnamed", "minutes")
MOST = 10_000


def table_of(cells, by=(Dimension.WARD, Dimension.AGE_BAND), period=None, totals=None):
    """A table of these inner cells; totals are sums, but where `totals` says otherwise."""
    sums = {}
    for key, counts in cells.items():
        for total in totals_of(key):
            before = sums.get(total, Counts())
            added = {name: getattr(before, name) + getattr(counts, name) for name in _NUMBERS}
            sums[total] = Counts(**added)
    question = queries.Question(period or periods.calendar_year(2026), tuple(by))
    return queries.Table(question, cells | sums | (totals or {}), datetime(2027, 1, 1, tzinfo=UTC))


def totals_of(key):
    return [total for total in product(*((value, None) for value in key)) if total != key]


def counts(persons, attended=None):
    named = attended or 2 * persons
    return Counts(persons, persons, persons, named, 0, 60 * named)


def grid(rows):
    """The inner cells of a table in which everybody is in one cell; nobody is in empty ones."""
    return {
        (f"r{r}", f"c{c}"): counts(n) for r, row in enumerate(rows) for c, n in enumerate(row) if n
    }


def ranges(shown, round_to=1):
    """The least and the greatest value of every hidden cell that fits the table.

    `shown` has a number or None (hidden, so not 0) for each cell and total.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own options
    inner = {}
    for key, number in shown.items():
        if None not in key:
            inner[key] = solver.addVariable(*_limits(number, round_to))
    sums = {key: _sum(inner, key) for key in shown}
    for key, number in shown.items():
        if None in key:
            low, high = _limits(number, round_to)
            solver.addConstr(sums[key] >= low)
            solver.addConstr(sums[key] <= high)
    found = {}
    for key in [key for key, number in shown.items() if number is None]:
        solver.minimize(sums[key])
        low = solver.getInfo().objective_function_value
        solver.maximize(sums[key])
        found[key] = (low, solver.getInfo().objective_function_value)
    return found


def _limits(number, round_to):
    if number is None:
        return 1, MOST
    if round_to == 1 or number == 0:
        return number, number
    return max(1, number - round_to / 2), number + round_to / 2


def _sum(inner, total):
    parts = [
        unknown
        for key, unknown in inner.items()
        if all(wanted in (None, value) for wanted, value in zip(total, key, strict=True))
    ]
    return _added(parts)


def _added(parts):
    whole = 1.0 * parts[0]
    for part in parts[1:]:
        whole += part
    return whole


def by_hand(shown, most):
    """The same for a tiny table by trying all whole numbers up to `most`."""
    inner = [key for key in shown if None not in key]
    found = {}
    choices = [range(1, most + 1) if shown[key] is None else [shown[key]] for key in inner]
    for numbers in product(*choices):
        world = dict(zip(inner, numbers, strict=True))
        sums = {
            total: sum(
                n
                for key, n in world.items()
                if all(w in (None, v) for w, v in zip(total, key, strict=True))
            )
            for total in shown
        }
        if all(number in (None, sums[key]) for key, number in shown.items()):
            for key, number in shown.items():
                if number is None:
                    low, high = found.get(key, (sums[key], sums[key]))
                    found[key] = (min(low, sums[key]), max(high, sums[key]))
    return found


def argus(rows, below, folder):
    """What Tau-Argus hides in the same table: as too small, and for their sake."""
    people = {"row": [], "column": [], "one": []}
    for r, row in enumerate(rows):
        for c, n in enumerate(row):
            people["row"] += [f"r{r}"] * n
            people["column"] += [f"c{c}"] * n
            people["one"] += [1.0] * n
    with chdir(folder):  # its solver writes logs into the working directory
        made = pytauargus.protect(
            people, ["row", "column"], response="one",
            safety_rules=f"FREQ({below},100)", suppress="OPT(1)", workdir=str(folder),
        )  # fmt: skip
    hidden = {"U": set(), "M": set()}
    for cell in made.tables[0].rows:
        if cell["status"] in hidden:
            key = tuple(cell[name].strip() or None for name in ("row", "column"))
            hidden[cell["status"]].add(tuple(None if v in (None, "Total") else v for v in key))
    return hidden["U"], hidden["M"]
