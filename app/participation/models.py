"""Tables of participation: who really learned what, and when we came to know it.

Rows are never overwritten. Each says what held from `known_from` on, until it was found to be
otherwise at `known_to`; what was known at any moment is a condition on the two. Two tables keep
what their sources forget: what a session was when its first register came in, and how a learner's
own details followed each other. The facts follow from these, from places and from registers.
"""

from datetime import date, datetime
from enum import StrEnum
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column

from app.accounts.models import Account, Employment, Person, ResidenceKind
from app.core.db import Base, big_pk, code20, name200, optional200
from app.core.i18n import Bilingual
from app.places.models import Sex

NOBODY = 0
"""The learner of people whom nobody named."""
OUTSIDE = 0
"""The unit of people who live outside the city."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)
"""What holds from the beginning, or without an end known yet."""
_MANY = 999_999_999
"""Versions in forms have nine digits at most."""
_CURRENT, _CLOSED = text("known_to IS NULL"), text("known_to IS NOT NULL")


class FeeKind(StrEnum):
    """What a place cost, beside what it costs everybody."""

    NOT_STATED = "not_stated"  # of people whom nobody named
    FREE = "free"
    FULL = "full"
    REDUCED = "reduced"
    WAIVED = "waived"


class LearnerKey(Base):
    """The number under which a person is counted.

    It is drawn at random, so no key leads from it to the person or back, not even one that leaked:
    this row alone does. Whoever reads the facts or their files without this table knows nobody, a
    rotation of the keys changes no figure, and where the row is gone the link is. A person who is
    erased gets another number throughout; the row that then stands for nobody has it.
    """

    __tablename__ = "learner_keys"
    __table_args__ = (UniqueConstraint("number"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger)  # 63 bits, above zero


class Campaign(Base):
    """Days whose sessions belong to an occasion, such as the week of lifelong learning."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("last >= first", name="ends_after_start"),)

    code: Mapped[code20] = mapped_column(primary_key=True)
    name_vi: Mapped[name200]
    name_en: Mapped[name200]
    first: Mapped[date]
    last: Mapped[date]

    name: Mapped[Bilingual] = composite("name_vi", "name_en")

    @property
    def version(self) -> int:
        """Another one where the names or the days are others; never 0."""
        said = "|".join((self.name_vi, self.name_en, str(self.first), str(self.last)))
        return crc32(said.encode()) % _MANY + 1


class KeptSession(Base):
    """What a session was when its first register came in, or a day's end of a self-paced run.

    A course or a provider may be described otherwise later: what was taught stays what it was,
    until somebody corrects this very row. `meeting` is the session's number; all those who
    completed a self-paced run on one day share a number below zero.
    """

    __tablename__ = "participation_sessions"
    __table_args__ = (
        Index(
            "uq_participation_sessions_current",
            "meeting",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index("ix_participation_sessions_meeting", "meeting"),
        Index("ix_participation_sessions_day", "day"),
        Index("ix_participation_sessions_run_id", "run_id"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[big_pk]
    meeting: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]  # on the city's calendar
    minutes: Mapped[int]
    run_id: Mapped[int]
    course_id: Mapped[int]
    provider_id: Mapped[int]
    provider_type: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(60))
    isced_f: Mapped[str] = mapped_column(String(4))
    cla: Mapped[str] = mapped_column(String(10))
    mode: Mapped[code20]
    job_related: Mapped[bool]
    venue_id: Mapped[int | None]
    venue_unit_id: Mapped[int | None]
    campaign: Mapped[code20] = mapped_column(default="", server_default="")
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]
    reason: Mapped[optional200]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Of a row that somebody wrote instead of the one before: why, and who."""


class LearnerState(Base):
    """What holds of a learner during some days; the days of one learner's rows leave no gap.

    `groups` are bits, see `participation.groups`. `answered` tells whether the learner said on
    those days which groups they belong to; without it no bits are no statement.
    """

    __tablename__ = "learner_states"
    __table_args__ = (
        Index(
            "uq_learner_states_current",
            "learner",
            "valid_from",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_learner_states_closed",
            "learner",
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
        CheckConstraint("valid_to >= valid_from", name="ends_after_start"),
    )

    id: Mapped[big_pk]
    learner: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    born_on: Mapped[date | None]  # 1 July where only the year is known
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_STATED)
    unit_id: Mapped[int | None]  # of residence; 0: outside the city, None: not stated
    residence: Mapped[ResidenceKind] = mapped_column(default=ResidenceKind.NOT_STATED)
    groups: Mapped[int] = mapped_column(default=0)
    answered: Mapped[bool] = mapped_column(default=False)
    employment: Mapped[Employment | None]
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]


class Fact(Base):
    """One learner at one session whose register was taken, or the unnamed people there.

    A row says by the values of its day who the learner was; `KeptSession` says what the session
    was. `present` is False for a place that was held but not used: it counts as an enrolment, not
    as an attendance. `headcount` is above zero only on the row of a session that is nobody's.
    """

    __tablename__ = "participation_facts"
    __table_args__ = (
        CheckConstraint("learner = 0 OR headcount = 0", name="headcount_without_learner"),
        Index(
            "uq_participation_facts_current",
            "meeting",
            "learner",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_participation_facts_closed",
            "meeting",
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
        Index("ix_participation_facts_learner", "learner"),
    )

    id: Mapped[big_pk]
    meeting: Mapped[int] = mapped_column(BigInteger)
    learner: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[bool]
    headcount: Mapped[int] = mapped_column(default=0)
    fee: Mapped[FeeKind] = mapped_column(default=FeeKind.NOT_STATED)
    born_on: Mapped[date | None]  # 1 July where only the year is known
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_STATED)
    unit_id: Mapped[int | None]  # of residence; 0: outside the city, None: not stated
    residence: Mapped[ResidenceKind] = mapped_column(default=ResidenceKind.NOT_STATED)
    groups: Mapped[int] = mapped_column(default=0)
    answered: Mapped[bool] = mapped_column(default=False)
    employment: Mapped[Employment | None]
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]


class FactMonth(Base):
    """The state of one part of the tables: a new mark with every change of its rows.

    Parts are months of facts (2026-06) and sixteenths of the learners (p-00 to p-15). The files
    beside the database carry the mark they were written from, so that a difference tells which
    must be written again, also after a restore.
    """

    __tablename__ = "participation_months"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    mark: Mapped[str] = mapped_column(String(16))
