"""One run as a course page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue import meetings, rule_words
from app.catalogue.access_words import access_words
from app.catalogue.badges import Badge, seat_badge
from app.catalogue.cards import MODES
from app.catalogue.models import ClassSession, Mode, Run, RunState, SessionStatus
from app.catalogue.words import LANGUAGES
from app.core.formats import long_date, money, short_date
from app.core.i18n import gettext, ngettext
from app.core.i18n import lazy as _
from app.places.models import Room, Venue

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
            *(
                self._at_own_pace()
                if self._is_self_paced
                else [(gettext("Starts"), self.first_day)]
            ),
            (gettext("Fee"), money(run.fee)),
            (gettext("How"), str(MODES[run.mode])),
            (gettext("Language"), str(LANGUAGES.get(run.language, run.language))),
            *([(gettext("Enrolment"), self._window())] if not is_off else []),
            *([(gettext("Teacher"), run.teacher)] if run.teacher else []),
        ]

    @property
    def _is_self_paced(self) -> bool:
        return self.run.mode is Mode.SELF_PACED and not self.sessions

    def _at_own_pace(self) -> list[tuple[str, str]]:
        weeks = self.run.pace_weeks
        time = ngettext("%(num)s week", "%(num)s weeks", weeks) if weeks else ""
        return [
            (gettext("Starts"), gettext("On the day you enrol")),
            *([(gettext("Time to finish"), time)] if time else []),
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
        place = _place(session.venue or self.run.venue, _room(session, self.run))
        note = gettext("Cancelled") if off else ""
        return [long_date(session.starts_at), meetings.hours(session), place, note]


def _place(venue: Venue | None, room: Room | None) -> str:
    if venue is None:
        return gettext("Online")
    return f"{room.name.text()}, {venue.name.text()}" if room else venue.name.text()


def _room(session: ClassSession, run: Run) -> Room | None:
    return session.room or (run.room if session.venue_id in (None, run.venue_id) else None)
