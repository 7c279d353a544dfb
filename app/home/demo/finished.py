"""A class that is over: certificates at every step, and what its people think of it."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.catalogue.models import Course, Run, RunStatus
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db, transaction
from app.enrolment.certificates import issuing, revoking
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.feedback import operations, rounds
from app.enrolment.feedback.models import CommentState, FeedbackAnswer, FeedbackRound
from app.enrolment.models import Enrolment, EnrolmentState
from app.providers.models import Provider, StaffMember

CHECK_ME = "DEM0DEM0DEM0DEM0"
"""The code of the first certificate, so that everybody can try the check page."""
_ENDED = timedelta(days=300), timedelta(days=30)
_SEED = 20261122
_AWAY = 2  # of those who are asked so many do not answer
_COMMENTS = (
    ("Cô giáo dễ hiểu, nên có thêm buổi thực hành.", True),
    ("Phòng học hơi nóng, mong có thêm quạt.", True),
    ("Giờ học hơi sớm với người đi làm.", None),
    ("Tài liệu in chữ nhỏ, khó đọc.", None),
)


def finish_classes() -> int:
    """Of the first provider the largest class that is over, and those of people with an account.

    How many certificates.
    """
    provider_id = db.session.scalar(select(func.min(Provider.id)))
    editor = select(StaffMember.account_id).where(StaffMember.provider_id == provider_id)
    by_id = db.session.scalar(editor.where(StaffMember.role == ProviderRole.EDITOR).limit(1))
    run_id = _largest(provider_id or 0)
    if run_id is None:
        return 0
    _ask(run_id, by_id)
    count = _certify(run_id, by_id)
    accounts = select(Account.person_id).where(Account.person_id.is_not(None))
    own = select(Enrolment).where(
        Enrolment.person_id.in_(accounts), Enrolment.state == EnrolmentState.COMPLETED
    )
    for place in db.session.scalars(own.order_by(Enrolment.id)).all():
        count += issuing.issue(place.run_id, [place.id], Languages.BOTH, None)
    return count


def _largest(provider_id: int) -> int | None:
    """The one of several days that most people have completed."""
    earliest, latest = (clock.today() - ago for ago in _ENDED)
    query = select(Run.id).join(Run.course).join(Enrolment, Enrolment.run_id == Run.id)
    query = query.where(
        Course.provider_id == provider_id, Run.ends_on.between(earliest, latest),
        Run.status == RunStatus.PLANNED, Enrolment.state == EnrolmentState.COMPLETED,
        Run.ends_on > Run.starts_on,
    )  # fmt: skip
    largest = query.group_by(Run.id).order_by(func.count(Enrolment.id).desc(), Run.id)
    return db.session.scalar(largest.limit(1))


def _certify(run_id: int, by_id: int | None) -> int:
    """One was revoked, one was wrong and issued anew."""
    done = select(Enrolment.id).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.COMPLETED
    )
    ids = db.session.scalars(done.order_by(Enrolment.id)).all()
    count = issuing.issue(run_id, ids, Languages.BOTH, by_id)
    mine = select(Certificate.id).join(Certificate.enrolment).where(Enrolment.run_id == run_id)
    first, *others = db.session.scalars(mine.order_by(Certificate.id)).all()
    with transaction() as session:
        session.execute(update(Certificate).where(Certificate.id == first).values(code=CHECK_ME))
    if others:
        revoking.revoke(others[0], "Cấp nhầm lớp", by_id)
    if others[1:]:
        _misspell(others[1])
        issuing.reissue(others[1], "Sửa tên", by_id)
    return count


def _misspell(certificate_id: int) -> None:
    with transaction() as session:
        wrong = session.get_one(Certificate, certificate_id)
        wrong.full_name = wrong.full_name.upper()


def _ask(run_id: int, by_id: int | None) -> None:
    """The round is closed; two comments may be read, two wait for the city."""
    with transaction() as session:
        run = session.get_one(Run, run_id)
        until = run.ends_on + rounds.LASTS
        opened = clock.day_bounds(run.ends_on, run.ends_on)[1]
        session.add(FeedbackRound(run_id=run_id, opened_at=opened, until=until))
        session.flush()
        people = len(session.scalars(rounds.invited(run_id)).all())
        _answer(session, run_id, max(people - _AWAY, 0))
    rounds.close_round(run_id)
    for text, show in _COMMENTS:
        if show is not None:
            operations.decide(_with(text), by_id, show=show)


def _answer(session: Session, run_id: int, people: int) -> None:
    dice = random.Random(_SEED)
    comments: Sequence[str] = [text for text, _show in _COMMENTS]
    for at in range(max(people, len(comments))):
        useful, satisfied = dice.choices((5, 4, 3, 2), (8, 7, 3, 1), k=2)
        words = comments[at] if at < len(comments) else ""
        state = CommentState.WAITING if words else CommentState.NONE
        session.add(
            FeedbackAnswer(
                run_id=run_id, usefulness=useful, satisfaction=satisfied, comment=words,
                comment_state=state,
            )
        )  # fmt: skip


def _with(comment: str) -> str:
    """Its row has another key since the round closed."""
    query = select(FeedbackAnswer.id).where(FeedbackAnswer.comment == comment)
    return db.session.scalars(query).one()
