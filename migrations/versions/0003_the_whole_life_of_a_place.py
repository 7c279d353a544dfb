"""the whole life of a place"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0003", "0002"


LIVE = sa.text("state IN ('enrolled', 'pending', 'waiting', 'offered')")
LIVE_BEFORE = sa.text("state IN ('enrolled', 'waiting')")
CANCELS = "enrolment.jobs.cancel_places"
RENAMED = {
    "enrolment.jobs.seat_those_who_wait": "enrolment.jobs.offer_free_seats",
    "enrolment.jobs.seat_those_who_wait_for_a_course": (
        "enrolment.jobs.offer_free_seats_of_a_course"
    ),
    "notices.jobs.tell_of_a_cancelled_run": CANCELS,
}
"""Handlers of events that may wait in the queue while the new version is put in place."""
JOBS = sa.table("jobs", sa.column("handler", sa.String), sa.column("event", sa.JSON))


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.String(length=300), nullable=False),
        sa.Column("made_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_calendar_feeds_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feeds_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("typed_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_drafts_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_drafts_token_hash")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index("ix_drafts_typed_at", ["typed_at"], unique=False)

    op.create_table(
        "group_bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "enrolled",
                "waiting",
                "offered",
                "declined",
                "lapsed",
                "refused",
                "withdrawn",
                "cancelled",
                "transferred",
                "completed",
                "not_completed",
                "void",
                name="enrolmentstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("booked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "learners >= 1 AND adults >= 0", name=op.f("ck_group_bookings_counts_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_group_bookings_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_group_bookings_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_bookings")),
        sa.UniqueConstraint("code", name=op.f("uq_group_bookings_code")),
        sa.UniqueConstraint("form_key", name=op.f("uq_group_bookings_form_key")),
    )
    with op.batch_alter_table("group_bookings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_bookings_run_id"), ["run_id"], unique=False)

    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column(
            "group",
            sa.Enum(
                "meritorious",
                "policy",
                "poor",
                "near_poor",
                "ethnic_minority",
                "disability",
                "rural_worker",
                "migrant_worker",
                "foreigner",
                name="prioritygroup",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("partner", sa.String(length=200), server_default="", nullable=False),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_reservations_places_positive")),
        sa.CheckConstraint("used BETWEEN 0 AND places", name=op.f("ck_reservations_used_in_range")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_reservations_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("code", name=op.f("uq_reservations_code")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservations_run_id"), ["run_id"], unique=False)

    op.create_table(
        "seat_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_seat_alerts_person_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_seat_alerts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_alerts")),
        sa.UniqueConstraint("code", name=op.f("uq_seat_alerts_code")),
        sa.UniqueConstraint("run_id", "contact", name=op.f("uq_seat_alerts_run_id_contact")),
    )
    with op.batch_alter_table("seat_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_alerts_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rank", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("offered_until", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("returned_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("approved_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("party", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("terms", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(
            sa.Column("fee", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("fee_group", sa.String(length=20), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "fee_status",
                sa.Enum(
                    "free", "due", "paid", "waived", name="feestatus", native_enum=False, length=32
                ),
                server_default="free",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("fee_reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("fee_settled_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("fee_settled_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("document_seen_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("reservation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("came_from_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("began_as_id", sa.Integer(), nullable=True))
        batch_op.drop_index("uq_enrolments_live")
        batch_op.create_index(
            "uq_enrolments_live",
            ["run_id", "person_id"],
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        )
        batch_op.create_check_constraint(op.f("ck_enrolments_fee_not_negative"), "fee >= 0")
        batch_op.create_check_constraint(
            op.f("ck_enrolments_an_offer_has_an_end"),
            "(state = 'offered') = (offered_until IS NOT NULL)",
        )
        batch_op.drop_index(batch_op.f("ix_enrolments_queue"))
        batch_op.create_index(
            "ix_enrolments_queue", ["run_id", "state", "rank", "joined_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_enrolments_began_as_id"), ["began_as_id"], unique=False
        )
        batch_op.create_index(
            "ix_enrolments_offered_until",
            ["offered_until"],
            unique=False,
            sqlite_where=sa.text("offered_until IS NOT NULL"),
            postgresql_where=sa.text("offered_until IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_enrolments_party"), ["party"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_enrolments_came_from_id"), ["came_from_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_came_from_id"), "enrolments", ["came_from_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_began_as_id"), "enrolments", ["began_as_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_reservation_id"), "reservations", ["reservation_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_fee_settled_by_id"), "accounts", ["fee_settled_by_id"], ["id"]
        )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("no_reminders_since", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.create_index("ix_persons_email", ["email"], unique=False)

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reserved", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("needs_approval", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("minimum", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("decide_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("going_ahead_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("withdraw_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("fee_groups", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("rules", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("questions", sa.JSON(), server_default="[]", nullable=False))
        batch_op.create_check_constraint(op.f("ck_runs_reserved_not_negative"), "reserved >= 0")
        batch_op.create_check_constraint(
            op.f("ck_runs_minimum_not_negative"), "minimum IS NULL OR minimum >= 0"
        )

    for statement in (
        "UPDATE enrolments SET fee = (SELECT fee FROM runs WHERE runs.id = run_id)",
        "UPDATE enrolments SET fee_status = 'due' WHERE fee > 0",
    ):
        op.execute(statement)
    for before, after in RENAMED.items():
        op.execute(JOBS.update().where(JOBS.c.handler == before).values(handler=after))
    _end_places_of_cancelled_runs()


def _end_places_of_cancelled_runs() -> None:
    """People who were told before; where they still have to be, the job does both."""
    untold = sa.select(JOBS.c.event).where(JOBS.c.handler == CANCELS)
    runs = [event["run_id"] for event in op.get_bind().scalars(untold)]
    for statement in (
        """UPDATE enrolments SET state = 'cancelled', ended_at = CURRENT_TIMESTAMP
           WHERE state IN ('enrolled', 'waiting') AND run_id NOT IN :untold
           AND run_id IN (SELECT id FROM runs WHERE status = 'cancelled')""",
        """UPDATE runs SET waiting = 0, seats_taken =
           (SELECT count(*) FROM enrolments WHERE run_id = runs.id AND state = 'completed')
           WHERE status = 'cancelled' AND id NOT IN :untold""",
    ):
        told = sa.bindparam("untold", runs, expanding=True)
        op.execute(sa.text(statement).bindparams(told))


def downgrade() -> None:
    """Who was offered a seat or is to be approved waits again; other endings become one."""
    for before, after in RENAMED.items():
        op.execute(JOBS.update().where(JOBS.c.handler == after).values(handler=before))
    for statement in (
        "UPDATE enrolments SET offered_until = NULL, state = 'waiting' WHERE state = 'offered'",
        "UPDATE enrolments SET state = 'waiting' WHERE state = 'pending'",
        "UPDATE enrolments SET state = 'completed' WHERE state = 'not_completed'",
        """UPDATE enrolments SET state = 'withdrawn'
           WHERE state IN ('declined', 'lapsed', 'refused', 'transferred')""",
        """UPDATE runs SET
           waiting = (SELECT count(*) FROM enrolments
                      WHERE run_id = runs.id AND state = 'waiting'),
           seats_taken = (SELECT count(*) FROM enrolments
                          WHERE run_id = runs.id AND state IN ('enrolled', 'completed'))""",
    ):
        op.execute(statement)
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_runs_reserved_not_negative"), type_="check")
        batch_op.drop_constraint(op.f("ck_runs_minimum_not_negative"), type_="check")
        batch_op.drop_column("questions")
        batch_op.drop_column("rules")
        batch_op.drop_column("fee_groups")
        batch_op.drop_column("withdraw_until")
        batch_op.drop_column("going_ahead_at")
        batch_op.drop_column("decide_on")
        batch_op.drop_column("minimum")
        batch_op.drop_column("needs_approval")
        batch_op.drop_column("reserved")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index("ix_persons_email")
        batch_op.drop_column("no_reminders_since")

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index("uq_enrolments_live")
        batch_op.create_index(
            "uq_enrolments_live",
            ["run_id", "person_id"],
            unique=True,
            sqlite_where=LIVE_BEFORE,
            postgresql_where=LIVE_BEFORE,
        )
        batch_op.drop_constraint(op.f("ck_enrolments_fee_not_negative"), type_="check")
        batch_op.drop_constraint(op.f("ck_enrolments_an_offer_has_an_end"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_enrolments_fee_settled_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_enrolments_reservation_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_enrolments_began_as_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_enrolments_came_from_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_enrolments_came_from_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_enrolments_party"))
        batch_op.drop_index(
            "ix_enrolments_offered_until",
            sqlite_where=sa.text("offered_until IS NOT NULL"),
            postgresql_where=sa.text("offered_until IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_enrolments_began_as_id"))
        batch_op.drop_index("ix_enrolments_queue")
        batch_op.create_index(
            batch_op.f("ix_enrolments_queue"), ["run_id", "state", "joined_at", "id"], unique=False
        )
        batch_op.drop_column("began_as_id")
        batch_op.drop_column("came_from_id")
        batch_op.drop_column("reservation_id")
        batch_op.drop_column("document_seen_at")
        batch_op.drop_column("fee_settled_by_id")
        batch_op.drop_column("fee_settled_at")
        batch_op.drop_column("fee_reason")
        batch_op.drop_column("fee_status")
        batch_op.drop_column("fee_group")
        batch_op.drop_column("fee")
        batch_op.drop_column("answers")
        batch_op.drop_column("terms")
        batch_op.drop_column("party")
        batch_op.drop_column("reason")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("offered_until")
        batch_op.drop_column("rank")

    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.drop_column("sequence")

    with op.batch_alter_table("seat_alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_alerts_person_id"))

    op.drop_table("seat_alerts")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservations_run_id"))

    op.drop_table("reservations")
    with op.batch_alter_table("group_bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_bookings_run_id"))

    op.drop_table("group_bookings")
    op.drop_table("drafts")
    op.drop_table("calendar_feeds")
