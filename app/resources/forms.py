"""The form of a learning resource."""

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import NumberRange

from app.catalogue.words import LANGUAGES
from app.core.fields import VersionField
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
from app.resources.models import Licence, Resource, ResourceFormat
from app.resources.operations import ResourceFields
from app.resources.words import FORMATS, LICENCES


class ResourceForm(BaseForm):
    """A link with its words in both languages; English may stay empty."""

    title_vi = TextField(_("Title in Vietnamese"), [required(_("Enter a title in Vietnamese."))])
    title_en = TextField(_("Title in English"), [optional()])
    summary_vi = ProseField(_("In two sentences (Vietnamese)"), [optional()], longest=600)
    summary_en = ProseField(_("In two sentences (English)"), [optional()], longest=600)
    url = TextField(
        _("Link"),
        [required(_("Enter the link, for example https://example.org/book."))],
        longest=500,
        render_kw={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    )
    licence = SelectField(
        _("Licence"), choices=[choice(code.value, label) for code, label in LICENCES.items()]
    )
    format = SelectField(
        _("File format"), choices=[choice(code.value, label) for code, label in FORMATS.items()]
    )
    languages = SelectMultipleField(
        _("Language"), choices=[choice(code, label) for code, label in LANGUAGES.items()]
    )
    topic_id = SelectField(
        _("Subject"), [NumberRange(min=1, message=_("Choose a subject."))], coerce=int
    )
    version = VersionField()

    def show(self, resource: Resource) -> None:
        """Fill the boxes with the resource as it is."""
        self.process(obj=resource, languages=resource.languages.split())

    def fields(self) -> ResourceFields:
        """What was sent, for the operations."""
        return ResourceFields(
            title=bilingual_columns(self, "title"),
            summary=bilingual_columns(self, "summary"),
            url=self.url.data or "",
            licence=Licence(self.licence.data),
            format=ResourceFormat(self.format.data),
            languages=tuple((self.languages.data or ["vi"])[:3]),
            topic_id=self.topic_id.data,
        )
