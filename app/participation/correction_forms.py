"""What statisticians fill in when they correct a session, or say when a campaign is."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import BooleanField, Form, SelectField

from app.core.fields import CountField, DayField, VersionField
from app.core.forms import BaseForm, TextField, bilingual_columns, choices, optional, required
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.core.paging import asked_page
from app.participation.corrections import LONGEST
from app.participation.described import NAMES, OF_SELF_STUDY, Vocabulary, chosen, columns
from app.participation.errors import NoLength, NotACode, SayWhy
from app.participation.history import Asked
from app.participation.models import Campaign, KeptSession

LONGEST_REASON = 200


class FindForm(Form):
    """Which of the counted sessions are listed. Sent by GET."""

    q = TextField(_("Words of the course or the provider"), [optional()], longest=100)
    day = DayField(_("Day of the session"), [optional()])
    corrected = BooleanField(_("Only corrected sessions"))

    @classmethod
    def of_address(cls) -> "tuple[FindForm, Asked]":
        """The form filled in, and what it asks; what cannot be read is said and left out."""
        form = cls(request.args)
        form.validate()
        return form, Asked(
            words="" if form.q.errors else form.q.data or "", day=form.day.value,
            corrected=form.corrected.data, page=asked_page(request.args),
        )  # fmt: skip

    @property
    def address(self) -> Mapping[str, Any]:
        """What it asks, as it stands in an address."""
        asked = {
            "q": self.q.data,
            "day": self.day.data,
            "corrected": "1" if self.corrected.data else "",
        }
        return {name: value for name, value in asked.items() if value}


class CorrectionForm(BaseForm):
    """What a session was, as far as it can be corrected; `version` is the row that was seen."""

    topic = SelectField(NAMES["topic"])
    isced_f = SelectField(NAMES["isced_f"])
    cla = SelectField(NAMES["cla"])
    job_related = SelectField(NAMES["job_related"])
    provider_type = SelectField(NAMES["provider_type"])
    mode = SelectField(NAMES["mode"])
    place = SelectField(NAMES["place"])
    minutes = CountField(NAMES["minutes"], [required(NoLength.message)], most=LONGEST)
    reason = TextField(
        _("Reason of the correction"),
        [required(SayWhy.message)],
        longest=LONGEST_REASON,
    )
    version = VersionField()

    shown: tuple[str, ...] = ()

    @classmethod
    def about(cls, row: KeptSession, words: Vocabulary) -> "CorrectionForm":
        """With the choices for this session; filled with what is kept unless it was sent."""
        form = cls()
        form.shown = tuple(NAMES) if row.meeting > 0 else OF_SELF_STUDY
        for name in NAMES:
            if name not in form.shown:
                del form[name]
                continue
            if name != "minutes":
                choices(form[name], words.choices(name, row))
        if request.method == "GET":
            for name in form.shown:
                form[name].data = chosen(name, row)
            form.version.data = str(row.id)
        return form

    def corrected(self, row: KeptSession) -> Mapping[str, Any]:
        """The columns of everything that was chosen otherwise than it is kept."""
        said = {name: self[name].data for name in self.shown}
        if "minutes" in said:
            said["minutes"] = str(self.minutes.value)
        pairs = [columns(name, value) for name, value in said.items() if value != chosen(name, row)]
        return {name: value for pair in pairs for name, value in pair.items()}


class CampaignForm(BaseForm):
    """The names and the days of a campaign."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Enter a name in Vietnamese."))])
    name_en = TextField(_("Name in English"), [optional()])
    first = DayField(_("First day"), [required(_("Write the first day."))])
    last = DayField(_("Last day"), [required(_("Write the last day."))])
    version = VersionField()

    @property
    def name(self) -> Bilingual:
        return bilingual_columns(self, "name")

    def show(self, found: Campaign) -> None:
        """Fill the boxes with the campaign as it is."""
        self.name_vi.data, self.name_en.data = found.name_vi, found.name_en
        self.first.data, self.last.data = f"{found.first:%d/%m/%Y}", f"{found.last:%d/%m/%Y}"
        self.version.data = str(found.version)


class NewCampaignForm(CampaignForm):
    """Also the code under which definitions of figures name it."""

    code = TextField(
        _("Code"),
        [required(NotACode.message)],
    )
