"""people and the data law"""

import sqlalchemy as sa
from alembic import op

import app.core.db
from app.core import vi

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_links_entry_id")),
    )
    op.create_table(
        "begun_periods",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("begun_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_begun_periods")),
    )
    op.create_table(
        "key_generations",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("generation", name=op.f("pk_key_generations")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
        sa.UniqueConstraint("rule", "day", name=op.f("uq_retention_runs_rule_day")),
    )
    op.create_table(
        "breaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lost",
                "seen",
                "changed",
                "published",
                "other",
                name="breachkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("measures", sa.Text(), server_default="", nullable=False),
        sa.Column("is_serious", sa.Boolean(), nullable=False),
        sa.Column("authority_told_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("people_told_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_breaches_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaches")),
    )
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "see",
                "correct",
                "copy",
                "restrict",
                "object",
                "withdraw",
                "delete",
                "complain",
                name="requestkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("wish", sa.Text(), server_default="", nullable=False),
        sa.Column("involves_others", sa.Boolean(), nullable=False),
        sa.Column("received_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("act_by", sa.Date(), nullable=False),
        sa.Column("answered_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("extended_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("closed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "done", "refused", "taken_back", name="requestoutcome", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["accounts.id"], name=op.f("fk_data_requests_handled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_data_requests_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_data_requests_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_data_requests_code")),
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_data_requests_closed_at_act_by", ["closed_at", "act_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_data_requests_person_id"), ["person_id"], unique=False)

    op.create_table(
        "external_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column(
            "assurance",
            sa.Enum(
                "stated",
                "contact",
                "desk",
                "electronic",
                name="assurance",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("linked_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_external_identities_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identities")),
        sa.UniqueConstraint(
            "issuer", "subject", name=op.f("uq_external_identities_issuer_subject")
        ),
    )
    with op.batch_alter_table("external_identities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_external_identities_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "guardianships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("dependant_id", sa.Integer(), nullable=False),
        sa.Column(
            "bond",
            sa.Enum("parent", "guardian", "helper", name="bond", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("begun_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("guardian_id <> dependant_id", name=op.f("ck_guardianships_two_people")),
        sa.ForeignKeyConstraint(
            ["dependant_id"], ["persons.id"], name=op.f("fk_guardianships_dependant_id")
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["persons.id"], name=op.f("fk_guardianships_guardian_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_guardianships_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianships")),
    )
    with op.batch_alter_table("guardianships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guardianships_dependant_id"), ["dependant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_guardianships_guardian_id"), ["guardian_id"], unique=False
        )
        batch_op.create_index(
            "uq_guardianships_standing",
            ["guardian_id", "dependant_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("undone_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["gone_id"], ["persons.id"], name=op.f("fk_merges_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["persons.id"], name=op.f("fk_merges_kept_id")),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["accounts.id"], name=op.f("fk_merges_merged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["accounts.id"], name=op.f("fk_merges_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "sign_in",
                "new_password",
                "change_contact",
                "family",
                name="codepurpose",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_one_time_codes_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
        sa.UniqueConstraint("handle", name=op.f("uq_one_time_codes_handle")),
    )
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_one_time_codes_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index("ix_one_time_codes_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "person_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("standard", sa.String(length=200), server_default="", nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_person_groups_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_groups_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_person_groups_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_groups")),
        sa.UniqueConstraint(
            "person_id",
            "group",
            "valid_from",
            name=op.f("uq_person_groups_person_id_group_valid_from"),
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_codes_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "role_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("withdraw", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id",
            name=op.f("ck_role_proposals_two"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_proposals_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_role_proposals_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_role_proposals_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposals")),
    )
    with op.batch_alter_table("role_proposals", schema=None) as batch_op:
        batch_op.create_index("ix_role_proposals_account_id", ["account_id"], unique=False)

    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=400), nullable=False),
        sa.Column("confirmed_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "suspicions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "merged", "different", name="suspicionstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("found_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", app.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_suspicions_in_order")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_suspicions_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["persons.id"], name=op.f("fk_suspicions_first_id")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["persons.id"], name=op.f("fk_suspicions_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicions")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_suspicions_first_id_second_id")),
    )
    with op.batch_alter_table("suspicions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspicions_second_id"), ["second_id"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("email_proven_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("phone_proven_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("language", sa.String(length=2), server_default="vi", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "assurance",
                sa.Enum(
                    "stated",
                    "contact",
                    "desk",
                    "electronic",
                    name="assurance",
                    native_enum=False,
                    length=32,
                ),
                server_default="stated",
                nullable=False,
            )
        )
        batch_op.alter_column("password_hash", existing_type=sa.VARCHAR(length=200), nullable=True)

    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("seen_on", sa.Date(), nullable=True))
        batch_op.create_index(
            "uq_audit_entries_look",
            ["account_id", "action", "object_kind", "object_id", "seen_on"],
            unique=True,
            sqlite_where=sa.text("seen_on IS NOT NULL"),
            postgresql_where=sa.text("seen_on IS NOT NULL"),
        )
        batch_op.create_index("ix_audit_entries_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_audit_entries_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_person_id", ["person_id"], unique=False)

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("text_digest", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("given_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("child_agreed", sa.Boolean(), nullable=True))
        batch_op.add_column(
            sa.Column("request_id", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_consents_given_by_id"), "persons", ["given_by_id"], ["id"]
        )

    op.execute("DELETE FROM login_sessions")  # everybody signs in again
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handle", sa.String(length=16), nullable=False))
        batch_op.add_column(
            sa.Column("last_seen_at", app.core.db.UtcDateTime(timezone=True), nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "method",
                sa.Enum(
                    "password",
                    "code",
                    "identity_provider",
                    name="signinmethod",
                    native_enum=False,
                    length=32,
                ),
                server_default="password",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column("second_factor_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("confirmed_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("browser", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("viewed_account_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("viewed_until", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("view_reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.create_unique_constraint(batch_op.f("uq_login_sessions_handle"), ["handle"])
        batch_op.create_foreign_key(
            batch_op.f("fk_login_sessions_viewed_account_id"),
            "accounts",
            ["viewed_account_id"],
            ["id"],
        )

    op.create_table(
        "known_browsers",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("last_seen_at", app.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_known_browsers_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "browser", name=op.f("pk_known_browsers")),
    )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name_key", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("national_id_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column(
                "employment",
                sa.Enum(
                    "employed",
                    "self_employed",
                    "unemployed",
                    "studying",
                    "at_home",
                    "retired",
                    "other",
                    name="employment",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "groups_answer",
                sa.Enum(
                    "not_asked",
                    "given",
                    "declined",
                    name="groupsanswer",
                    native_enum=False,
                    length=32,
                ),
                server_default="not_asked",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("erased_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("restricted_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("objected_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.create_index("ix_persons_merged_into_id", ["merged_into_id"], unique=False)
        batch_op.create_index("ix_persons_name_key_born_in", ["name_key", "born_in"], unique=False)
        batch_op.create_index("ix_persons_national_id_hash", ["national_id_hash"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_persons_merged_into_id"), "persons", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("residences", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "not_stated",
                    "permanent",
                    "temporary",
                    name="residencekind",
                    native_enum=False,
                    length=32,
                ),
                server_default="not_stated",
                nullable=False,
            )
        )

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("granted_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_role_grants_granted_by_id"), "accounts", ["granted_by_id"], ["id"]
        )

    with op.batch_alter_table("staff_members", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("granted_at", app.core.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("granted_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_staff_members_granted_by_id"), "accounts", ["granted_by_id"], ["id"]
        )

    _know_since_when()
    with op.batch_alter_table("staff_members", schema=None) as batch_op:
        batch_op.alter_column(
            "granted_at", existing_type=app.core.db.UtcDateTime(timezone=True), nullable=False
        )

    _fold_names()
    op.execute(
        "UPDATE audit_entries SET person_id = CAST(object_id AS INTEGER) WHERE object_kind = 'person'"
    )


def _know_since_when() -> None:
    """Memberships had no date: they are as old as their accounts."""
    op.execute(
        "UPDATE staff_members SET granted_at = (SELECT created_at FROM accounts"
        " WHERE accounts.id = staff_members.account_id)"
    )


def _fold_names() -> None:
    """The key by which the same name is found again, a thousand people at a time."""
    persons = sa.table("persons", *map(sa.column, ("id", "full_name", "name_key")))
    connection = op.get_bind()
    named = persons.update().where(persons.c.id == sa.bindparam("row"))
    last = 0
    page = sa.select(persons.c.id, persons.c.full_name).order_by(persons.c.id).limit(1000)
    while rows := connection.execute(page.where(persons.c.id > last)).all():
        keys = [{"row": row.id, "key": vi.name_match_key(row.full_name)[:200]} for row in rows]
        connection.execute(named.values(name_key=sa.bindparam("key")), keys)
        last = rows[-1].id


def downgrade() -> None:
    op.execute("DELETE FROM role_grants WHERE city_role = 'auditor'")  # unknown to the code before
    op.drop_table("known_browsers")
    with op.batch_alter_table("staff_members", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_staff_members_granted_by_id"), type_="foreignkey")
        batch_op.drop_column("expires_on")
        batch_op.drop_column("granted_by_id")
        batch_op.drop_column("granted_at")

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_role_grants_granted_by_id"), type_="foreignkey")
        batch_op.drop_column("expires_on")
        batch_op.drop_column("granted_by_id")

    with op.batch_alter_table("residences", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_persons_merged_into_id"), type_="foreignkey")
        batch_op.drop_index("ix_persons_national_id_hash")
        batch_op.drop_index("ix_persons_name_key_born_in")
        batch_op.drop_index("ix_persons_merged_into_id")
        batch_op.drop_column("objected_at")
        batch_op.drop_column("restricted_at")
        batch_op.drop_column("erased_at")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("groups_answer")
        batch_op.drop_column("employment")
        batch_op.drop_column("national_id_hash")
        batch_op.drop_column("name_key")

    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_login_sessions_viewed_account_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_login_sessions_handle"), type_="unique")
        batch_op.drop_column("view_reason")
        batch_op.drop_column("viewed_until")
        batch_op.drop_column("viewed_account_id")
        batch_op.drop_column("browser")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("second_factor_at")
        batch_op.drop_column("method")
        batch_op.drop_column("last_seen_at")
        batch_op.drop_column("handle")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consents_given_by_id"), type_="foreignkey")
        batch_op.drop_column("request_id")
        batch_op.drop_column("child_agreed")
        batch_op.drop_column("given_by_id")
        batch_op.drop_column("text_digest")

    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_person_id")
        batch_op.drop_index("ix_audit_entries_at")
        batch_op.drop_index("ix_audit_entries_account_id")
        batch_op.drop_index("uq_audit_entries_look")
        batch_op.drop_column("seen_on")
        batch_op.drop_column("reason")
        batch_op.drop_column("person_id")

    op.execute("UPDATE accounts SET password_hash = '!' WHERE password_hash IS NULL")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("password_hash", existing_type=sa.VARCHAR(length=200), nullable=False)
        batch_op.drop_column("assurance")
        batch_op.drop_column("language")
        batch_op.drop_column("phone_proven_at")
        batch_op.drop_column("email_proven_at")

    with op.batch_alter_table("suspicions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspicions_second_id"))

    op.drop_table("suspicions")
    op.drop_table("second_factors")
    with op.batch_alter_table("role_proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_role_proposals_account_id")

    op.drop_table("role_proposals")
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_account_id"))

    op.drop_table("recovery_codes")
    op.drop_table("person_groups")
    with op.batch_alter_table("one_time_codes", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_codes_expires_at")
        batch_op.drop_index(batch_op.f("ix_one_time_codes_account_id"))

    op.drop_table("one_time_codes")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_kept_id"))
        batch_op.drop_index(batch_op.f("ix_merges_gone_id"))

    op.drop_table("merges")
    with op.batch_alter_table("guardianships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guardianships_standing",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_guardianships_guardian_id"))
        batch_op.drop_index(batch_op.f("ix_guardianships_dependant_id"))

    op.drop_table("guardianships")
    with op.batch_alter_table("external_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_identities_account_id"))

    op.drop_table("external_identities")
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_requests_person_id"))
        batch_op.drop_index("ix_data_requests_closed_at_act_by")

    op.drop_table("data_requests")
    op.drop_table("breaches")
    op.drop_table("retention_runs")
    op.drop_table("key_generations")
    op.drop_table("begun_periods")
    op.drop_table("audit_links")
