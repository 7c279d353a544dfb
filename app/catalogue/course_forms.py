"""The parts of the course form, each saved alone; publishing later; sending back."""

from datetime import datetime
from typing import Any, cast

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, StopValidation

from app.catalogue import documents
from app.catalogue.course_words import LANGUAGES, TEXTS
from app.catalogue.documents import CourseFields, Document
from app.core import clock
from app.core.fields import DayField, TimeField
from app.core.formats import read_row
from app.core.forms import BaseForm, ProseField, TextField, choice, choices, required
from app.core.i18n import LANGUAGES as BOTH
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.providers.words import CLA


class _PartForm(BaseForm):
    """Some values of a document; `seen` tells whether somebody else has saved them meanwhile."""

    names: tuple[str, ...] = ()

    seen = HiddenField()
    fits = SelectMultipleField(_("The English still fits"))

    def show(self, document: Document) -> None:
        """Fill the boxes."""
        self.process(data=self.boxes(document))

    def boxes(self, document: Document) -> dict[str, Any]:
        """What stands in the boxes for these values of a document."""
        values = {name: document[name] for name in self.names}
        return {**values, "seen": documents.fingerprint(document, self.names)}

    def stands_on(self, document: Document) -> None:
        """What is saved next replaces this."""
        self.seen.data = documents.fingerprint(document, self.names)

    def offer_fits(self, document: Document) -> None:
        """The texts whose translation may be out of date."""
        mine = [name for name in document["source_was"] if f"{name}_vi" in self.names]
        choices(self.fits, [(name, str(TEXTS[name])) for name in mine])

    def values(self) -> Document:
        """What was sent, as values of a document."""
        return {name: self[name].data for name in self.names}


def _one_language(_form: Any, field: Any) -> None:
    if not field.data:
        raise StopValidation(gettext("Choose at least one language."))


class ContentForm(_PartForm):
    """What the course is about, in both languages, and where it belongs."""

    names = (
        "languages", "title_vi", "title_en", "summary_vi", "summary_en", "learn_vi", "learn_en",
        "topic_id", "cla",
    )  # fmt: skip

    languages = SelectMultipleField(
        _("Languages of the page"), [_one_language],
        choices=[choice(code, name) for code, name in LANGUAGES.items()],
    )  # fmt: skip
    title_vi = TextField(_("Title in Vietnamese"), [required(_("Enter a title in Vietnamese."))])
    title_en = TextField(_("Title in English"))
    summary_vi = ProseField(_("In two sentences (Vietnamese)"), longest=600)
    summary_en = ProseField(_("In two sentences (English)"), longest=600)
    learn_vi = ProseField(_("What people learn (Vietnamese)"))
    learn_en = ProseField(_("What people learn (English)"))
    topic_id = SelectField(
        _("Subject"), [NumberRange(min=1, message=_("Choose a subject."))], coerce=int
    )
    cla = SelectField(_("Kind of learning"), choices=[choice(c, words) for c, words in CLA.items()])

    def boxes(self, document: Document) -> dict[str, Any]:
        return {**super().boxes(document), "languages": document["languages"].split()}

    def values(self) -> Document:
        chosen = [code for code in BOTH if code in (self.languages.data or ())]
        return {**super().values(), "languages": " ".join(chosen)}

    def fields(self) -> CourseFields:
        """A new course."""
        return documents.fields_of({**documents.NOTHING, **self.values()})


class AccessForm(_PartForm):
    """For whom the course is, and what they need."""

    names = (
        "for_whom_vi", "for_whom_en", "bring_vi", "bring_en", "audience_ids", "job_related",
    )  # fmt: skip

    for_whom_vi = ProseField(_("For whom it is (Vietnamese)"), longest=1000)
    for_whom_en = ProseField(_("For whom it is (English)"), longest=1000)
    bring_vi = ProseField(_("What to bring (Vietnamese)"), longest=1000)
    bring_en = ProseField(_("What to bring (English)"), longest=1000)
    audience_ids = SelectMultipleField(_("Meant for"), coerce=int)
    job_related = BooleanField(_("It helps people at work or in finding work"))

    def values(self) -> Document:
        return {**super().values(), "audience_ids": sorted(set(self.audience_ids.data or ()))}


PART_OF = {
    **dict.fromkeys(ContentForm.names, "edit_course"),
    **dict.fromkeys(AccessForm.names, "edit_access"),
    "no_run": "new_run",
    "places": "edit_places",
}
"""The page on which each value is typed."""


class LookedAtForm(BaseForm):
    """An act on what somebody has just looked at: `course.revision`, both as numbers."""

    seen = HiddenField()

    def looked_at(self) -> tuple[int, int]:
        """What `operations.versions` gave for the page; something that never is when unreadable."""
        course, _dash, revision = (self.seen.data or "").partition("-")
        looked_at = read_row(course), 0 if revision == "0" else read_row(revision)
        return (-1, -1) if None in looked_at else cast("tuple[int, int]", looked_at)


class LaterForm(LookedAtForm):
    """The day and the hour at which a course is to be published."""

    day = DayField(_("Day"), [required(_("Enter the day."))])
    hour = TimeField(_("Hour"), [required(_("Enter the hour, for example 8:00."))])

    def at(self) -> datetime | None:
        """The moment, in the city's time."""
        if self.day.value is None or self.hour.value is None:
            return None
        return clock.at(self.day.value, self.hour.value)


class ReasonForm(BaseForm):
    """Why a course goes back to its provider."""

    reason = ProseField(
        _("What should be changed"), [required(_("Say what the provider should change."))],
        longest=1000,
    )  # fmt: skip
