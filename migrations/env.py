"""How Alembic reaches the database: through the application, offline scripts are not used."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.db import Base

engine = current_app.extensions["migrate"].db.engine


def _sqlite(connection: Connection, pragma: str) -> list[tuple[object, ...]]:
    """Past SQLAlchemy, whose first statement begins a transaction: in one this does nothing."""
    rows: list[tuple[object, ...]] = connection.connection.driver_connection.execute(
        f"PRAGMA {pragma}"
    ).fetchall()
    return rows


with engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:  # a table is changed by writing it anew and dropping the old one
        _sqlite(connection, "foreign_keys=OFF")
    else:
        connection.exec_driver_sql("SET lock_timeout = '4s'")
        connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (broken := _sqlite(connection, "foreign_key_check")):
            message = f"rows that refer to nothing: {broken[:5]}"
            raise RuntimeError(message)
    if is_sqlite:
        _sqlite(connection, "foreign_keys=ON")
