"""Fewer ways to PostgreSQL and back: what can go together is sent together.

On every way the server's process and ours wait for one another, while others wait for the row that
is held meanwhile. SQLite has no such way.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExecutionContext


@event.listens_for(Engine, "do_execute")
def _first_with_begin(
    cursor: Any, statement: str, parameters: Any, _context: ExecutionContext
) -> bool:
    send(cursor, statement, parameters)
    return True


def send(cursor: Any, statement: str, parameters: Any, *, is_last: bool = False) -> None:
    """The first statement goes with BEGIN; on PostgreSQL the last one with COMMIT."""
    connection = cursor.connection
    if type(cursor) is not psycopg.Cursor or connection.autocommit:
        cursor.execute(statement, parameters)
    elif is_last or connection.info.transaction_status is TransactionStatus.IDLE:
        with connection.pipeline():
            cursor.execute(statement, parameters)
            if is_last:
                connection.commit()
    else:
        cursor.execute(statement, parameters)


def together(connection: Any) -> AbstractContextManager[Any]:
    """On PostgreSQL what is executed inside goes at once, and with BEGIN where it is the first.

    Answers may be fetched afterwards.
    """
    can_wait = isinstance(connection, psycopg.Connection) and not connection.autocommit
    return connection.pipeline() if can_wait else nullcontext()
