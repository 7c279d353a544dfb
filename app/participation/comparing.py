"""A figure beside that of the period before, in words of the page's language."""

from app.core.i18n import Bilingual, current_language, gettext
from app.participation.periods import Period


def change(period: Period, now: str, before: str, difference: str, *, is_more: bool) -> str:
    """How a figure differs from that of the period before; all numbers as they are written."""
    values = {"difference": difference, "before": before, "period": in_sentence(period.label)}
    if now == before:
        return gettext("The same as in the period before (%(period)s).", **values)
    if is_more:
        return gettext("Up by %(difference)s from %(before)s (%(period)s).", **values)
    return gettext("Down by %(difference)s from %(before)s (%(period)s).", **values)


def beside_whole(period: Period, number: str) -> str:
    """A part of a period is not weighed against the whole one before: that is told by itself."""
    values = {"number": number, "period": in_sentence(period.label)}
    return gettext("The whole period before: %(number)s (%(period)s).", **values)


def in_sentence(name: Bilingual) -> str:
    """The name of a period or a month, which Vietnamese begins small within a sentence."""
    text = name.text()
    return text[:1].lower() + text[1:] if current_language() == "vi" else text
