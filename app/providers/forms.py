"""The form of a provider type."""

from wtforms import SelectField
from wtforms.validators import Regexp

from app.core import clock
from app.core.fields import DayField
from app.core.forms import BaseForm, TextField, bilingual_columns, choice, optional, required
from app.core.i18n import lazy as _
from app.providers.models import ProviderType
from app.providers.operations import TypeFields
from app.providers.words import CLA


class TypeForm(BaseForm):
    """Names in both languages and the days from and to which the law knows the type."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Enter a name in Vietnamese."))])
    name_en = TextField(_("Name in English"), [required(_("Enter a name in English."))])
    default_cla = SelectField(
        _("Usual kind of learning"), choices=[choice(code, label) for code, label in CLA.items()]
    )
    valid_from = DayField(_("First day"), [required(_("Enter the first day."))])
    valid_to = DayField(_("Last day"), [optional()])

    def show(self, kind: ProviderType) -> None:
        """Fill the boxes with the type as it is."""
        days = {
            name: f"{getattr(kind, name):%d/%m/%Y}" if getattr(kind, name) else ""
            for name in ("valid_from", "valid_to")
        }
        self.process(data={**_names(kind), **days})

    def fields(self) -> TypeFields:
        """What was sent, for the operations."""
        return TypeFields(
            name=bilingual_columns(self, "name"),
            default_cla=self.default_cla.data,
            valid_from=self.valid_from.value or clock.today(),
            valid_to=self.valid_to.value,
        )


class NewTypeForm(TypeForm):
    """A code is chosen once and never changes."""

    code = TextField(
        _("Code"),
        [
            required(_("Enter a code of small letters and dashes.")),
            Regexp(r"[a-z][a-z-]*\Z", message=_("Enter a code of small letters and dashes.")),
        ],
        longest=40,
    )


def _names(kind: ProviderType) -> dict[str, str]:
    return {name: getattr(kind, name) for name in ("name_vi", "name_en", "default_cla")}
