"""measures, frameworks, returns and frozen reports"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0005", "0004"


_OLD_KEY = ["unit_id", "year", "sex", "age_from", "age_to", "vintage"]


def upgrade() -> None:
    with op.batch_alter_table("populations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("whom", sa.String(length=20), server_default="", nullable=False)
        )
        batch_op.drop_constraint(
            batch_op.f("uq_populations_unit_id_year_sex_age_from_age_to_vintage"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_populations_unit_id_year_sex_age_from_age_to_vintage_whom"),
            [*_OLD_KEY, "whom"],
        )
    op.create_table(
        "figure_rules",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("set_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["accounts.id"], name=op.f("fk_figure_rules_set_by_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_figure_rules")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("code", name=op.f("uq_measures_code")),
    )
    op.create_table(
        "prepared_figures",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("made_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_prepared_figures")),
    )
    op.create_table(
        "office_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("uploaded_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["accounts.id"], name=op.f("fk_office_forms_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_forms")),
    )
    op.create_table(
        "frameworks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("source", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "status",
            sa.Enum("unverified", "verified", name="status", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("imported_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["accounts.id"], name=op.f("fk_frameworks_imported_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["accounts.id"], name=op.f("fk_frameworks_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frameworks")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_frameworks_code_number")),
    )
    op.create_table(
        "measure_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("meaning_vi", sa.Text(), server_default="", nullable=False),
        sa.Column("meaning_en", sa.Text(), server_default="", nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("source_vi", sa.String(length=200), server_default="", nullable=False),
        sa.Column("source_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "status",
            sa.Enum("unverified", "verified", name="status", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("made_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["accounts.id"],
            name=op.f("fk_measure_versions_verified_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_measure_versions_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_measure_versions_measure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_versions")),
        sa.UniqueConstraint(
            "measure_id", "number", name=op.f("uq_measure_versions_measure_id_number")
        ),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("cut_off", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("software", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "revision = 1 OR reason <> ''", name=op.f("ck_reports_a_revision_has_a_reason")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_reports_revision_from_one")),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["accounts.id"], name=op.f("fk_reports_frozen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["accounts.id"], name=op.f("fk_reports_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("period", "revision", name=op.f("uq_reports_period_revision")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "area", "feature", "indicator", name="criterionkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_vi", sa.Text(), server_default="", nullable=False),
        sa.Column("text_en", sa.Text(), server_default="", nullable=False),
        sa.Column("measurement_vi", sa.Text(), server_default="", nullable=False),
        sa.Column("measurement_en", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "source_kind",
            sa.Enum(
                "platform",
                "entered",
                "survey",
                "expert",
                name="sourcekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("measure_code", sa.String(length=20), server_default="", nullable=False),
        sa.Column("unit_vi", sa.String(length=60), server_default="", nullable=False),
        sa.Column("unit_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("asked_of_providers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_of_communes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["frameworks.id"], name=op.f("fk_criteria_framework_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["criteria.id"], name=op.f("fk_criteria_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("framework_id", "code", name=op.f("uq_criteria_framework_id_code")),
    )
    with op.batch_alter_table("criteria", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criteria_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "reporting_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["frameworks.id"], name=op.f("fk_reporting_periods_framework_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["accounts.id"], name=op.f("fk_reporting_periods_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_periods")),
        sa.UniqueConstraint("code", name=op.f("uq_reporting_periods_code")),
    )
    op.create_table(
        "entered_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_entered_values_criterion_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["accounts.id"], name=op.f("fk_entered_values_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["admin_units.id"], name=op.f("fk_entered_values_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_values")),
    )
    with op.batch_alter_table("entered_values", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entered_values_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_entered_values_current",
            ["criterion_id", "unit_id", "period"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "certified",
                "nil",
                "sent_back",
                "checked",
                "missing",
                name="returnstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("narrative", sa.Text(), server_default="", nullable=False),
        sa.Column("difficulties", sa.Text(), server_default="", nullable=False),
        sa.Column("proposals", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("certified_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("certified_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(provider_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_returns_of_one_party")
        ),
        sa.ForeignKeyConstraint(
            ["certified_by_id"], ["accounts.id"], name=op.f("fk_returns_certified_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["accounts.id"], name=op.f("fk_returns_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_periods.id"], name=op.f("fk_returns_period_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_returns_provider_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["admin_units.id"], name=op.f("fk_returns_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_returns_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_returns_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_returns_provider",
            ["period_id", "provider_id"],
            unique=True,
            sqlite_where=sa.text("provider_id IS NOT NULL"),
            postgresql_where=sa.text("provider_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_returns_unit",
            ["period_id", "unit_id"],
            unique=True,
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )

    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_code", sa.String(length=20), server_default="", nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("source", sa.String(length=200), server_default="", nullable=False),
        sa.Column("set_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(criterion_id IS NULL) <> (measure_code = '')",
            name=op.f("ck_targets_of_a_measure_or_an_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_targets_criterion_id")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["accounts.id"], name=op.f("fk_targets_set_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["admin_units.id"], name=op.f("fk_targets_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            "criterion_id", "unit_id", "period", name=op.f("uq_targets_criterion_id_unit_id_period")
        ),
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index(
            "uq_targets_measure",
            ["measure_code", "unit_id", "period"],
            unique=True,
            sqlite_where=sa.text("criterion_id IS NULL"),
            postgresql_where=sa.text("criterion_id IS NULL"),
        )

    op.create_table(
        "return_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("source", sa.String(length=200), server_default="", nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_return_values_criterion_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["returns.id"],
            name=op.f("fk_return_values_return_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_values")),
        sa.UniqueConstraint(
            "return_id", "criterion_id", name=op.f("uq_return_values_return_id_criterion_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("return_values")
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_targets_measure",
            sqlite_where=sa.text("criterion_id IS NULL"),
            postgresql_where=sa.text("criterion_id IS NULL"),
        )

    op.drop_table("targets")
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_returns_unit",
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_returns_provider",
            sqlite_where=sa.text("provider_id IS NOT NULL"),
            postgresql_where=sa.text("provider_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_returns_unit_id"))
        batch_op.drop_index(batch_op.f("ix_returns_provider_id"))

    op.drop_table("returns")
    with op.batch_alter_table("entered_values", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_entered_values_current",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_entered_values_unit_id"))

    op.drop_table("entered_values")
    op.drop_table("reporting_periods")
    with op.batch_alter_table("criteria", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criteria_parent_id"))

    op.drop_table("criteria")
    op.drop_table("reports")
    op.drop_table("measure_versions")
    op.drop_table("frameworks")
    op.drop_table("office_forms")
    op.drop_table("prepared_figures")
    op.drop_table("measures")
    op.drop_table("figure_rules")
    op.execute("DELETE FROM populations WHERE whom <> ''")
    with op.batch_alter_table("populations", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_populations_unit_id_year_sex_age_from_age_to_vintage_whom"),
            type_="unique",
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_populations_unit_id_year_sex_age_from_age_to_vintage"), _OLD_KEY
        )
        batch_op.drop_column("whom")
