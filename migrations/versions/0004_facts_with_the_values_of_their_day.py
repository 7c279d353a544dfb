"""facts with the values of their day"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import app.core.db

revision, down_revision = "0004", "0003"

CURRENT, CLOSED = sa.text("known_to IS NULL"), sa.text("known_to IS NOT NULL")
MOMENT = app.core.db.UtcDateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEX = ("female", "male", "not_stated")
RESIDENCE = ("not_stated", "permanent", "temporary")
EMPLOYMENT = (
    "employed", "self_employed", "unemployed", "studying", "at_home", "retired", "other",
)  # fmt: skip
FEES = ("not_stated", "free", "full", "reduced", "waived")
REBUILD = "participation.jobs.rebuild_on"
NEW_HANDLERS = (
    REBUILD,
    "participation.jobs.follow_person",
    "participation.jobs.forget_groups",
    "participation.jobs.count_fee",
    "participation.jobs.count_result",
    "participation.jobs.follow_moved_sessions",
)
"""Handlers of events that may wait in the queue while the old version is put back."""
JOBS = sa.table(
    "jobs",
    sa.column("handler", sa.String),
    sa.column("event", sa.JSON),
    sa.column("created_at", MOMENT),
    sa.column("due_at", MOMENT),
    sa.column("attempts", sa.Integer),
    sa.column("error", sa.Text),
)


def upgrade() -> None:
    _create_campaigns()
    _create_keys()
    _create_sessions()
    _create_states()
    op.execute(KEEP_WHAT_SESSIONS_WERE)
    _drop_old_facts()
    _create_facts()
    op.execute("DELETE FROM participation_months")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("completed_at", MOMENT, nullable=True))
    _date_results()
    _rebuild_soon()


def downgrade() -> None:
    """Facts go back to their old columns; what was known before and was corrected is gone."""
    for handler in NEW_HANDLERS:
        op.execute(JOBS.delete().where(JOBS.c.handler == handler))
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_column("completed_at")
    op.execute(AS_BEFORE)
    with op.batch_alter_table("participation_facts", schema=None) as batch_op:
        batch_op.drop_index("ix_participation_facts_learner")
        batch_op.drop_index("ix_participation_facts_closed", **_where(CLOSED))
        batch_op.drop_index("uq_participation_facts_current", **_where(CURRENT))
    op.drop_table("participation_facts")
    _create_old_facts()
    op.execute(f"INSERT INTO participation_facts ({OLD}) SELECT {OLD} FROM facts_before")  # noqa: S608 - our own names
    op.drop_table("facts_before")
    with op.batch_alter_table("learner_states", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_states_closed", **_where(CLOSED))
        batch_op.drop_index("uq_learner_states_current", **_where(CURRENT))
    op.drop_table("learner_states")
    with op.batch_alter_table("participation_sessions", schema=None) as batch_op:
        for column in ("run_id", "day", "meeting"):
            batch_op.drop_index(f"ix_participation_sessions_{column}")
        batch_op.drop_index("uq_participation_sessions_current", **_where(CURRENT))
    op.drop_table("participation_sessions")
    op.drop_table("learner_keys")
    op.drop_table("campaigns")
    op.execute("DELETE FROM participation_months")


KEEP_WHAT_SESSIONS_WERE = """
INSERT INTO participation_sessions (meeting, day, minutes, run_id, course_id, provider_id,
    provider_type, topic, isced_f, cla, mode, job_related, venue_id, venue_unit_id, campaign,
    known_from)
SELECT f.session_id, f.day, f.minutes, f.run_id, f.course_id, f.provider_id, f.provider_type,
    f.topic, f.isced_f, f.cla, f.mode, f.job_related, v.id, v.unit_id, '', CURRENT_TIMESTAMP
FROM participation_facts f
JOIN (SELECT min(id) AS id FROM participation_facts GROUP BY session_id) first ON first.id = f.id
JOIN class_sessions s ON s.id = f.session_id JOIN runs r ON r.id = s.run_id
LEFT JOIN venues v ON v.id = coalesce(s.venue_id, r.venue_id) AND r.mode <> 'online'
"""
"""The old facts carried the values of their day: those are kept, whatever courses say today."""
COMPLETED_AT_NOON = """
UPDATE enrolments SET completed_at =
    (SELECT {noon} FROM runs WHERE runs.id = enrolments.run_id) WHERE state = 'completed'
"""
"""Results were recorded from the last day of a run on; nothing else tells the day."""
NOON = {
    "sqlite": "ends_on || ' 05:00:00.000000'",
    "postgresql": "ends_on + TIME WITH TIME ZONE '05:00+00'",
}
OLD = """session_id, run_id, course_id, provider_id, day, minutes, person_id, enrolment_id, present,
    headcount, sex, born_on, ward, provider_type, topic, isced_f, cla, mode, job_related"""
AS_BEFORE = """
CREATE TABLE facts_before AS
SELECT s.meeting AS session_id, s.run_id, s.course_id, s.provider_id, s.day, s.minutes,
    k.person_id, e.id AS enrolment_id, f.present, f.headcount, f.sex, f.born_on,
    coalesce(u.code, '') AS ward, s.provider_type, s.topic, s.isced_f, s.cla, s.mode, s.job_related
