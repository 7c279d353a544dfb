"""What offices fill in about figures of their own, and about targets."""

from datetime import date
from decimal import Decimal

from wtforms import SelectField

from app.core.fields import DayField, VersionField
from app.core.forms import BaseForm, ProseField, TextField, optional, required
from app.core.i18n import lazy as _
from app.indicators.forms.boxes import NumberField, typed
from app.indicators.models import EnteredValue
from app.indicators.operations.values import TargetFields, ValueFields


class ValueForm(BaseForm):
    """A figure with its source; `version` is the key of the figure it corrects."""

    unit = SelectField(_("For which place"), validate_choice=True)
    period = TextField(
        _("Period"), [required(_("Write a period, for example 2026-H1."))], longest=20
    )
    number = NumberField(_("Figure"), [required(_("Write the figure."))])
    source = TextField(
        _("Where the figure is from"),
        [required(_("Say which office or document the figure is from."))],
    )
    as_of = DayField(_("True on"), [required(_("Write the day on which the figure was true."))])
    note = ProseField(_("Note"), [optional()], longest=1000)
    version = VersionField()

    def show(self, value: EnteredValue, unit: str) -> None:
        """What is to be corrected."""
        data = {
            "unit": unit, "period": value.period, "number": typed(value.number),
            "source": value.source, "as_of": f"{value.as_of:%d/%m/%Y}", "note": value.note,
            "version": str(value.id),
        }  # fmt: skip
        self.process(data=data)

    def fields(self) -> ValueFields:
        return ValueFields(
            period=self.period.data or "", number=self.number.value or Decimal(0),
            source=self.source.data or "", as_of=self.as_of.value or date.min,
            note=self.note.data or "",
        )  # fmt: skip


class TargetForm(BaseForm):
    """What a figure shall be, and who says so."""

    of = SelectField(_("Of which figure"))
    unit = SelectField(_("For which place"))
    period = TextField(
        _("By the end of the period"), [required(_("Write a period, for example 2030."))],
        longest=20,
    )  # fmt: skip
    number = NumberField(_("Target"), [required(_("Write the figure."))])
    source = TextField(
        _("Plan that sets it"), [required(_("Say which plan or decision sets the target."))]
    )

    def fields(self, unit_id: int) -> TargetFields:
        return TargetFields(
            unit_id=unit_id, period=self.period.data or "",
            number=self.number.value or Decimal(0), source=self.source.data or "",
        )  # fmt: skip
