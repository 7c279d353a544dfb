"""One module moves the states of enrolments, and one moves the counters of runs."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
STEPS, SEATS = "enrolment/operations/steps.py", "enrolment/operations/seats.py"
COUNTERS = {"seats_taken", "waiting", "reserved"}
BOOKINGS = {"booking", "group"}
"""Names of variables that hold a booking of a group, which has a state of its own."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(APP.rglob("*.py")):
        yield path.relative_to(APP).as_posix(), ast.parse(path.read_text())


def speaks_of(tree: ast.Module, name: str) -> bool:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any(alias.name == name for node in imports for alias in node.names)


def writes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What is assigned to, as (of what, attribute); also by `setattr` and in an UPDATE."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield ast.unparse(node.value), node.attr
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called.endswith((".values", ".update")):
            yield from ((called, key.arg or "") for key in node.keywords)
        elif called.endswith(("setattr", "set_committed_value", "set_attribute")):
            yield called, str(getattr(node.args[1], "value", ""))


def test_only_a_step_changes_the_state_of_a_place():
    found = [
        (path, of)
        for path, tree in modules()
        if speaks_of(tree, "Enrolment") and path != STEPS
        for of, name in writes(tree)
        if name == "state" and of not in BOOKINGS
    ]
    assert found == []


def test_only_the_seats_of_enrolment_move_the_counters_of_a_run():
    found = [
        (path, of, name)
        for path, tree in modules()
        if path != SEATS
        for of, name in writes(tree)
        if name in COUNTERS
    ]
    assert found == []


def test_both_are_seen_where_they_are_allowed():
    """Or a change of their names would make the two above say yes to everything."""
    seen = {path: {name for _of, name in writes(tree)} for path, tree in modules()}
    assert "state" in seen[STEPS]
    assert seen[SEATS] >= COUNTERS
