"""What the database knows of tables that are being filled, so that it plans for what is there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.db import db


def renew(session: Session, *columns: Sequence[InstrumentedAttribute[Any]]) -> None:
    """Let PostgreSQL look at these columns, those of one table together; others need no telling.

    Its own looking comes a minute late: until then it takes a table that was filled in this very
    transaction for empty, and compares all its rows with all of another.

    Others that do the same to a table wait until this transaction ends.
    """
    if db.engine.dialect.name != "postgresql":
        return
    quote = db.engine.dialect.identifier_preparer.quote
    for of_table in columns:
        table = of_table[0].class_.__table__.name
        names = ", ".join(quote(column.key) for column in of_table)
        session.execute(text(f"ANALYZE {quote(table)} ({names})"))
