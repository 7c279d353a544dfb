"""Forms of a provider's profile and places."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

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
from app.places.models import Venue
from app.providers.models import Provider
from app.providers.profile.operations import PlaceFields, ProfileFields

_LONGEST = 2000
_PROFILE = ("about_vi", "about_en", "phone", "email", "website", "address", "version")
_PLACE = ("name_vi", "name_en", "address", "bus_lines", "step_free", "hearing_loop")


class ProfileForm(BaseForm):
    """What residents read on the provider's page."""

    version = VersionField()
    about_vi = ProseField(_("About you, in Vietnamese"), [optional()], longest=_LONGEST)
    about_en = ProseField(_("About you, in English"), [optional()], longest=_LONGEST)
    phone = PhoneField(_("Phone for residents"), [optional()])
    email = TextField(
        _("E-mail for residents"), [optional()],
        render_kw={"type": "email", "autocapitalize": "none"},
    )  # fmt: skip
    website = TextField(_("Website"), [optional()], render_kw={"autocapitalize": "none"})
    address = TextField(_("Number and street"), [optional()])

    def validate_email(self, field: Any) -> None:
        """Only what a letter can be sent to."""
        found = Contact.read(field.data or "")
        if field.data and (found is None or found.kind is not ContactKind.EMAIL):
            raise ValidationError(gettext("Enter an e-mail address, for example lan@example.org."))

    def show(self, provider: Provider) -> None:
        said = {name: getattr(provider, name) for name in _PROFILE}
        self.process(data=said | {"phone": phone(provider.phone) if provider.phone else ""})

    def fields(self) -> ProfileFields:
        return ProfileFields(
            about=bilingual_columns(self, "about"),
            phone=self.phone.e164,
            email=(self.email.data or "").lower(),
            website=self.website.data or "",
            address=self.address.data or "",
        )


class PlaceForm(WardForm):
    """A building or room, and how people get in."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Enter a name in Vietnamese."))])
    name_en = TextField(_("Name in English"), [optional()])
    ward = ward_field(_("Ward or commune"))
    ward_code = ward_code_field()
    address = TextField(_("Number and street"), [required(_("Enter the number and street."))])
    bus_lines = TextField(_("Bus lines"), [optional()])
    step_free = BooleanField(_("Step-free access"))
    hearing_loop = BooleanField(_("Hearing loop"))
    outside: BooleanField = None  # type: ignore[assignment]  # every place is in the city

    def validate(self, extra_validators: Any = None) -> bool:
        """As for people, without a place outside the city."""
        shape_is_right = bool(BaseForm.validate(self, extra_validators))
        return self._find_ward() and shape_is_right

    def show(self, venue: Venue) -> None:
        said = {name: getattr(venue, name) for name in _PLACE}
        where = {"ward": venue.unit.full_name.text(), "ward_code": venue.unit.code}
        self.process(data=said | where)

    def fields(self) -> PlaceFields:
        return PlaceFields(
            name=bilingual_columns(self, "name"),
            unit_id=self.unit.id if self.unit else 0,
            address=self.address.data or "",
            bus_lines=self.bus_lines.data or "",
            step_free=bool(self.step_free.data),
            hearing_loop=bool(self.hearing_loop.data),
        )
