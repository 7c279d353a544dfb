"""What is left of a run, in words; the kind decides only the colour."""

from app.catalogue.models import Run, RunState
from app.core.i18n import gettext, ngettext

Badge = tuple[str, str]
FEW = 3


def seat_badge(run: Run) -> Badge:
    """Kind and words for `components/badge.html`."""
    state = run.state
    return _places(run.seats_left) if state is RunState.OPEN else _closed(state)


def _places(left: int | None) -> Badge:
    if left is None:
        return "ok", gettext("Places left")
    if left <= FEW:
        return "few", ngettext("Only %(num)s place left", "Only %(num)s places left", left)
    return "ok", ngettext("%(num)s place left", "%(num)s places left", left)


def _closed(state: RunState) -> Badge:
    return {
        RunState.QUEUE: ("full", gettext("Full – join the waiting list")),
        RunState.FULL: ("full", gettext("Full")),
        RunState.EARLY: ("soon", gettext("Open for some people first")),
        RunState.NOT_YET: ("soon", gettext("Opens soon")),
        RunState.CLOSED: ("closed", gettext("Enrolment closed")),
        RunState.CANCELLED: ("wrong", gettext("Cancelled")),
    }[state]
