"""the provider's workspace"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0008", "0007"
RUN_REFERS_TO = (("room_id", "rooms"), ("copied_from_id", "runs"), ("term_copy_id", "term_copies"))
LIKENESSES = {"provider_likenesses": "providers", "course_likenesses": "courses"}
TAKEDOWNS = {
    "course_takedowns": ("course_id", "courses"),
    "resource_takedowns": ("resource_id", "resources"),
}
VOCABULARIES = ("topics", "audiences")
MEANINGS = sa.table(
    "measure_versions", sa.column("meaning_vi", sa.Text), sa.column("meaning_en", sa.Text)
)
REWORDED = (
    (
        (
            (
                "Phần phiếu lấy ý kiến có câu trả lời hài lòng. Hệ thống chưa có phiếu lấy ý kiến nên "
                "chưa có số liệu."
            ),
            (
                "The part of the answers to a feedback form that are good ones. The platform has no "
                "such form yet, so there is no data."
            ),
        ),
        (
            (
                "Phần người trả lời hài lòng hoặc rất hài lòng, trong những người đã trả lời phiếu ý "
                "kiến về các lớp kết thúc trong kỳ. Mỗi người trả lời một lần cho mỗi lớp. Phiếu đóng "
                "3 tuần sau khi lớp kết thúc. Chưa đến 10 người trả lời thì không nêu."
            ),
            (
                "Answers “satisfied” or “very satisfied”, divided by all answers about the runs that "
                "ended in the period. One answer per person and run; a round closes 3 weeks after "
                "the run. Nothing is told of fewer than 10 answers."
            ),
        ),
    ),
    (
        (
            (
                "Số giấy chứng nhận đã cấp trong kỳ. Hệ thống chưa lưu giấy chứng nhận nên chưa có số "
                "liệu."
            ),
            (
                "Certificates issued in the period. The platform keeps no certificates yet, so there "
                "is no data."
            ),
        ),
        (
            (
                "Số giấy chứng nhận hoàn thành cấp lần đầu trong kỳ và còn giá trị. Giấy cấp lại do "
                "sửa tên không tính thêm."
            ),
            (
                "Certificates of completion first issued in the period and still valid. One issued "
                "anew with a corrected name counts once."
            ),
        ),
    ),
)
"""Definitions that said that the platform keeps no such thing: before, and after."""


def upgrade() -> None:
    """Each part of the workspace makes its own tables."""
    _make_paper()
    _make_distance()
    _make_revisions()
    _make_joining()
    _make_feeds()
    _make_endings()
    _make_registers()
    _make_run_messages()
    _make_planning()


def downgrade() -> None:
    """The other way round."""
    _drop_planning()
    _drop_run_messages()
    _drop_registers()
    _drop_endings()
    _drop_feeds()
    _drop_joining()
    _drop_revisions()
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


def _make_revisions() -> None:
    """What courses are to become and what they were; the languages they are complete in."""
    with op.batch_alter_table("providers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("languages", sa.String(length=8), server_default="vi", nullable=False)
        )
        batch_op.add_column(sa.Column("source_was", sa.JSON(), server_default="{}", nullable=False))
    op.execute(
        "UPDATE courses SET languages = 'vi en' WHERE title_en <> '' AND summary_en <> ''"
        " AND (learn_vi = '' OR learn_en <> '') AND (bring_vi = '' OR bring_en <> '')"
        " AND (for_whom_vi = '' OR for_whom_en <> '')"
    )
    op.create_table(
        "course_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("course_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["accounts.id"], name=op.f("fk_course_revisions_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_revisions_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_revisions")),
        sa.UniqueConstraint("course_id", name=op.f("uq_course_revisions_course_id")),
    )
    op.create_table(
        "course_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("publish_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("agreed", sa.String(length=20), server_default="", nullable=False),
        sa.Column("lacks", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_course_releases_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_releases_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_course_releases_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_releases")),
        sa.UniqueConstraint("course_id", name=op.f("uq_course_releases_course_id")),
    )
    with op.batch_alter_table("course_releases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_course_releases_state_asked_at", ["state", "asked_at"], unique=False
        )
    op.create_table(
        "course_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("from_elsewhere", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_course_versions_by_id")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_versions_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_versions")),
        sa.UniqueConstraint(
            "course_id", "number", name=op.f("uq_course_versions_course_id_number")
        ),
    )


def _drop_revisions() -> None:
    """Drafts stay drafts; what was not let out is lost with its table."""
    op.drop_table("course_versions")
    with op.batch_alter_table("course_releases", schema=None) as batch_op:
        batch_op.drop_index("ix_course_releases_state_asked_at")

    op.drop_table("course_releases")
    op.drop_table("course_revisions")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_column("source_was")
        batch_op.drop_column("languages")
    with op.batch_alter_table("providers", schema=None) as batch_op:
        batch_op.drop_column("needs_review")


def _make_joining() -> None:
    """Applications, invitations, what the city decides about providers and what they publish."""
    op.create_table(
        "provider_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("draft", "applied", "asked", "approved", "refused"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=True),
        *(_words(name) for name in ("name_vi", "name_en", "name_key")),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        *(_words(name) for name in ("address", "contact_name")),
        sa.Column("phone", sa.String(length=20), nullable=True),
        *(_words(name) for name in ("email", "licence_no")),
        *(_prose(name) for name in ("about", "question", "answer", "reason")),
        *_moments(created_at=False, sent_at=True, decided_at=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        *_refer("provider_applications", decided_by_id="accounts", provider_id="providers",
                type_id="provider_types", unit_id="admin_units"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_applications")),
    )  # fmt: skip
    op.create_index(
        "ix_provider_applications_state_sent_at", "provider_applications", ["state", "sent_at"]
    )
    _index_while(
        "uq_provider_applications_waiting", "provider_applications",
        ["contact", "name_key", "unit_id"], "state IN ('applied', 'asked')",
    )  # fmt: skip
    op.create_table(
        "application_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("stored", sa.String(length=40), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        *_moments(added_at=False),
        *_refer("application_files", application_id="provider_applications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_files")),
        sa.UniqueConstraint(
            "application_id", "sha256", name=op.f("uq_application_files_application_id_sha256")
        ),
        sa.UniqueConstraint("stored", name=op.f("uq_application_files_stored")),
    )
    op.create_table(
        "application_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("sent", "asked", "answered", "approved", "refused"), nullable=False),
        _prose("words"),
        *_moments(at=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_refer("application_steps", application_id="provider_applications", by_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_steps")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_application_steps_application_id"), "application_steps", ["application_id"]
    )
    op.create_table(
        "provider_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("role", _one_of("owner", "editor", "teacher"), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        *_moments(invited_at=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        *_moments(expires_at=False, accepted_at=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        *_moments(taken_back_at=True),
        *_refer("provider_invitations", accepted_by_id="accounts", invited_by_id="accounts",
                provider_id="providers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_invitations")),
    )  # fmt: skip
    _index_while(
        "uq_provider_invitations_standing", "provider_invitations",
        ["provider_id", "contact_hash"], "accepted_at IS NULL AND taken_back_at IS NULL",
    )  # fmt: skip
    op.create_table(
        "provider_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("suspended", "lifted", "closed", "merged"), nullable=False),
        _prose("reason"),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        *_moments(at=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        *_refer("provider_steps", by_id="accounts", provider_id="providers",
                successor_id="providers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_steps")),
    )  # fmt: skip
    for name in ("provider_id", "successor_id"):
        op.create_index(op.f(f"ix_provider_steps_{name}"), "provider_steps", [name])
    for table, of in LIKENESSES.items():
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("first_id", sa.Integer(), nullable=False),
            sa.Column("second_id", sa.Integer(), nullable=False),
            sa.Column("score", sa.Integer(), nullable=False),
            sa.Column("state", _one_of("open", "merged", "different"), nullable=False),
            *_moments(found_at=False, decided_at=True),
            sa.Column("decided_by_id", sa.Integer(), nullable=True),
            sa.CheckConstraint("first_id < second_id", name=op.f(f"ck_{table}_in_order")),
            *_refer(table, decided_by_id="accounts", first_id=of, second_id=of),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(
                "first_id", "second_id", name=op.f(f"uq_{table}_first_id_second_id")
            ),
        )
        op.create_index(op.f(f"ix_{table}_second_id"), table, ["second_id"])
    for table, (column, of) in TAKEDOWNS.items():
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            _prose("reason"),
            *_moments(at=False),
            sa.Column("by_id", sa.Integer(), nullable=True),
            *_moments(lifted_at=True),
            sa.Column("lifted_by_id", sa.Integer(), nullable=True),
            _prose("lifted_reason"),
            *_refer(table, by_id="accounts", lifted_by_id="accounts", **{column: of}),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
        _index_while(f"uq_{table}_standing", table, [column], "lifted_at IS NULL")
    for table in VOCABULARIES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
            batch_op.add_column(sa.Column("replaced_by_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{table}_replaced_by_id"), table, ["replaced_by_id"], ["id"]
            )
            batch_op.create_index(f"ix_{table}_replaced_by_id", ["replaced_by_id"])
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_courses_merged_into_id"), "courses", ["merged_into_id"], ["id"]
        )
        batch_op.create_index("ix_courses_merged_into_id", ["merged_into_id"])
    with op.batch_alter_table("providers", schema=None) as batch_op:
        batch_op.add_column(_words("address"))
        batch_op.add_column(_words("licence_no"))
        batch_op.add_column(
            sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )


def _drop_joining() -> None:
    """What was kept out of sight stays there, in the words of before."""
    op.execute("UPDATE courses SET status = 'withdrawn' WHERE status = 'held'")
    op.execute("UPDATE resources SET status = 'withdrawn' WHERE status = 'held'")
    op.execute("UPDATE providers SET status = 'active' WHERE status = 'suspended'")
    op.execute("DELETE FROM one_time_codes WHERE purpose = 'provider_application'")
    op.execute("DELETE FROM jobs WHERE handler LIKE 'notices.provider_jobs.%'")
    op.execute("DELETE FROM jobs WHERE handler LIKE 'providers.%'")
    op.execute("DELETE FROM jobs WHERE handler LIKE 'catalogue.city_jobs.%'")
    with op.batch_alter_table("providers", schema=None) as batch_op:
        for name in ("version", "licence_no", "address"):
            batch_op.drop_column(name)
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_merged_into_id")
        batch_op.drop_constraint(batch_op.f("fk_courses_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
    for table in VOCABULARIES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_replaced_by_id")
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_replaced_by_id"), type_="foreignkey")
            batch_op.drop_column("replaced_by_id")
            batch_op.drop_column("ended_on")
    for table in (*TAKEDOWNS, *LIKENESSES):
        op.drop_table(table)
    for table in ("provider_steps", "provider_invitations", "application_steps"):
        op.drop_table(table)
    op.drop_table("application_files")
    op.drop_table("provider_applications")


def _one_of(*values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, length=32)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), server_default="", nullable=False)


def _prose(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moments(**columns: bool) -> list[sa.Column[datetime]]:
    """Moments by name; True where there may be none."""
    return [
        sa.Column(name, app.core.db.UtcDateTime(timezone=True), nullable=may_lack)
        for name, may_lack in columns.items()
    ]


def _refer(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def _index_while(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _make_feeds() -> None:
    """Sources of courses, what each brought, imports on their way; keys of today get their link."""
    op.create_table(
        "feed_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("address", sa.String(length=500), server_default="", nullable=False),
        sa.Column("topic", sa.String(length=60), server_default="", nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=True),
        sa.Column("applies_itself", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("etag", sa.String(length=300), server_default="", nullable=False),
        sa.Column("modified", sa.String(length=100), server_default="", nullable=False),
        sa.Column("answer", sa.String(length=40), server_default="", nullable=False),
        sa.Column("fetched_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("removed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "every_hours IS NULL OR every_hours >= 1", name=op.f("ck_feed_sources_hours_positive")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_feed_sources_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_sources")),
        sa.UniqueConstraint(
            "provider_id", "address", name=op.f("uq_feed_sources_provider_id_address")
        ),
    )
    op.create_index("ix_feed_sources_due_at", "feed_sources", ["due_at"])
    _make_feed_links()
    _make_feed_imports()
    op.create_table(
        "field_locks",
        sa.Column("course_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_field_locks_course_id")
        ),
        sa.PrimaryKeyConstraint("course_id", "field", name=op.f("pk_field_locks")),
    )
    _link_what_is_here()


def _make_feed_links() -> None:
    op.create_table(
        "feed_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=300), nullable=False),
        sa.Column("run_key", sa.String(length=300), server_default="", nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("uri", sa.String(length=300), nullable=True),
        sa.Column("was", sa.String(length=20), server_default="", nullable=False),
        sa.Column("first_seen_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_feed_links_course_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_feed_links_run_id")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["feed_sources.id"], name=op.f("fk_feed_links_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_links")),
        sa.UniqueConstraint(
            "source_id",
            "course_key",
            "run_key",
            name=op.f("uq_feed_links_source_id_course_key_run_key"),
        ),
        sa.UniqueConstraint("uri", name=op.f("uq_feed_links_uri")),
    )
    op.create_index("ix_feed_links_course_id", "feed_links", ["course_id"])
    op.create_index("ix_feed_links_run_id", "feed_links", ["run_id"])


def _make_feed_imports() -> None:
    op.create_table(
        "feed_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("stored", sa.String(length=60), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("mapping", sa.String(length=40), server_default="", nullable=False),
        sa.Column("letters", sa.String(length=20), server_default="", nullable=False),
        sa.Column("note", sa.String(length=40), server_default="", nullable=False),
        sa.Column("digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("report", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("refusal", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("good_rows", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("publish", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("applied_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_feed_imports_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["feed_sources.id"], name=op.f("fk_feed_imports_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_imports")),
    )
    op.create_index("ix_feed_imports_provider_id_id", "feed_imports", ["provider_id", "id"])
    op.create_index("ix_feed_imports_source_id_state", "feed_imports", ["source_id", "state"])
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "feed_rows",
        sa.Column("id", big, nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("problems", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("fixed", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("left_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["feed_imports.id"], name=op.f("fk_feed_rows_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_rows")),
        sa.UniqueConstraint("import_id", "line", name=op.f("uq_feed_rows_import_id_line")),
    )
    op.create_table(
        "feed_changes",
        sa.Column("id", big, nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("course_key", sa.String(length=300), nullable=False),
        sa.Column("run_key", sa.String(length=300), server_default="", nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("diff", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("chosen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["feed_imports.id"], name=op.f("fk_feed_changes_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_changes")),
    )
    op.create_index(
        "ix_feed_changes_import_id_action_position",
        "feed_changes",
        ["import_id", "action", "position"],
    )


def _link_what_is_here() -> None:
    """Courses and runs that files brought so far belong to the provider's own files."""
    op.execute(
        "INSERT INTO feed_sources (provider_id, kind, created_at)"
        " SELECT provider_id, 'file', min(created_at) FROM courses"
        " WHERE external_id IS NOT NULL GROUP BY provider_id"
    )
    op.execute(
        "INSERT INTO feed_links (source_id, course_key, course_id, first_seen_at, last_seen_at)"
        " SELECT s.id, c.external_id, c.id, c.created_at, c.created_at FROM courses c"
        " JOIN feed_sources s ON s.provider_id = c.provider_id WHERE c.external_id IS NOT NULL"
    )
    op.execute(
        "INSERT INTO feed_links"
        " (source_id, course_key, run_key, course_id, run_id, first_seen_at, last_seen_at)"
        " SELECT s.id, c.external_id, r.external_id, c.id, r.id, c.created_at, c.created_at"
        " FROM runs r JOIN courses c ON c.id = r.course_id"
        " JOIN feed_sources s ON s.provider_id = c.provider_id"
        " WHERE c.external_id IS NOT NULL AND r.external_id IS NOT NULL"
    )


