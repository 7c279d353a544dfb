"""Forms of imports and feeds."""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectField, StringField

from app.core.fields import CountField
from app.core.forms import BaseForm, TextField, choice, optional, required
from app.core.i18n import lazy as _
from app.feeds.models import LONGEST_ADDRESS, FeedSource, SourceKind
from app.feeds.operations.sources import SourceFields
from app.feeds.words import KINDS, MAPPINGS

MOST_WITHDRAWN = 1_000_000
_ACCEPT = ".csv,.txt,.xlsx,.xls,.json,.jsonld,.xml"


class UploadForm(BaseForm):
    """A file, and what kind of table it is."""

    sheet = FileField(_("File with courses"), render_kw={"accept": _ACCEPT})
    mapping = SelectField(
        _("Kind of table"), choices=[choice(code, label) for code, label in MAPPINGS.items()]
    )
    publish = BooleanField(_("Publish courses that are complete and have a run to come"))

    def uploaded(self) -> FileStorage | None:
        given = self.sheet.data
        return given if isinstance(given, FileStorage) and given.filename else None


class ApplyForm(BaseForm):
    """`digest` is that of the difference that was shown."""

    digest = HiddenField()
    good_rows = HiddenField()
    confirmed = CountField(
        _("How many courses and runs are to be withdrawn?"), [optional()], most=MOST_WITHDRAWN
    )


class SourceForm(BaseForm):
    """A feed that is fetched."""

    name = TextField(_("What you call it"), [optional()])
    address = StringField(
        _("Web address"),
        [required(_("Write the address, it begins with https://."))],
        filters=[lambda text: (text or "").strip()[:LONGEST_ADDRESS]],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )
    kind = SelectField(_("Kind of feed"), choices=[choice(k.value, v) for k, v in KINDS.items()])
    topic = SelectField(_("Subject of courses whose own we do not know"), validate_choice=True)
    every_hours = CountField(_("Fetch every … hours"), [optional()], most=24 * 31)
    applies_itself = BooleanField(
        _("Apply by itself, and withdraw what is missing, unless something is wrong or too much")
    )

    def fields(self) -> SourceFields:
        return SourceFields(
            name=self.name.data or "",
            address=self.address.data or "",
            kind=SourceKind(self.kind.data),
            topic=self.topic.data or "",
            every_hours=self.every_hours.value or None,
            applies_itself=bool(self.applies_itself.data),
        )

    def show(self, source: FeedSource) -> None:
        told: dict[str, Any] = {
            "name": source.name,
            "address": source.address,
            "kind": source.kind.value,
            "topic": source.topic,
            "every_hours": str(source.every_hours or ""),
            "applies_itself": source.applies_itself,
        }
        for name, value in told.items():
            self[name].data = value
