"""How letters and texts are put together, in the language of their reader.

Texts are written without marks: so two segments hold 306 characters instead of 134.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.catalogue.models import ClassSession, Run, SessionStatus
from app.core import clock, config
from app.core.formats import clock_time, long_date
from app.core.i18n import Bilingual, current_language, gettext
from app.core.web import absolute
from app.enrolment.models import Enrolment, GroupBooking

LONGEST_SMS = 306
"""Two joined segments of the plain GSM alphabet."""
LONGEST_SUBJECT = 200
SHORTEST = 18
"""What is cut in a text keeps so many characters."""
_CUT = "..."
_LINK = re.compile(r"(?<=[^\s.])\.(?=[^\s.])|:?//")
_PLAIN = str.maketrans(
    {
        **dict(zip("đĐ–—“”‘’`₫\N{NO-BREAK SPACE}", "dD--\"\"'''d ", strict=True)),
        **dict(zip("[]{}\\|^~", "()()//'-", strict=True)),  # two units each on the air
        "…": "...",
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """The same news as a subject, a letter and a text."""

    subject: str
    letter: str
    sms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What letters say of one place, booking or class; nothing here depends on the language.

    `name` is whose place it is, where that is not the reader.
    """

    title: Bilingual
    starts_on: date
    first: datetime | None = None  # the next session
    code: str = ""
    name: str = ""
    reason: str = ""
    until: datetime | None = None  # of an offer
    line: int = 0  # in the queue
    course_id: int = 0
    where: str = "places"

    @classmethod
    def of(cls, place: Enrolment, name: str = "", line: int = 0) -> "About":
        run = place.run
        return cls(
            title=run.course.title, starts_on=run.starts_on, first=next_start(run),
            code=place.code, name=unlinked(name), reason=place.reason, until=place.offered_until,
            line=line, course_id=run.course_id,
        )  # fmt: skip

    @classmethod
    def of_run(cls, run: Run, name: str = "", code: str = "") -> "About":
        return cls(
            title=run.course.title, starts_on=run.starts_on, first=next_start(run),
            course_id=run.course_id, name=unlinked(name), code=code,
        )  # fmt: skip

    @classmethod
    def of_group(cls, booking: GroupBooking) -> "About":
        run = booking.run
        return cls(
            title=run.course.title, starts_on=run.starts_on, first=next_start(run),
            code=booking.code, course_id=run.course_id, where="groups",
        )  # fmt: skip

    @property
    def course(self) -> str:
        return self.title.text()

    @property
    def url(self) -> str:
        return address(self.where, self.code) if self.code else self.course_url

    @property
    def course_url(self) -> str:
        return address("courses", self.course_id)

    @property
    def begins(self) -> str:
        """The next session with its hour, or the first day of a run without sessions."""
        return moment(self.first) if self.first else long_date(self.starts_on)


def tell(
    about: About,
    subject: str,
    *lines: str,
    more: Sequence[str] = (),
    soft: Sequence[str] = (),
) -> Words:
    """Put news of one place together.

    Args:
        about: whose place; another reader is told the name.
        lines: the sentences of the text; each is a paragraph of the letter.
        more: paragraphs that only the letter has.
        soft: texts inside the lines that may be cut in a text, the least important first; the
            name and the title always may.
    """
    said = [line for line in lines if line]
    if about.name:
        said = [gettext("About %(name)s:", name=about.name) + f" {said[0]}", *said[1:]]
    return compose(subject, said, more, [*soft, about.reason, about.name, about.course])


def compose(
    subject: str, lines: Sequence[str], more: Sequence[str] = (), soft: Sequence[str] = ()
) -> Words:
    """As `tell`, of news that is about no place."""
    paragraphs = "\n\n".join([*lines, *(line for line in more if line)])
    return Words(_line(subject), _letter(paragraphs), fitted(" ".join(lines), soft))


def words(subject: str, news: str) -> Words:
    """The same news by letter and by text."""
    return Words(_line(subject), _letter(news), sms(news))


def sms(news: str) -> str:
    return plain(f"{site()}: {news}")


def fitted(news: str, soft: Sequence[str]) -> str:
    """A text of which these parts are cut, one after the other, until it is one message."""
    text = sms(news)
    for part in map(plain, soft):
        excess = len(text) - LONGEST_SMS
        kept = max(SHORTEST, len(part) - excess - len(_CUT))
        if excess > 0 and kept + len(_CUT) < len(part):
            text = text.replace(part, part[:kept].rstrip() + _CUT)
    return text


def plain(text: str) -> str:
    """Without marks, in characters every phone shows and that count as one each."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    ascii_only = decomposed.encode("ascii", "ignore").decode()
    return "".join(each for each in ascii_only if each.isprintable() or each == "\n")


def unlinked(typed: str) -> str:
    """What anybody may have typed, so that no phone makes a link of it.

    The phone it goes to may be a stranger's, who would read it in our name.
    """
    return _LINK.sub(lambda found: ". " if found[0] == "." else " ", typed)


def site() -> str:
    settings = config.current()
    return Bilingual(settings.site_name_vi, settings.site_name_en).text()


def address(*parts: object) -> str:
    """The public address of a page in the reader's language."""
    return absolute("/" + "/".join([current_language(), *map(str, parts)]))


def moment(at: datetime) -> str:
    return f"{clock_time(at)} {long_date(at)}"


def next_start(run: Run) -> datetime | None:
    """When the run meets next."""
    following = next_session(run)
    return following.starts_at if following else None


def next_session(run: Run) -> ClassSession | None:
    now = clock.now()
    held = (each for each in run.sessions if each.status is SessionStatus.PLANNED)
    return next((each for each in held if each.ends_at > now), None)


def _letter(news: str) -> str:
    hotline = gettext("Questions? Call %(number)s.", number=config.current().hotline)
    return f"{news}\n\n{hotline}\n{site()}\n"


def _line(subject: str) -> str:
    """A subject is one line, and not endless."""
    return " ".join(subject.split())[:LONGEST_SUBJECT]
