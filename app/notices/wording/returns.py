"""What those who fill in returns hear."""

from dataclasses import dataclass
from datetime import date

from app.core.formats import long_date
from app.core.i18n import Bilingual, gettext
from app.notices.wording.base import Words, address, compose, unlinked


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutReturn:
    """What letters say of one return; nothing here depends on the language."""

    party: Bilingual  # the provider or the commune
    period: Bilingual
    remark: str
    due_on: date
    path: tuple[str, ...]  # of its page


def sent_back(about: AboutReturn) -> Words:
    """Which return, what is wrong with it, and where it is put right."""
    party, period, remark = about.party.text(), about.period.text(), unlinked(about.remark)
    subject = gettext("Your return was sent back: %(period)s", period=period)
    news = gettext(
        "The return of %(party)s was sent back. Period: %(period)s.", party=party, period=period
    )
    wrong = gettext("What has to be put right: %(remark)s", remark=remark)
    way = gettext("Correct it and certify it again: %(url)s", url=address(*about.path))
    due = gettext("Last day to report: %(day)s.", day=long_date(about.due_on))
    return compose(subject, [news, wrong, way], [due], [remark, party])
