"""What city staff say when they decide about a provider."""

from collections.abc import Sequence

from wtforms import RadioField, SelectMultipleField
from wtforms.validators import Length

from app.core.formats import read_row
from app.core.forms import BaseForm, ProseField, choices, required
from app.core.i18n import lazy as _
from app.providers.models import Provider, StaffMember
from app.providers.words import ROLES

_LONGEST = 1000


class StandingForm(BaseForm):
    """Every such decision has a reason."""

    words = ProseField(
        _("Reason"), [required(_("Say why in a sentence. It is sent to them.")),
                      Length(max=_LONGEST)], longest=_LONGEST,
    )  # fmt: skip


class MergeForm(StandingForm):
    """Who takes over, and who of the staff goes along."""

    successor = RadioField(
        _("Part of which provider from now on?"), [required(_("Choose a provider."))],
        validate_choice=False,
    )  # fmt: skip
    members = SelectMultipleField(
        _("Who works there from now on, with the same role"), validate_choice=False
    )

    def offer(self, heirs: Sequence[Provider], members: Sequence[StaffMember]) -> None:
        """What can be chosen."""
        choices(
            self.successor,
            [(str(each.id), f"{each.name.text()}, {each.unit.full_name.text()}") for each in heirs],
        )
        choices(
            self.members,
            [(str(each.id), f"{each.account.display_name} ({ROLES[each.role]})")
             for each in members],
        )  # fmt: skip

    @property
    def successor_id(self) -> int:
        return read_row(self.successor.data or "") or 0

    @property
    def member_ids(self) -> list[int]:
        return [row for each in self.members.data or () if (row := read_row(each))]
