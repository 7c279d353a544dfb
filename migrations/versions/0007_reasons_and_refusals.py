"""corrections keep their reasons; periods that were not frozen say why; what is kept about searching"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0007", "0006"
CORRECTED = "participation.session_corrected"
AUDIT = sa.table(
    "audit_entries", sa.column("id", sa.BigInteger), sa.column("at", app.core.db.UtcDateTime()),
    sa.column("account_id", sa.Integer), sa.column("action", sa.String),
    sa.column("object_id", sa.String), sa.column("details", sa.JSON),
    sa.column("reason", sa.String),
)  # fmt: skip
ACCOUNTS = sa.table("accounts", sa.column("id", sa.Integer))
SESSIONS = sa.table(
    "participation_sessions", sa.column("id", sa.BigInteger), sa.column("meeting", sa.BigInteger),
    sa.column("known_from", app.core.db.UtcDateTime()), sa.column("reason", sa.String),
    sa.column("corrected_by_id", sa.Integer),
)  # fmt: skip

SEARCH_HANDLERS = (
    "search.saved.",
    "search.alerts.",
    "search.synonyms.",
    "search.demand.",
    "notices.search_jobs.",
)
"""Their events may still wait in the queue."""
JOBS = sa.table("jobs", sa.column("handler", sa.String))


def upgrade() -> None:
    _make_search_tables()
    op.create_table(
        "refused_freezes",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("refused_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_refused_freezes")),
    )
    with op.batch_alter_table("participation_sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("corrected_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_participation_sessions_corrected_by_id"),
            "accounts", ["corrected_by_id"], ["id"],
        )  # fmt: skip
    for each in list(_corrections()):
        op.execute(_corrected_row(**each))


def downgrade() -> None:
    """The reasons stay in the log as long as it is kept."""
    _drop_search_tables()
    with op.batch_alter_table("participation_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_participation_sessions_corrected_by_id"), type_="foreignkey"
        )
        batch_op.drop_column("corrected_by_id")
        batch_op.drop_column("reason")
    op.drop_table("refused_freezes")


def _corrections() -> Iterator[dict[str, Any]]:
    """What the log still tells of corrections; older entries say only when they were written."""
    told = sa.select(AUDIT).where(AUDIT.c.action == CORRECTED).order_by(AUDIT.c.id)
    for row in op.get_bind().execute(told).mappings():
        known = (row["details"] or {}).get("known_from")
        yield {
            "meeting": int(row["object_id"]), "reason": row["reason"],
            "by_id": row["account_id"], "at": datetime.fromisoformat(known) if known else row["at"],
        }  # fmt: skip


def _corrected_row(*, meeting: int, reason: str, by_id: int | None, at: datetime) -> sa.Update:
    """The row that this correction wrote."""
    mine = SESSIONS.c.meeting == meeting, SESSIONS.c.known_from <= at
    last = sa.select(SESSIONS.c.id).where(*mine).order_by(SESSIONS.c.known_from.desc()).limit(1)
    row = SESSIONS.update().where(SESSIONS.c.id == last.scalar_subquery())
    by = sa.select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == by_id).scalar_subquery()
    return row.values(reason=reason, corrected_by_id=by)


def _make_search_tables() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "letters",
            sa.Enum("none", "daily", "weekly", name="letters", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("created_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_saved_searches_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("code", name=op.f("uq_saved_searches_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index("ix_saved_searches_letters_looked_at", ["letters", "looked_at"])
        batch_op.create_index(batch_op.f("ix_saved_searches_person_id"), ["person_id"])
    op.create_table(
        "search_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_key", sa.String(length=64), nullable=False),
        sa.Column("asked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_alerts")),
        sa.UniqueConstraint("code", name=op.f("uq_search_alerts_code")),
        sa.UniqueConstraint(
            "contact", "question_key", name=op.f("uq_search_alerts_contact_question_key")
        ),
    )
    with op.batch_alter_table("search_alerts", schema=None) as batch_op:
        batch_op.create_index("ix_search_alerts_looked_at", ["looked_at"])
    op.create_table(
        "synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("term", sa.String(length=100), nullable=False),
        sa.Column("words_vi", sa.JSON(), nullable=False),
        sa.Column("words_en", sa.JSON(), nullable=False),
        sa.Column("two_way", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
        sa.UniqueConstraint("key", name=op.f("uq_synonyms_key")),
    )
    op.create_table(
        "search_demand",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("ward", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked >= empty + closed", name=op.f("ck_search_demand_parts_of_all")),
        sa.PrimaryKeyConstraint("week", "subject", "ward", name=op.f("pk_search_demand")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("stop_url", sa.String(length=200), server_default="", nullable=False)
        )


def _drop_search_tables() -> None:
    for handlers in SEARCH_HANDLERS:
        gone = JOBS.c.handler.startswith(handlers, autoescape=True)
        op.execute(JOBS.delete().where(gone))
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("stop_url")
    for table in ("search_demand", "synonyms", "search_alerts", "saved_searches"):
        op.drop_table(table)
