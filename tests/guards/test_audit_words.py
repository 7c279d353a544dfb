"""Every kind of entry in the audit log can be read by somebody who does not write programs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.accounts.audit_words import ACTIONS

PACKAGE = Path(__file__).resolve().parents[2] / "app"
KEEPERS = ("record", "saw")
NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def _texts(call: ast.Call) -> Iterator[str]:
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and NAME.fullmatch(str(node.value)):
                yield str(node.value)


def kept() -> set[str]:
    """The actions written into calls of the audit log, also by a helper that is given one."""
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text("utf-8")
        if "audit." not in source:
            continue
        tree = ast.parse(source)
        helpers = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)
                   and "action" in {a.arg for a in n.args.args}}  # fmt: skip
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in helpers or name in KEEPERS:
                found |= set(_texts(call))
    return found


def test_every_action_that_is_kept_has_words():
    assert len(kept()) > 50
    assert kept() - set(ACTIONS) == set(), "say in app/accounts/audit_words.py what it means"
