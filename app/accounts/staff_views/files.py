"""Registers that leave as files."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from app.core.tables import Column, csv_lines


def csv_file(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """The whole table, offered under this name."""
    lines = csv_lines(columns, rows)
    answer = Response("".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
