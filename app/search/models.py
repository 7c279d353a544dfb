"""What people and staff keep about searching; the index itself is no table."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.core import clock
from app.core.db import Base, created_at, pk


class Letters(StrEnum):
    """How often somebody wants to hear what is new."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


class SavedSearch(Base):
    """A question somebody keeps, with its filters, and what its letters have told already.

    `question` is the query of the address of the results page. `seen` are the classes that were
    found open before: on its own page or in a letter.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_saved_searches_letters_looked_at", "letters", "looked_at"),
        {"sqlite_autoincrement": True},  # the link in an old letter leads to no later row
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    name: Mapped[str] = mapped_column(String(100))
    question: Mapped[str] = mapped_column(Text)
    letters: Mapped[Letters] = mapped_column(default=Letters.NONE)
    seen: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[created_at]
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)


class SearchAlert(Base):
    """Somebody without an account wants to hear, once, when a question finds an open class.

    The row is gone when they were told, and after half a year; `code` stops it.
    """

    __tablename__ = "search_alerts"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("contact", "question_key"),
        Index("ix_search_alerts_looked_at", "looked_at"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    contact: Mapped[str] = mapped_column(String(254))  # phone in E.164 or e-mail
    language: Mapped[str] = mapped_column(String(2), default="vi")
    question: Mapped[str] = mapped_column(Text)
    question_key: Mapped[str] = mapped_column(String(64))  # its digest: texts are too long to index
    asked_at: Mapped[created_at]
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)


class Synonym(Base):
    """Words that mean the same: what people type, and what it finds besides.

    `key` is the term as the search compares it, so there is one entry for each.
    """

    __tablename__ = "synonyms"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(100))
    term: Mapped[str] = mapped_column(String(100))
    words_vi: Mapped[list[str]] = mapped_column(JSON, default=list)
    words_en: Mapped[list[str]] = mapped_column(JSON, default=list)
    two_way: Mapped[bool]
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class SearchDemand(Base):
    """How often something was looked for in one week, by all people together.

    `subject` is "topic:" and a slug, words of the catalogue without accents, or "" for all other
    words; `ward` is an official code, or "" where none was asked for. `empty`: nothing was found;
    `closed`: only what nobody can join now.
    """

    __tablename__ = "search_demand"
    __table_args__ = (CheckConstraint("asked >= empty + closed", name="parts_of_all"),)

    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    ward: Mapped[str] = mapped_column(String(5), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), default="")  # the words with their accents
    asked: Mapped[int] = mapped_column(default=0)
    empty: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
