"""reports: who asked for publishing, and why it was refused; returns: who signed one on paper"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0006", "0005"
BOARDS, REPORTS = "indicators.boards.jobs", "indicators.reports.jobs"
OLD_BOARDS = "indicators.prepared_jobs"
RENAMED = {
    **{
        f"{OLD_BOARDS}.{name}": f"{BOARDS}.{name}"
        for name in ("note_change", "find_periods", "begin_day", "make_again", "make_period")
    },
    "indicators.report_jobs.freeze": f"{REPORTS}.freeze",
}
"""Handlers of events that may wait in the queue while the new version is put in place."""
JOBS = sa.table("jobs", sa.column("handler", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("publish_asked_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("publish_asked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reports_publish_asked_by_id"),
            "accounts", ["publish_asked_by_id"], ["id"],
        )  # fmt: skip
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("signed_by", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("signed_on", sa.Date(), nullable=True))
    for before, after in RENAMED.items():
        op.execute(JOBS.update().where(JOBS.c.handler == before).values(handler=after))


def downgrade() -> None:
    """Whoever had asked asks again: the page publishes at once then."""
    publishing = f"{REPORTS}.publish"
    op.execute(JOBS.delete().where(JOBS.c.handler == publishing))
    for before, after in RENAMED.items():
        op.execute(JOBS.update().where(JOBS.c.handler == after).values(handler=before))
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.drop_column("signed_on")
        batch_op.drop_column("signed_by")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reports_publish_asked_by_id"), type_="foreignkey")
        batch_op.drop_column("refusal")
        batch_op.drop_column("publish_asked_by_id")
        batch_op.drop_column("publish_asked_at")
