"""Reading feedback: of a round that is over, and only where enough people answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.catalogue.models import Course, Run
from app.core import config
from app.core.db import db
from app.core.i18n import Bilingual
from app.enrolment.feedback import rounds
from app.enrolment.feedback.models import CommentState, FeedbackAnswer, FeedbackMark, FeedbackRound
from app.enrolment.feedback.operations import is_open
from app.enrolment.feedback.questions import GOOD_FROM, SCALES, SHOWN_FROM, Question
from app.enrolment.models import Enrolment

HUNDRED = 100
GROUPS: tuple[tuple[Bilingual, range], ...] = (
    (Bilingual("Tốt", "Good"), range(GOOD_FROM, 6)),
    (Bilingual("Bình thường", "So-so"), range(3, GOOD_FROM)),
    (Bilingual("Chưa tốt", "Not good"), range(1, 3)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One question and one kind of answer; `people` None: too few to be told."""

    question: Question
    answer: Bilingual
    people: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a provider learns of one run."""

    answers: int
    invited: int
    lines: Sequence[Line]
    comments: Sequence[str]

    @property
    def rate(self) -> int:
        """How many of those who were asked have answered, in hundredths."""
        return round(HUNDRED * self.answers / self.invited) if self.invited else 0


def place(place_id: int) -> Enrolment | None:
    """Whose questions these are."""
    return db.session.get(Enrolment, place_id)


def round_of(run_id: int) -> FeedbackRound | None:
    return db.session.get(FeedbackRound, run_id)


def figures(run_id: int) -> Figures | None:
    """None while people answer, and for good where too few did: page and file alike."""
    found = round_of(run_id)
    if found is None or not found.is_closed:
        return None
    said = db.session.execute(
        select(FeedbackAnswer.usefulness, FeedbackAnswer.satisfaction).where(
            FeedbackAnswer.run_id == run_id
        )
    ).all()
    if len(said) < SHOWN_FROM:
        return None
    lines = [
        Line(question, words, people)
        for at, question in enumerate(SCALES)
        for (words, _), people in zip(GROUPS, _counted([row[at] for row in said]), strict=True)
    ]
    shown = select(FeedbackAnswer.comment).where(
        FeedbackAnswer.run_id == run_id, FeedbackAnswer.comment_state == CommentState.SHOWN
    )
    comments = db.session.scalars(shown.order_by(FeedbackAnswer.id)).all()
    return Figures(len(said), max(found.invited, len(said)), lines, comments)


def protected(cells: Sequence[int], below: int) -> list[int | None]:
    """Without those from 1 to below the threshold, and without another that would give one away."""
    hidden = {at for at, number in enumerate(cells) if 0 < number < below}
    if len(hidden) == 1:
        others = [at for at, number in enumerate(cells) if number and at not in hidden]
        hidden |= set(sorted(others, key=lambda at: cells[at])[:1])
    return [None if at in hidden else number for at, number in enumerate(cells)]


def waiting() -> Sequence[FeedbackAnswer]:
    """Comments nobody has decided about, of rounds that are over; in no order of their own."""
    run = joinedload(Run.course).joinedload(Course.provider)
    query = _with_comment().options(
        contains_eager(FeedbackAnswer.round).joinedload(FeedbackRound.run).options(run)
    )
    return db.session.scalars(query.order_by(FeedbackAnswer.id).limit(HUNDRED)).all()


def waiting_count() -> int:
    """How many there are to decide about."""
    query = _with_comment().with_only_columns(func.count())
    return db.session.scalar(query.order_by(None)) or 0


def asked_of(place: Enrolment) -> FeedbackRound | None:
    """The round in which this person can still answer."""
    found = round_of(place.run_id)
    if found is None or not is_open(found) or has_answered(place) or not rounds.is_asked(place):
        return None
    return found


def has_answered(place: Enrolment) -> bool:
    """Known only while the round is open."""
    return db.session.get(FeedbackMark, (place.run_id, place.person_id)) is not None


def _with_comment() -> Select[FeedbackAnswer]:
    query = select(FeedbackAnswer).join(FeedbackAnswer.round)
    return query.where(
        FeedbackAnswer.comment_state == CommentState.WAITING, FeedbackRound.closed_at.is_not(None)
    )


def _counted(said: Sequence[int]) -> list[int | None]:
    cells = [sum(each in scale for each in said) for _, scale in GROUPS]
    return protected(cells, config.current().small_cell_below)
