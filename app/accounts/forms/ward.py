"""Asking where somebody lives, in any way people call it, old names and districts too."""

from typing import Any

from wtforms import BooleanField, RadioField

from app.core.forms import BaseForm, TextField, choices
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.vi import fold
from app.places.models import AdminUnit, UnitLevel
from app.places.queries import Ward, find_wards, unit, ward_called

MOST_WARDS = 30
_EMPTY = _("Enter the ward or commune, or tick that it is outside the city.")
_UNKNOWN = _("We know no ward of this name. Try the old name, or the old district.")
_SEVERAL = _("Several wards fit. Choose one of the list.")


def ward_field(label: str = _("Ward or commune where you live")) -> TextField:
    return TextField(label, longest=100)


def ward_code_field() -> RadioField:
    return RadioField(_("Which of these wards?"), validate_choice=False, choices=[])


def outside_field() -> BooleanField:
    return BooleanField(_("Outside the city"))


class WardForm(BaseForm):
    """A form with the three fields above.

    Errors are told in the order of the page, so each form places the fields itself. Where several
    of today's wards fit what was typed, `ward_code` offers them; after validation `unit` is the
    one that was meant.
    """

    ward: TextField
    ward_code: RadioField
    outside: BooleanField
    unit: AdminUnit | Ward | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        shape_is_right = bool(super().validate(extra_validators))
        ward_is_right = bool(self.outside.data) or self._find_ward()
        return shape_is_right and ward_is_right

    def _find_ward(self) -> bool:
        """Understand the ward, or say beside it what to do."""
        text, code = self.ward.data or "", self.ward_code.data or ""
        self.unit = ward_called(text)
        if self.unit is not None and code in ("", self.unit.code):
            return True  # as most people write it: there is nothing to search
        found = find_wards(text, limit=MOST_WARDS)
        self.unit = _chosen(found, text, code) or _named(found, text)
        if self.unit is None:
            field, wrong = (self.ward_code, _SEVERAL) if found else (self.ward, _UNKNOWN)
            wrong = wrong if text else _EMPTY
            choices(self.ward_code, [(ward.code, ward.full_name.text()) for ward in found])
            field.errors = [*field.errors, str(wrong)]
        return self.unit is not None

    @property
    def unit_id(self) -> int | None:
        """None: outside the city."""
        return self.unit.id if self.unit else None

    @property
    def residence(self) -> str:
        """The ward as understood, in words."""
        if self.outside.data:
            return gettext("Outside the city")
        return self.unit.full_name.text() if self.unit else ""


def ward_answers(unit: AdminUnit | None, *, is_known: bool) -> dict[str, Any]:
    """What the three fields hold for somebody who lives there."""
    if unit is None:
        return {"outside": is_known}
    return {"ward": unit.full_name.text(), "ward_code": unit.code}


def _chosen(found: list[AdminUnit], text: str, code: str) -> AdminUnit | None:
    """The unit picked from a list for this very text, not one left over from another text."""
    picked = unit(code) if code else None
    if picked is None or picked.level is not UnitLevel.COMMUNE:
        return None
    fits = picked in found or any(fold(text).startswith(name) for name in _names(picked))
    return picked if fits else None


def _named(found: list[AdminUnit], text: str) -> AdminUnit | None:
    """The only unit that fits, or the only one of those whose own name this is."""
    own = [ward for ward in found if fold(text) in _names(ward)]
    fitting = own or found
    return fitting[0] if len(fitting) == 1 else None


def _names(ward: AdminUnit) -> set[str]:
    return {fold(name) for name in (ward.name_vi, ward.full_name_vi, ward.full_name_en) if name}
