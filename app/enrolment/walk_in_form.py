"""What staff type for somebody who stands at the desk or calls: as little as makes a place."""

import secrets
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from app.accounts.forms.person import full_name_field, sex_field
from app.accounts.forms.ward import WardForm, outside_field, ward_code_field, ward_field
from app.accounts.operations import Guest
from app.core import clock
from app.core.errors import DomainError
from app.core.forms import FIRST_BIRTH_YEAR, PhoneField, TextField, choice, optional, required
from app.core.i18n import current_language
from app.core.i18n import lazy as _
from app.enrolment.errors import (
    AgeUnknown,
    NeedsCourseFirst,
    NotInWard,
    NotYetForYou,
    TooOld,
    TooYoung,
)
from app.enrolment.models import Channel
from app.enrolment.operations import Application
from app.places.models import Sex

_YEAR = _("Check the year of birth: four digits, for example 1955.")
_LONGEST_REASON = 200
_RULES = (AgeUnknown, NeedsCourseFirst, NotInWard, NotYetForYou, TooOld, TooYoung)


class WalkInForm(WardForm):
    """Name, phone, year of birth, ward, sex; a reason only where a rule stands in the way."""

    full_name = full_name_field()
    phone = PhoneField(
        _("Phone number"), [required(_("Enter a phone number, for example 0912 345 678."))]
    )
    born_in = IntegerField(
        _("Year of birth"),
        [InputRequired(message=_YEAR), NumberRange(FIRST_BIRTH_YEAR, 2200, message=_YEAR)],
        render_kw={"inputmode": "numeric", "size": 6, "autocomplete": "off"},
    )
    ward = ward_field(_("Ward or commune where they live"))
    ward_code = ward_code_field()
    outside = outside_field()
    sex = sex_field()
    channel = RadioField(
        _("Where is the person?"),
        [required(_("Choose where the person is."))],
        choices=[
            choice(Channel.STAFF.value, _("Here at the desk")),
            choice(Channel.PHONE.value, _("On the phone")),
        ],
        default=Channel.STAFF.value,
    )
    override_reason = TextField(
        _("Why do you let the person in all the same?"), [optional()], longest=_LONGEST_REASON
    )
    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))
    asks_why = False
    sets_rules_aside = False  # whether this is for whoever sends it to do

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = super().validate(extra_validators)
        if self.born_in.data and self.born_in.data > clock.today().year and not self.born_in.errors:
            self.born_in.errors = [str(_YEAR)]
            return False
        return is_right

    def refuse(self, error: DomainError) -> None:
        """A rule of the class can be set aside, with a reason, by whoever made the rules."""
        self.asks_why = self.sets_rules_aside and isinstance(error, _RULES)
        super().refuse(error)

    @property
    def shows_why(self) -> bool:
        return self.asks_why or bool(self._reason)

    @property
    def _reason(self) -> str:
        return (self.override_reason.data or "") if self.sets_rules_aside else ""

    def guest(self) -> Guest:
        """The answers of a valid form."""
        return Guest(
            full_name=self.full_name.data or "", phone=self.phone.e164 or "",
            born_in=self.born_in.data or 0, sex=Sex(self.sex.data), unit_id=self.unit_id,
            language=current_language(),
        )  # fmt: skip

    def application(self, by_id: int | None) -> Application:
        """How it was asked for, and why a rule is set aside."""
        return Application(
            form_key=self.form_key.data or None, channel=Channel(self.channel.data),
            recorded_by_id=by_id, language=current_language(),
            override_reason=self._reason,
        )  # fmt: skip