def _drop_feeds() -> None:
    for table in (
        "field_locks",
        "feed_changes",
        "feed_rows",
        "feed_imports",
        "feed_links",
        "feed_sources",
    ):
        op.drop_table(table)


def _make_endings() -> None:
    """Certificates, and what learners think of a class that is over."""
    for before, after in REWORDED:
        _reword(before, after)
    op.create_table(
        "feedback_rounds",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("closed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.CheckConstraint("invited >= 0", name=op.f("ck_feedback_rounds_invited_not_negative")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_feedback_rounds_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_feedback_rounds")),
    )
    with op.batch_alter_table("feedback_rounds", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_rounds_closed_at", ["closed_at"], unique=False)

    op.create_table(
        "feedback_answers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "comment_state",
            sa.Enum(
                "none",
                "waiting",
                "shown",
                "hidden",
                name="commentstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "satisfaction BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_satisfaction_in_range")
        ),
        sa.CheckConstraint(
            "usefulness BETWEEN 1 AND 5", name=op.f("ck_feedback_answers_usefulness_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_feedback_answers_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feedback_rounds.run_id"], name=op.f("fk_feedback_answers_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_answers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("feedback_answers", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_answers_comment_state", ["comment_state"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_answers_run_id"), ["run_id"], unique=False)

    op.create_table(
        "feedback_marks",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_feedback_marks_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feedback_rounds.run_id"], name=op.f("fk_feedback_marks_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_feedback_marks")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("feedback_marks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feedback_marks_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "languages",
            sa.Enum("both", "vi", "en", name="languages", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("full_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("issued_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_because", sa.String(length=200), server_default="", nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("serial > 0", name=op.f("ck_certificates_serial_positive")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_certificates_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["accounts.id"], name=op.f("fk_certificates_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_certificates_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["certificates.id"], name=op.f("fk_certificates_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["accounts.id"], name=op.f("fk_certificates_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint(
            "provider_id", "year", "serial", name=op.f("uq_certificates_provider_id_year_serial")
        ),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificates_replaces_id")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index("ix_certificates_earned_on", ["earned_on"], unique=False)
        batch_op.create_index("ix_certificates_enrolment_id", ["enrolment_id"], unique=False)
        batch_op.create_index(
            "uq_certificates_valid",
            ["enrolment_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )


def _reword(was: tuple[str, str], becomes: tuple[str, str]) -> None:
    """Only where nobody at the city has written a meaning of their own."""
    row = sa.update(MEANINGS).where(MEANINGS.c.meaning_vi == was[0])
    vi, en = becomes
    op.execute(row.where(MEANINGS.c.meaning_en == was[1]).values(meaning_vi=vi, meaning_en=en))


def _drop_endings() -> None:
    for before, after in REWORDED:
        _reword(after, before)
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificates_valid",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index("ix_certificates_enrolment_id")
        batch_op.drop_index("ix_certificates_earned_on")

    op.drop_table("certificates")
    with op.batch_alter_table("feedback_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_marks_person_id"))

    op.drop_table("feedback_marks")
    with op.batch_alter_table("feedback_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_answers_run_id"))
        batch_op.drop_index("ix_feedback_answers_comment_state")

    op.drop_table("feedback_answers")
    with op.batch_alter_table("feedback_rounds", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_rounds_closed_at")

    op.drop_table("feedback_rounds")


def _make_registers() -> None:
    """When somebody was marked, what phones have sent already, and substitutes."""
    moment = app.core.db.UtcDateTime(timezone=True)
    op.add_column("attendances", sa.Column("marked_at", moment, nullable=True))
    op.add_column("registers", sa.Column("counted_at", moment, nullable=True))
    op.create_table(
        "marks_sent",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("received_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_marks_sent_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "key", name=op.f("pk_marks_sent")),
    )
    op.create_index("ix_marks_sent_received_at", "marks_sent", ["received_at"])
    op.create_table(
        "substitutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("named_at", moment, nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_substitutes_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["accounts.id"], name=op.f("fk_substitutes_named_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_substitutes_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutes")),
        sa.UniqueConstraint(
            "session_id", "account_id", name=op.f("uq_substitutes_session_id_account_id")
        ),
    )
    op.create_index(op.f("ix_substitutes_account_id"), "substitutes", ["account_id"])


def _drop_registers() -> None:
    """Whoever was late came, whoever was excused did not, and nobody is a substitute."""
    op.execute("UPDATE attendances SET status = 'present' WHERE status = 'late'")
    op.execute("UPDATE attendances SET status = 'absent' WHERE status = 'excused'")
    op.execute("DELETE FROM staff_members WHERE role = 'substitute'")
    op.drop_table("substitutes")
    op.drop_table("marks_sent")
    op.drop_column("registers", "counted_at")
    op.drop_column("attendances", "marked_at")


def _make_run_messages() -> None:
    """What providers write to the people of a class."""
    op.create_table(
        "run_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("sent_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_messages_run_id")),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["accounts.id"], name=op.f("fk_run_messages_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_messages")),
        sa.UniqueConstraint("form_key", name=op.f("uq_run_messages_form_key")),
    )
    op.create_index(op.f("ix_run_messages_run_id"), "run_messages", ["run_id"])


def _drop_run_messages() -> None:
    op.drop_table("run_messages")


def _make_planning() -> None:
    """Rooms, who teaches what, days without classes, terms made from others."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "capacity IS NULL OR capacity >= 0", name=op.f("ck_rooms_capacity_not_negative")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_rooms_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("venue_id", "name_vi", name=op.f("uq_rooms_venue_id_name_vi")),
    )
    op.create_table(
        "term_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("made_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_term_copies_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_term_copies_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_copies")),
        sa.UniqueConstraint(
            "provider_id", "form_key", name=op.f("uq_term_copies_provider_id_form_key")
        ),
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("has_classes", sa.Boolean(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_calendar_days_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
        sa.UniqueConstraint("provider_id", "day", name=op.f("uq_calendar_days_provider_id_day")),
    )
    op.create_index(
        "uq_calendar_days_of_the_city", "calendar_days", ["day"], unique=True,
        sqlite_where=sa.text("provider_id IS NULL"),
        postgresql_where=sa.text("provider_id IS NULL"),
    )  # fmt: skip
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("pace_weeks", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("copied_from_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("term_copy_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        for column, table in RUN_REFERS_TO:
            name = batch_op.f(f"fk_runs_{column}")
            batch_op.create_foreign_key(name, table, [column], ["id"])
            batch_op.create_index(batch_op.f(f"ix_runs_{column}"), [column], unique=False)
    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        name = batch_op.f("fk_class_sessions_room_id")
        batch_op.create_foreign_key(name, "rooms", ["room_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_class_sessions_room_id"), ["room_id"], unique=False)
    op.create_table(
        "run_teachers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("match_key", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_run_teachers_account_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_teachers_run_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_run_teachers_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_teachers")),
    )
    for column in ("run_id", "session_id", "account_id"):
        op.create_index(op.f(f"ix_run_teachers_{column}"), "run_teachers", [column], unique=False)


def _drop_planning() -> None:
    op.drop_table("run_teachers")
    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_sessions_room_id"))
        batch_op.drop_constraint(batch_op.f("fk_class_sessions_room_id"), type_="foreignkey")
        batch_op.drop_column("room_id")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        for column, _table in RUN_REFERS_TO:
            batch_op.drop_index(batch_op.f(f"ix_runs_{column}"))
            batch_op.drop_constraint(batch_op.f(f"fk_runs_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
        batch_op.drop_column("version")
        batch_op.drop_column("pace_weeks")
    op.drop_table("calendar_days")
    op.drop_table("term_copies")
    op.drop_table("rooms")
