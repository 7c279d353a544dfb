"""Certificates on paper: tagged PDF/UA, set by typst from what was frozen and nothing else."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.core import papers
from app.core.db import end_reading
from app.core.formats import number, short_date
from app.core.i18n import DEFAULT, LANGUAGES, Bilingual, current_language, gettext, speaking
from app.core.web import absolute
from app.enrolment import qr
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.models import Certificate, Languages

AT_ONCE = 100
"""So many fit one file: more would keep somebody waiting."""
_TEMPLATE = Path(__file__).with_name("paper.typ")
_MINUTES = 60
_WRITTEN_WITH_ZERO = 10, 2  # days below, months up to: official papers write 05 and 02, but 3
Text = list[str]
"""A language and the words in it."""


def paper(certificates: Sequence[Certificate]) -> bytes:
    """One page each; the same certificates give the same bytes on every machine."""
    languages = _languages(certificates[0])
    with speaking(languages[0]):
        title = gettext("Certificate of completion")
    content = {
        "language": languages[0],
        "title": f"{title} – {Content.read(certificates[0].content).course.text(languages[0])}",
        "pages": [_page(each) for each in certificates],
    }
    end_reading()  # nobody waits for the database meanwhile
    return papers.paper(_TEMPLATE, "papers", content)


def address(certificate: Certificate) -> str:
    """Where anybody can check it."""
    return absolute(f"/x/{certificate.code}")


def readable(code: str) -> str:
    """Four and four, as it is easiest to type."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _languages(of: Certificate) -> Sequence[str]:
    return LANGUAGES if of.languages is Languages.BOTH else (of.languages.value,)


def _page(of: Certificate) -> dict[str, Any]:
    content, languages = Content.read(of.content), _languages(of)

    def said(words: Callable[[], str]) -> list[Text]:
        return [_speak(each, words) for each in languages]

    return {
        "city": _written(content.city, languages),
        "provider": _written(content.provider, languages),
        "head": said(lambda: gettext("Certificate of completion")),
        "certifies": said(lambda: gettext("This is to certify that")),
        "name": of.full_name,
        "completed": said(lambda: gettext("has completed the course")),
        "course": _written(content.course, languages),
        "when": said(lambda: _when(content)),
        "number": said(lambda: gettext("Number: %(number)s", number=of.number)),
        "issued": said(lambda: gettext("Issued on %(day)s", day=_official(of.issued_on))),
        "signature": said(lambda: gettext("For the provider (signature, seal)")),
        "check": said(lambda: gettext("Check it at")),
        "address": address(of).split("://", 1)[-1].rsplit("/", 1)[0] + "/",
        "code": readable(of.code),
        "qr": qr.drawing(address(of)),
        "picture": _speak(languages[0], lambda: gettext("QR code to check this certificate"))[1],
    }


def _speak(language: str, words: Callable[[], str]) -> Text:
    with speaking(language):
        return [language, words()]


def _written(text: Bilingual, languages: Sequence[str]) -> list[Text]:
    """In each language in which somebody wrote it, the same words once."""
    found = {text.text(each): text.language(each) for each in reversed(languages)}
    return [[language, words] for words, language in reversed(found.items())]


def _when(content: Content) -> str:
    days = {"first": short_date(content.starts_on), "last": short_date(content.ends_on)}
    said = (
        gettext("from %(first)s to %(last)s", **days)
        if content.ends_on > content.starts_on
        else gettext("on %(day)s", day=days["first"])
    )
    if not content.minutes:
        return said
    hours = number(round(content.minutes / _MINUTES, 1))
    long = gettext(
        "%(hours)s hours in %(sessions)s sessions", hours=hours, sessions=content.sessions
    )
    return f"{said} ({long})"


def _official(day: date) -> str:
    """Ngày 05 tháng 02 năm 2026; in English as everywhere."""
    if current_language() != DEFAULT:
        return short_date(day)
    days, months = _WRITTEN_WITH_ZERO
    day_of_month = f"{day.day:02}" if day.day < days else str(day.day)
    month = f"{day.month:02}" if day.month <= months else str(day.month)
    return f"ngày {day_of_month} tháng {month} năm {day.year}"
