"""Who may see and keep the lists of a class."""

from collections.abc import Callable

from app.catalogue.models import ClassSession, Run
from app.core.access import TEACHING, Actor, Membership


def view(actor: Actor, run: Run) -> bool:
    """Residents meet the runs of public courses; staff of the provider see theirs at any time."""
    return run.course.is_public or teach(actor, run)


def teach(actor: Actor, run: Run) -> bool:
    """Anybody who works at the provider of this run."""
    return actor.works_at(run.course.provider_id, TEACHING)


def teach_at(membership: Membership) -> Callable[[Actor, Run], bool]:
    """As `teach`, and the run belongs to the provider named in the address."""

    def may(actor: Actor, run: Run) -> bool:
        return run.course.provider_id == membership.provider_id and teach(actor, run)

    return may


def register_at(membership: Membership) -> Callable[[Actor, ClassSession], bool]:
    """As `teach_at`, for one session of a run."""
    may_teach = teach_at(membership)
    return lambda actor, session: may_teach(actor, session.run)
