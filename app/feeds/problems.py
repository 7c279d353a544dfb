"""What can be wrong with a row, in words for the person who made the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.i18n import LANGUAGES, Bilingual, speaking
from app.core.i18n import lazy as _

MESSAGES: dict[str, str] = {
    "missing": _("This cell is empty and must be filled."),
    "too_long": _("%(length)s characters are too many; at most %(most)s fit."),
    "not_a_number": _("“%(value)s” is not a whole number. Write digits, for example 30."),
    "too_large": _("%(value)s is too large; the most is %(most)s."),
    "not_dong": _("“%(value)s” is not an amount in dong. Other currencies are not converted."),
    "not_a_date": _("“%(value)s” is not a date. Write day/month/year, for example 25/11/2026."),
    "unlikely_date": _("%(value)s lies too far from today to be right."),
    "not_a_time": _("“%(value)s” is not an hour. Write hours and minutes, for example 18:30."),
    "not_yes_or_no": _("“%(value)s” is neither yes nor no. Write x for yes, nothing for no."),
    "unknown_word": _("“%(value)s” is none of: %(known)s."),
    "unknown_topic": _("There is no subject “%(value)s”. Known: %(known)s."),
    "unknown_audience": _("There is no group “%(value)s”. Known: %(known)s."),
    "unknown_venue": _("“%(value)s” is none of the provider's places. Add the place first."),
    "not_isced": _("“%(value)s” is no ISCED-F 2013 field: two to four digits."),
    "not_a_link": _("“%(value)s” is no web address. Begin with https://."),
    "differs": _("This differs from line %(line)s, which has the same %(key)s: “%(first)s”."),
    "repeated": _("Line %(line)s already has this. Leave one of the two out."),
    "ends_before_start": _("The last day %(ends)s is before the first day %(starts)s."),
    "session_ends_before_start": _("The session ends at %(ends)s, not after %(starts)s."),
    "closes_before_opens": _("Enrolment closes on %(until)s, before it opens on %(opens)s."),
    "closes_after_end": _("Enrolment closes on %(until)s, after the last day %(ends)s."),
    "no_dates": _("A run needs its first and last day, or sessions."),
    "no_hours": _("A session needs a date, a beginning and an end."),
    "outside_run": _("The session on %(day)s is outside the run, %(starts)s to %(ends)s."),
    "too_many_sessions": _("A run has at most %(most)s sessions; this one has %(count)s."),
    "run_without_key": _("There is a date or a session but no key of the run."),
    "not_a_weekday": _("“%(value)s” is no weekday of the mapping."),
    "not_a_period": _("“%(value)s” is no lesson period of the mapping."),
    "not_weeks": _("“%(value)s” does not tell the teaching weeks."),
    "too_many_cells": _("The row has more cells than the header; perhaps a quote is missing."),
    "taken_elsewhere": _(
        "“%(value)s” is an address that names a course of another provider. Use your own key."
    ),
    "broken_letters": _("The text has letters that could not be read: “%(value)s”."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of the file; `code` is stable, the words are not.

    `column` is the head as the file has it, `name` our own name of the column.
    """

    line: int
    column: str
    code: str
    values: tuple[tuple[str, str], ...] = ()
    name: str = ""

    @property
    def reason(self) -> Bilingual:
        """The same sentence in both languages."""
        return in_both(MESSAGES[self.code], dict(self.values))


def in_both(pattern: str, values: Mapping[str, object]) -> Bilingual:
    """A lazy message with its values, in both languages at once."""
    sentences = []
    for language in LANGUAGES:
        with speaking(language):
            sentences.append(str(pattern) % values)
    return Bilingual(*sentences)


class Wrong(Exception):
    """A value that cannot be read; the caller knows the line and the column."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = tuple((name, str(value)[:100]) for name, value in values.items())

    def at(self, line: int, column: str, name: str = "") -> Problem:
        return Problem(line, column, self.code, self.values, name)
