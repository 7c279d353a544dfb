"""Changing the city's lists of subjects and audiences; nothing that was used is deleted."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue.errors import NoHeir, SlugTaken
from app.catalogue.events import CourseChanged, TermReplaced
from app.catalogue.models import Audience, Course, course_audiences
from app.catalogue.wordlists import TABLES, Kind, Term
from app.core import audit, clock, jobs
from app.core.db import breaks, transaction
from app.core.i18n import Bilingual
from app.core.vi import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFields:
    """What the list says of a term; `isced_f` is of topics, `is_priority` of audiences."""

    name: Bilingual
    position: int
    isced_f: str = ""
    is_priority: bool = False


def add_term(kind: Kind, slug: str, fields: TermFields, by_id: int) -> Term:
    """A new one; its slug stays for ever, because addresses and figures refer to it.

    Raises:
        SlugTaken: also by one that ended.
    """
    table = TABLES[kind]
    try:
        with transaction() as session:
            made = table(slug=slug)
            _fill(made, fields)
            session.add(made)
            session.flush()  # the unique constraint answers here
            audit.record("vocabulary.added", kind, made.id, by_id)
            return made
    except IntegrityError as error:
        if breaks(error, f"uq_{table.__tablename__}_slug", f"{table.__tablename__}.slug"):
            raise SlugTaken from error
        raise


def edit_term(kind: Kind, term_id: int, fields: TermFields, by_id: int) -> None:
    """Other names, another place in the list; what is public bears the new name at once."""
    with transaction() as session:
        found = session.get_one(TABLES[kind], term_id)
        renamed = (found.name_vi, found.name_en) != (fields.name.vi, fields.name.en)
        _fill(found, fields)
        session.flush()
        audit.record("vocabulary.edited", kind, term_id, by_id)
        if renamed:
            _tell(session, kind, term_id)
            jobs.emit(TermReplaced(kind, term_id, term_id))


def end_term(
    kind: Kind, term_id: int, by_id: int, *, heir_id: int | None = None, follow: bool = False
) -> None:
    """Nothing new gets it any more; what has it keeps it, or follows to what replaces it.

    Raises:
        NoHeir: nothing was chosen that could be followed to, or something that ended itself.
    """
    with transaction() as session:
        found = session.get_one(TABLES[kind], term_id, with_for_update=True)
        heir = session.get(TABLES[kind], heir_id) if heir_id is not None else None
        is_wrong = heir is not None and (heir.id == term_id or heir.ended_on is not None)
        if is_wrong or (follow and heir is None):
            raise NoHeir
        found.ended_on = found.ended_on or clock.today()
        found.replaced_by_id = heir.id if heir else None
        if heir is not None and follow:
            _follow(session, kind, term_id, heir.id)
            jobs.emit(TermReplaced(kind, term_id, heir.id))
        audit.record(
            "vocabulary.ended", kind, term_id, by_id,
            replaced_by=heir.id if heir else None, follow=follow,
        )  # fmt: skip


def reopen_term(kind: Kind, term_id: int, by_id: int) -> None:
    """It can be chosen again."""
    with transaction() as session:
        found = session.get_one(TABLES[kind], term_id)
        found.ended_on = found.replaced_by_id = None
        audit.record("vocabulary.reopened", kind, term_id, by_id)


def _fill(made: Term, fields: TermFields) -> None:
    made.name_vi, made.name_en = clean(fields.name.vi), clean(fields.name.en)
    made.position = fields.position
    if isinstance(made, Audience):
        made.is_priority = fields.is_priority
    else:
        made.isced_f = fields.isced_f


def _follow(session: Session, kind: Kind, from_id: int, to_id: int) -> None:
    """In one statement, however many there are; figures of the past keep the old one."""
    _tell(session, kind, from_id)
    if kind is Kind.TOPIC:
        mine = update(Course).where(Course.topic_id == from_id)
        session.execute(
            mine.values(topic_id=to_id, version=Course.version + 1),
            execution_options={"synchronize_session": False},
        )
    else:
        pairs = course_audiences.c
        has_both = select(pairs.course_id).where(pairs.audience_id == to_id)
        session.execute(
            delete(course_audiences).where(
                pairs.audience_id == from_id, pairs.course_id.in_(has_both)
            )
        )
        old = update(course_audiences).where(pairs.audience_id == from_id)
        session.execute(old.values(audience_id=to_id))
    session.expire_all()


def _tell(session: Session, kind: Kind, term_id: int) -> None:
    pairs = course_audiences.c
    mine = (
        select(Course.id).where(Course.topic_id == term_id)
        if kind is Kind.TOPIC
        else select(pairs.course_id).where(pairs.audience_id == term_id)
    )
    for course_id in session.scalars(mine).all():
        jobs.emit(CourseChanged(course_id))
