"""What provider staff and learners fill in for learning from afar."""

from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField

from app.core.fields import CountField, DayField, VersionField
from app.core.forms import (
    BaseForm,
    ProseField,
    TextField,
    bilingual_columns,
    choice,
    optional,
    required,
)
from app.core.i18n import lazy as _
from app.enrolment.distance.models import RunUnit
from app.enrolment.distance.needs import CAPTIONS, Needs
from app.enrolment.distance.units import UnitFields


class UnitForm(BaseForm):
    """One unit in both languages; English may stay empty."""

    title_vi = TextField(_("Title in Vietnamese"), [required(_("Enter a title in Vietnamese."))])
    title_en = TextField(_("Title in English"), [optional()])
    text_vi = ProseField(_("What to do (Vietnamese)"), [optional()])
    text_en = ProseField(_("What to do (English)"), [optional()])
    link = TextField(_("Link to the lesson"), [optional()], longest=500)
    due_on = DayField(_("To be done by"), [optional()])
    version = VersionField()

    def show(self, unit: RunUnit) -> None:
        day = f"{unit.due_on:%d/%m/%Y}" if unit.due_on else ""
        names = ("title_vi", "title_en", "text_vi", "text_en", "link")
        said = {name: getattr(unit, name) for name in names}
        self.process(data=said | {"due_on": day, "version": str(unit.version)})

    def fields(self) -> UnitFields:
        return UnitFields(
            title=bilingual_columns(self, "title"), text=bilingual_columns(self, "text"),
            link=self.link.data or "", due_on=self.due_on.value,
        )  # fmt: skip


class NeedsForm(BaseForm):
    """What people need and get, told before they enrol."""

    captions = SelectField(
        _("Captions"), choices=[choice(code, label) for code, label in CAPTIONS.items()]
    )
    equipment_vi = TextField(_("Equipment people need (Vietnamese)"), [optional()])
    equipment_en = TextField(_("Equipment people need (English)"), [optional()])

    def needs(self) -> Needs:
        return Needs(self.captions.data, bilingual_columns(self, "equipment"))


class CodeForm(BaseForm):
    """The code on the screen."""

    session_code = TextField(
        _("Code on the screen"), [required(_("Type the code the teacher shows."))], longest=20
    )


class ListForm(BaseForm):
    """The list of participants of a meeting, and from how many minutes on somebody was there."""

    file = FileField(_("List of participants (CSV)"))
    least = CountField(_("Present from so many minutes"), [optional()], most=600)


class ConfirmForm(BaseForm):
    """Whom the list has shown to be present; `version` is that of the register."""

    present = SelectMultipleField(coerce=int, validate_choice=False)
    version = VersionField()
