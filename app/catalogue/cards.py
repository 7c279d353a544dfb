"""A course as it appears in a list."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.catalogue.badges import Badge
from app.catalogue.models import Course, Mode, RunState
from app.core.i18n import Bilingual, gettext
from app.core.i18n import lazy as _
from app.core.slugs import slug_of

MODES: dict[Mode, str] = {
    Mode.IN_PERSON: _("In person"),
    Mode.ONLINE: _("Online"),
    Mode.BLENDED: _("In person and online"),
    Mode.SELF_PACED: _("At your own pace"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCard:
    """The words of one card; those about a run are of the run one can join next."""

    id: int
    slug: str
    title: Bilingual
    summary: Bilingual
    provider: Bilingual
    topic: Bilingual
    ward: Bilingual | None = None
    run_id: int | None = None
    state: RunState | None = None
    first_day: date | None = None
    times: str = ""
    fee: int | None = None
    mode: str = ""
    badge: Badge | None = None
    access: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return url_for("catalogue.course", course_id=self.id, slug=self.slug)

    @property
    def language_note(self) -> str:
        return gettext("In Vietnamese only") if self.title.is_fallback else ""


def course_slug(course: Course) -> str:
    """The decoration of a course's address, in both languages: the Vietnamese title, plain."""
    return slug_of(course.title_vi)
