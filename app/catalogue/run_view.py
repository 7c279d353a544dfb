"""One run as a course page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue import meetings, rule_words
from app.catalogue.access_words import access_words
from app.catalogue.badges import Badge, seat_badge
from app.catalogue.cards import MODES
from app.catalogue.models import ClassSession, Run, RunState, SessionStatus
from app.catalogue.words import LANGUAGES
from app.core.formats import long_date, money, short_date
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.places.models import Venue

_BUTTONS = {
    RunState.OPEN: _("Enrol"),
    RunState.QUEUE: _("Join the waiting list"),
    RunState.EARLY: _("Enrol among the first"),
}


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its sessions, ready to be shown in the page's language."""

    run: Run
    sessions: Sequence[ClassSession]

    @property
    def badge(self) -> Badge:
        return seat_badge(self.run)

    @property
    def sentence(self) -> str:
        return meetings.sentence(self.run, self.sessions)

    @property
    def button(self) -> str:
        """What the one button does; empty when there is nothing to join."""
        return str(_BUTTONS.get(self.run.state, ""))

    @property
    def access(self) -> tuple[str, ...]:
        return access_words(self.run.venue) if self.run.venue else ()

    @property
    def first_day(self) -> str:
        return long_date(next((s.starts_at for s in self._held), None) or self.run.starts_on)

    def facts(self) -> list[tuple[str, str]]:
        """Names and values, the most asked for first."""
        run, is_off = self.run, self.run.state is RunState.CANCELLED
        return [
            (gettext("Starts"), self.first_day),
            (gettext("Fee"), money(run.fee)),
            (gettext("How"), str(MODES[run.mode])),
            (gettext("Language"), str(LANGUAGES.get(run.language, run.language))),
            *([(gettext("Enrolment"), self._window())] if not is_off else []),
            *([(gettext("Teacher"), run.teacher)] if run.teacher else []),
        ]

    def conditions(self) -> list[str]:
        """What to know before one enrols, a sentence each; nothing once nobody can."""
        if self.run.state in (RunState.CLOSED, RunState.CANCELLED):
            return []
        return rule_words.conditions(self.run)

    def rows(self) -> list[list[str]]:
        """The table of all sessions; a note only where something differs."""
        rows = [self._row(session) for session in self.sessions]
        return rows if any(row[3] for row in rows) else [row[:3] for row in rows]

    @property
    def _held(self) -> list[ClassSession]:
        return [s for s in self.sessions if s.status is SessionStatus.PLANNED]

    def _window(self) -> str:
        days = short_date(self.run.enrol_from), short_date(self.run.enrol_until)
        if self.run.state in (RunState.NOT_YET, RunState.EARLY):
            return gettext("from %(first)s to %(last)s", first=days[0], last=days[1])
        return gettext("until %(last)s", last=days[1])

    def _row(self, session: ClassSession) -> list[str]:
        off = session.status is SessionStatus.CANCELLED
        place = _place(session.venue or self.run.venue)
        note = gettext("Cancelled") if off else ""
        return [long_date(session.starts_at), meetings.hours(session), place, note]


def _place(venue: Venue | None) -> str:
    return venue.name.text() if venue else gettext("Online")
