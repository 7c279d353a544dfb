"""Who may see and keep the lists of a class."""

from collections.abc import Callable

from app.catalogue.models import ClassSession, Run
from app.core.access import TEACHING, Actor, Membership


def view(actor: Actor, run: Run) -> bool:
    """Residents meet the runs of public courses; staff of the provider see theirs at any time."""
    return run.course.is_public or teach(actor, run)


def teach(actor: Actor, run: Run) -> bool:
    """Anybody who works at the provider of this run."""
    return actor.works_at(run.course.provider_id, TEACHING) and not run.course.on_paper


def teach_at(membership: Membership) -> Callable[[Actor, Run], bool]:
    """As `teach`, and the run belongs to the provider named in the address."""

    def may(actor: Actor, run: Run) -> bool:
        return run.course.provider_id == membership.provider_id and teach(actor, run)

    return may


def register_at(
    membership: Membership, *, is_substitute: bool
) -> Callable[[Actor, ClassSession], bool]:
    """As `teach_at`, for one session of a run; also whoever is named for that session."""
    may_teach = teach_at(membership)

    def may(actor: Actor, session: ClassSession) -> bool:
        course = session.run.course
        is_here = course.provider_id == membership.provider_id and not course.on_paper
        return may_teach(actor, session.run) or (is_here and is_substitute)

    return may
