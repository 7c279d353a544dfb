"""Tables of distance learning: what a run asks of people, its units, and who did what online."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.catalogue.models import ClassSession, Run
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.enrolment.models import Enrolment


class RunNeeds(Base):
    """What people must know of a run from afar before they take a place."""

    __tablename__ = "run_needs"

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True, autoincrement=False)
    captions: Mapped[code20] = mapped_column(default="", server_default="")  # of `needs.CAPTIONS`
    equipment_vi: Mapped[optional200]
    equipment_en: Mapped[optional200]

    equipment: Mapped[Bilingual] = composite("equipment_vi", "equipment_en")


class RunUnit(Base):
    """One step of a run that people take when they want: words, a link, a day or none."""

    __tablename__ = "run_units"
    __table_args__ = (CheckConstraint("title_vi <> ''", name="has_a_title"),)

    id: Mapped[pk]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    position: Mapped[int]
    title_vi: Mapped[name200]
    title_en: Mapped[optional200]
    text_vi: Mapped[prose]
    text_en: Mapped[prose]
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    due_on: Mapped[date | None]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    title: Mapped[Bilingual] = composite("title_vi", "title_en")
    text: Mapped[Bilingual] = composite("text_vi", "text_en")
    run: Mapped[Run] = relationship()


class UnitDone(Base):
    """That somebody with a place has finished a unit."""

    __tablename__ = "units_done"
    __table_args__ = (UniqueConstraint("unit_id", "enrolment_id"),)

    id: Mapped[pk]
    unit_id: Mapped[int] = mapped_column(ForeignKey(RunUnit.id))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    done_at: Mapped[created_at]

    unit: Mapped[RunUnit] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class CheckIn(Base):
    """That somebody typed the code shown in a session; the register says whether it counts."""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("session_id", "enrolment_id"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    at: Mapped[created_at]

    session: Mapped[ClassSession] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
