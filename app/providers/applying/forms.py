"""What an organisation that wants to teach here is asked, and what staff answer."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, SelectField
from wtforms.validators import Length, ValidationError

from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.ward import WardForm, ward_code_field, ward_field
from app.core.fields import VersionField
from app.core.formats import phone
from app.core.forms import (
    BaseForm,
    PhoneField,
    ProseField,
    TextField,
    bilingual_columns,
    optional,
    required,
)
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.providers.applying.documents import MOST_BYTES, Upload
from app.providers.applying.operations import ApplicationFields
from app.providers.models import Application

_LONGEST_WORDS = 2000


class ApplicationForm(WardForm):
    """All of it on one page, in the order in which people know it."""

    version = VersionField()
    type_id = SelectField(
        _("Kind of organisation"), [required(_("Choose the kind of organisation."))]
    )
    name_vi = TextField(_("Legal name in Vietnamese"), [required(_("Enter the legal name."))])
    name_en = TextField(_("Name in English"), [optional()])
    ward = ward_field(_("Ward or commune"))
    ward_code = ward_code_field()
    address = TextField(_("Number and street"), [required(_("Enter the number and street."))])
    licence_no = TextField(_("Number of the licence or founding decision"), [optional()])
    contact_name = TextField(_("Who we can talk to"), [required(_("Enter a name."))])
    phone = PhoneField(_("Phone for residents"), [optional()])
    email = TextField(
        _("E-mail for residents"), [optional()],
        render_kw={"type": "email", "autocapitalize": "none"},
    )  # fmt: skip
    about = ProseField(
        _("What you teach, in a few sentences"), [optional()], longest=_LONGEST_WORDS
    )
    answer = ProseField(_("Your answer"), [optional()], longest=_LONGEST_WORDS)
    files = MultipleFileField(
        _("Documents"), render_kw={"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}
    )
    outside: BooleanField = None  # type: ignore[assignment]  # nobody teaches here from outside

    def validate_email(self, field: Any) -> None:
        """Only what a letter can be sent to."""
        found = Contact.read(field.data or "")
        if field.data and (found is None or found.kind is not ContactKind.EMAIL):
            raise ValidationError(gettext("Enter an e-mail address, for example lan@example.org."))

    def validate(self, extra_validators: Any = None) -> bool:
        """As for people, without a place outside the city."""
        shape_is_right = bool(BaseForm.validate(self, extra_validators))
        return self._find_ward() and shape_is_right

    def show(self, application: Application) -> None:
        """Fill the boxes with what was said before."""
        names = ("name_vi", "name_en", "address", "licence_no", "contact_name", "phone", "email",
                 "about", "answer", "version")  # fmt: skip
        said = {name: getattr(application, name) for name in names}
        said["phone"] = phone(application.phone) if application.phone else ""
        unit = application.unit
        place = {"ward": unit.full_name.text(), "ward_code": unit.code} if unit else {}
        self.process(data={**said, **place, "type_id": str(application.type_id or "")})

    def fields(self) -> ApplicationFields:
        """What was sent, for the operations."""
        return ApplicationFields(
            type_id=int(self.type_id.data),
            name=bilingual_columns(self, "name"),
            unit_id=self.unit.id if self.unit else 0,
            address=self.address.data or "",
            contact_name=self.contact_name.data or "",
            phone=self.phone.e164,
            email=(self.email.data or "").lower(),
            licence_no=self.licence_no.data or "",
            about=self.about.data or "",
            answer=self.answer.data or "",
        )

    def uploads(self) -> list[Upload]:
        """The files of this request; of one that is too big, a little more than is allowed."""
        return [
            Upload(file.filename or "", file.stream.read(MOST_BYTES + 1))
            for file in self.files.data or ()
            if file and file.filename
        ]


class DecisionForm(BaseForm):
    """Staff ask, refuse or approve what they saw."""

    version = VersionField()
    words = ProseField(
        _("Question or reason"), [optional(), Length(max=_LONGEST_WORDS)], longest=_LONGEST_WORDS
    )
