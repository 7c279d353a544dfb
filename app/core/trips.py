"""Fewer ways to PostgreSQL and back: what can go together is sent together.

On every way the server's process and ours wait for one another, while others wait for the row that
is held meanwhile. SQLite has no such way. BEGIN goes alone: psycopg waits for its answer, whatever
is to follow.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import psycopg

AT_MOST = 30_000
"""Characters that go together: with more than a socket holds psycopg, which then waits for an
answer before all is sent, and the server wait for one another for ever."""


def send(cursor: Any, statement: str, parameters: Any, *, is_last: bool = False) -> None:
    """On PostgreSQL the last statement of a transaction goes with COMMIT, unless it is long."""
    connection = cursor.connection
    if not (is_last and _can_wait(connection, parameters)):
        cursor.execute(statement, parameters)
        return
    with connection.pipeline():
        cursor.execute(statement, parameters)
        connection.commit()


def together(connection: Any, *parameters: Any) -> AbstractContextManager[Any]:
    """On PostgreSQL what is executed inside, with these parameters, goes at once unless it is long.

    Answers may be fetched afterwards.
    """
    return connection.pipeline() if _can_wait(connection, *parameters) else nullcontext()


def _can_wait(connection: Any, *parameters: Any) -> bool:
    if not isinstance(connection, psycopg.Connection) or connection.autocommit:
        return False
    sent = (value for values in parameters for value in values.values())
    return sum(len(value) for value in sent if isinstance(value, str)) <= AT_MOST