FROM participation_facts f JOIN participation_sessions s ON s.meeting = f.meeting AND s.known_to IS NULL
LEFT JOIN learner_keys k ON k.number = f.learner
LEFT JOIN (SELECT min(id) AS id, run_id, person_id FROM enrolments GROUP BY run_id, person_id) e
    ON e.run_id = s.run_id AND e.person_id = k.person_id
LEFT JOIN admin_units u ON u.id = f.unit_id
WHERE f.known_to IS NULL AND f.meeting > 0 AND (f.learner = 0 OR e.id IS NOT NULL)
"""


def _where(condition: sa.TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def _date_results() -> None:
    op.execute(COMPLETED_AT_NOON.format(noon=NOON[op.get_bind().dialect.name]))


def _rebuild_soon() -> None:
    """The worker makes the facts; an installation without registers has none to make."""
    if op.get_bind().scalar(sa.text("SELECT 1 FROM registers LIMIT 1")):
        now = sa.func.current_timestamp(type_=MOMENT)
        event = {"part": "people", "after": -(2**62)}
        job = {"handler": REBUILD, "event": event, "attempts": 0, "error": ""}
        op.execute(JOBS.insert().values(**job, created_at=now, due_at=now))


def _create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_campaigns_ends_after_start")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_campaigns")),
    )


def _create_keys() -> None:
    op.create_table(
        "learner_keys",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_learner_keys_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learner_keys")),
        sa.UniqueConstraint("number", name=op.f("uq_learner_keys_number")),
    )


def _create_sessions() -> None:
    op.create_table(
        "participation_sessions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("meeting", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("provider_type", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("isced_f", sa.String(length=4), nullable=False),
        sa.Column("cla", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("job_related", sa.Boolean(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("venue_unit_id", sa.Integer(), nullable=True),
        sa.Column("campaign", sa.String(length=20), server_default="", nullable=False),
        sa.Column("known_from", MOMENT, nullable=False),
        sa.Column("known_to", MOMENT, nullable=True),
        sa.CheckConstraint(
            "minutes >= 0", name=op.f("ck_participation_sessions_minutes_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_sessions")),
    )
    with op.batch_alter_table("participation_sessions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_participation_sessions_current", ["meeting"], unique=True, **_where(CURRENT)
        )
        for column in ("meeting", "day", "run_id"):
            batch_op.create_index(f"ix_participation_sessions_{column}", [column], unique=False)


def _of_learner() -> list[sa.Column[Any]]:
    """What a state and a fact both say about somebody, and when it was known."""
    return [
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", _one_of("sex", SEX), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("residence", _one_of("residencekind", RESIDENCE), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("employment", _one_of("employment", EMPLOYMENT), nullable=True),
        sa.Column("known_from", MOMENT, nullable=False),
        sa.Column("known_to", MOMENT, nullable=True),
    ]


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _create_states() -> None:
    op.create_table(
        "learner_states",
        sa.Column("id", BIG, nullable=False),
        sa.Column("learner", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        *_of_learner(),
        sa.CheckConstraint(
            "valid_to >= valid_from", name=op.f("ck_learner_states_ends_after_start")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_states")),
    )
    with op.batch_alter_table("learner_states", schema=None) as batch_op:
        batch_op.create_index(
            "uq_learner_states_current", ["learner", "valid_from"], unique=True, **_where(CURRENT)
        )
        batch_op.create_index(
            "ix_learner_states_closed", ["learner"], unique=False, **_where(CLOSED)
        )


def _create_facts() -> None:
    op.create_table(
        "participation_facts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("meeting", sa.BigInteger(), nullable=False),
        sa.Column("learner", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("fee", _one_of("feekind", FEES), nullable=False),
        *_of_learner(),
        sa.CheckConstraint(
            "learner = 0 OR headcount = 0",
            name=op.f("ck_participation_facts_headcount_without_learner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_facts")),
    )
    with op.batch_alter_table("participation_facts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_participation_facts_current", ["meeting", "learner"], unique=True, **_where(CURRENT)
        )
        batch_op.create_index(
            "ix_participation_facts_closed", ["meeting"], unique=False, **_where(CLOSED)
        )
        batch_op.create_index("ix_participation_facts_learner", ["learner"], unique=False)


def _drop_old_facts() -> None:
    with op.batch_alter_table("participation_facts", schema=None) as batch_op:
        batch_op.drop_index("ix_participation_facts_session_id")
        batch_op.drop_index("ix_participation_facts_day")
    op.drop_table("participation_facts")


def _create_old_facts() -> None:
    op.create_table(
        "participation_facts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("sex", _one_of("sex", SEX), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("ward", sa.String(length=5), nullable=False),
        sa.Column("provider_type", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("isced_f", sa.String(length=4), nullable=False),
        sa.Column("cla", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("job_related", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) = (enrolment_id IS NULL)",
            name=op.f("ck_participation_facts_named_or_not"),
        ),
        sa.CheckConstraint(
            "person_id IS NULL OR headcount = 0",
            name=op.f("ck_participation_facts_headcount_without_person"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_sessions.id"], name=op.f("fk_participation_facts_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_facts")),
    )
    with op.batch_alter_table("participation_facts", schema=None) as batch_op:
        batch_op.create_index("ix_participation_facts_day", ["day"], unique=False)
        batch_op.create_index("ix_participation_facts_session_id", ["session_id"], unique=False)
