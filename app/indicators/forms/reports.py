"""What the statistician fills in to freeze a report and to fill an office's form."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import Length

from app.core.forms import BaseForm, TextField, choice, optional, required
from app.core.i18n import lazy as _
from app.indicators.reports.content import Part

_LONGEST = 200


class FreezeForm(BaseForm):
    """Which period, why again, and that missing returns are known."""

    period = TextField(_("Period"), [required(_("Enter a period.")), Length(max=20)])
    reason = TextField(_("Why another revision is made"), [optional(), Length(max=_LONGEST)])
    without_missing = BooleanField(_("Freeze though returns are missing"))


class PublishForm(BaseForm):
    """The second deliberate step."""


class UploadForm(BaseForm):
    """An office's own form."""

    name = TextField(_("Name of the form"), [required(_("Enter a name.")), Length(max=_LONGEST)])
    file = FileField(
        _("Workbook (.xlsx)"), [FileRequired(_("Choose a file."))], render_kw={"accept": ".xlsx"}
    )


class CellForm(PlainForm):
    """What goes into one named cell."""

    cell = HiddenField()
    measure = SelectField(_("Measure"), validate_choice=False)
    of = TextField(_("Of whom"), [optional(), Length(max=100)])
    period = SelectField(_("Period"), validate_choice=False)


class MappingForm(BaseForm):
    """All named cells of a form."""

    cells = FieldList(FormField(CellForm))


class FillForm(BaseForm):
    """From which report a form is filled."""

    report = SelectField(_("Report"), coerce=int)
    part = RadioField(
        _("Figures"),
        choices=[
            choice(Part.PUBLIC.value, _("As published: small figures hidden, the rest rounded")),
            choice(Part.INTERNAL.value, _("Exact, internal: not for publication")),
        ],
        default=Part.PUBLIC.value,
    )
