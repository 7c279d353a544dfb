"""The list to sign as a tagged PDF, set by typst."""

from collections.abc import Sequence
from pathlib import Path

from app.catalogue.models import ClassSession
from app.core import papers
from app.core.formats import clock_time, long_date
from app.core.i18n import current_language, gettext
from app.enrolment.queries import RegisterLine

EMPTY_ROWS = 8
"""For people who come without a place."""
_TEMPLATE = Path(__file__).with_name("sheet.typ")


def paper(session: ClassSession, lines: Sequence[RegisterLine]) -> bytes:
    """Names in the order of the attendance page, so that the numbers agree, and empty rows."""
    run, venue = session.run, session.venue or session.run.venue
    hours = f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}"
    facts = [f"{long_date(session.starts_at)}, {hours}"]
    if venue:
        facts.append(venue.name.text())
    if run.teacher:
        facts.append(f"{gettext('Teacher')}: {run.teacher}")
    content = {
        "language": current_language(),
        "title": gettext("Sheet to sign on paper"),
        "course": run.course.title.text(),
        "course_language": run.course.title.language(),
        "facts": facts,
        "heads": [
            gettext("Number"), gettext("Full name"), gettext("Year of birth"), gettext("Signature"),
        ],
        "rows": [[line.full_name, str(line.born_in or "")] for line in lines],
        "empty": EMPTY_ROWS,
        "unnamed": gettext("People who came without writing their name:"),
        "signed": gettext("Teacher (signature)"),
    }  # fmt: skip
    return papers.paper(_TEMPLATE, "sheet", content)
