"""How Alembic reaches the database: through the application, offline scripts are not used."""

from alembic import context
from flask import current_app

from app.core.db import Base

engine = current_app.extensions["migrate"].db.engine
with engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    else:
        connection.exec_driver_sql("SET lock_timeout = '4s'")
        connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
