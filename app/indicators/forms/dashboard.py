"""Which prepared figures are asked for, as it stands in the address."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField

from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.participation.periods import Period
from app.places.models import AdminUnit

_KINDS = ("Phường", "Xã", "Đặc khu")


class ChooseForm(Form):
    """One of the fixed periods, and the city or one of its wards. Sent by GET."""

    period = SelectField(_("Period"), validate_choice=False)
    ward = SelectField(_("Ward, commune"), validate_choice=False)

    chosen: Period
    unit_id: int | None = None
    is_understood: bool = True  # an unknown period or ward has no page

    @classmethod
    def of_address(
        cls,
        given: MultiDict[str, str],
        offered: Sequence[Period],
        wards: Sequence[AdminUnit] = (),
    ) -> "ChooseForm":
        """The form filled in; the first period when none is asked for.

        Args:
            offered: the periods to choose from.
        """
        form = cls(given)
        asked = form.period.data or offered[0].code
        known = next((each for each in offered if each.code == asked), None)
        form.chosen = known or offered[0]
        form.period.data = form.chosen.code
        form.period.choices = [(each.code, each.label.text()) for each in offered]
        names = [(ward.code, _name_first(ward)) for ward in wards]
        form.ward.choices = [("", gettext("The whole city")), *names]
        form.ward.data = form.ward.data or ""
        form.unit_id = next((each.id for each in wards if each.code == form.ward.data), None)
        is_place = form.unit_id is not None or not form.ward.data
        form.is_understood = known is not None and is_place
        return form

    @property
    def address(self) -> dict[str, Any]:
        """The same choice in the address of another page."""
        ward = {"ward": self.ward.data} if self.unit_id is not None else {}
        return {"period": self.chosen.code, **ward}


def _name_first(ward: AdminUnit) -> str:
    """In the order of the list, so that typing the first letters finds it: "Bến Thành (phường)"."""
    full = ward.full_name.text()
    kind = next((each for each in _KINDS if full.startswith(f"{each} ")), "")
    return f"{full.removeprefix(kind).lstrip()} ({kind.lower()})" if kind else full
