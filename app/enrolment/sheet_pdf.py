"""The list to sign as a tagged PDF, set by typst."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from app.catalogue.models import ClassSession
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
    return typst.compile(
        _template(),
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(content, ensure_ascii=False)},
        pdf_standards="ua-1",
    )


@cache
def _fonts() -> typst.Fonts:
    """The family of the pages and no other, so that a sheet is the same on every machine."""
    folder = str(files("fontpkg_be_vietnam_pro") / "files")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
