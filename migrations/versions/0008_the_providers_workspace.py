"""the provider's workspace"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Each part of the workspace makes its own tables."""
    _make_paper()
    _make_distance()


def downgrade() -> None:
    """The other way round."""
    _drop_distance()
    _drop_paper()


def _make_paper() -> None:
    """What communes enter of paper sheets."""
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_paper", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "paper_activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_paper_activities_provider_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_paper_activities_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_activities")),
        sa.UniqueConstraint("provider_id", "key", name=op.f("uq_paper_activities_provider_id_key")),
        sa.UniqueConstraint("run_id", name=op.f("uq_paper_activities_run_id")),
    )
    op.create_table(
        "paper_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("older", sa.Integer(), nullable=True),
        sa.Column("sent", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("entered_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "headcount BETWEEN 1 AND 10000", name=op.f("ck_paper_rows_headcount_range")
        ),
        sa.CheckConstraint(
            "older IS NULL OR older BETWEEN 0 AND headcount",
            name=op.f("ck_paper_rows_older_among_them"),
        ),
        sa.CheckConstraint(
            "women IS NULL OR women BETWEEN 0 AND headcount",
            name=op.f("ck_paper_rows_women_among_them"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["paper_activities.id"], name=op.f("fk_paper_rows_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["accounts.id"], name=op.f("fk_paper_rows_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_paper_rows_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_rows")),
        sa.UniqueConstraint("sent", "line", name=op.f("uq_paper_rows_sent_line")),
        sa.UniqueConstraint("session_id", name=op.f("uq_paper_rows_session_id")),
    )
    with op.batch_alter_table("paper_rows", schema=None) as batch_op:
        batch_op.create_index("ix_paper_rows_activity_id_day", ["activity_id", "day"], unique=False)
    op.create_table(
        "paper_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_paper_changes_by_id")),
        sa.ForeignKeyConstraint(
            ["row_id"], ["paper_rows.id"], name=op.f("fk_paper_changes_row_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_changes")),
    )
    with op.batch_alter_table("paper_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_changes_row_id"), ["row_id"], unique=False)


def _drop_paper() -> None:
    with op.batch_alter_table("paper_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_changes_row_id"))

    op.drop_table("paper_changes")
    with op.batch_alter_table("paper_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_rows_activity_id_day")

    op.drop_table("paper_rows")
    op.drop_table("paper_activities")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_column("on_paper")


def _make_distance() -> None:
    """Units of runs, what they ask of people, and attendance online."""
    op.create_table(
        "run_needs",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("captions", sa.String(length=20), server_default="", nullable=False),
        sa.Column("equipment_vi", sa.String(length=200), server_default="", nullable=False),
        sa.Column("equipment_en", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_needs_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_needs")),
    )
    op.create_table(
        "run_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_vi", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("text_vi", sa.Text(), server_default="", nullable=False),
        sa.Column("text_en", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.String(length=500), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("removed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("title_vi <> ''", name=op.f("ck_run_units_has_a_title")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_units_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_units")),
    )
    with op.batch_alter_table("run_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_units_run_id"), ["run_id"], unique=False)
    op.create_table(
        "units_done",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("done_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_units_done_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["run_units.id"], name=op.f("fk_units_done_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units_done")),
        sa.UniqueConstraint(
            "unit_id", "enrolment_id", name=op.f("uq_units_done_unit_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("units_done", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_units_done_enrolment_id"), ["enrolment_id"], unique=False
        )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_check_ins_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_check_ins_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint(
            "session_id", "enrolment_id", name=op.f("uq_check_ins_session_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_ins_enrolment_id"), ["enrolment_id"], unique=False
        )


def _drop_distance() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_ins_enrolment_id"))

    op.drop_table("check_ins")
    with op.batch_alter_table("units_done", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_done_enrolment_id"))

    op.drop_table("units_done")
    with op.batch_alter_table("run_units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_units_run_id"))

    op.drop_table("run_units")
    op.drop_table("run_needs")
