"""What providers, communes and the city fill in about periods and returns."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from wtforms import (
    Field,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)

from app.core import clock
from app.core.fields import DayField, VersionField
from app.core.formats import read_whole
from app.core.forms import BaseForm, ProseField, TextField, choice, choices, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.paging import asked_page
from app.indicators.desk_words import BOARD_STATES
from app.indicators.errors import NotForAPeriod
from app.indicators.forms.boxes import NumberField, typed
from app.indicators.models import Criterion, Return
from app.indicators.operations.returns import Answer, Paper, ReturnFields
from app.indicators.operations.values import read_period
from app.indicators.queries.reporting import Asked, Who
from app.places.models import AdminUnit
from app.providers.models import ProviderType

LONGEST_REMARK = 200
CERTIFY, NIL = "certify", "nil"
_MOST_KEY = 2**31 - 1


class PeriodForm(BaseForm):
    """A period for which returns are asked."""

    code = TextField(_("Period"), [required(_("Write a period, for example 2026-H1."))], longest=20)
    framework = SelectField(_("List of criteria"))
    due_on = DayField(_("Last day to report"), [required(_("Write the last day to report."))])

    def validate_code(self, field: Field) -> None:
        try:
            read_period(field.data)
        except NotForAPeriod as error:
            raise ValidationError(str(error.message)) from error


class ReopenForm(BaseForm):
    """Why returns are taken again."""

    reason = TextField(
        _("Reason"), [required(_("Say why the period is opened again."))], longest=LONGEST_REMARK
    )


class ReturnForm(BaseForm):
    """The words of a return; `return_form` adds a box for every indicator that is asked."""

    narrative = ProseField(_("What was done, and what came of it"), [optional()])
    difficulties = ProseField(_("Difficulties"), [optional()])
    proposals = ProseField(_("Proposals"), [optional()])
    version = VersionField()

    asked: Sequence[Criterion] = ()

    def pairs(self) -> list[tuple[Criterion, Field, Field]]:
        """Each indicator with its box and where its figure is from."""
        return [(each, self[f"number_{each.id}"], self[f"source_{each.id}"]) for each in self.asked]

    def show(self, found: Return | None) -> None:
        data: dict[str, Any] = {"version": "0"}
        if found is not None:
            data = {
                "narrative": found.narrative, "difficulties": found.difficulties,
                "proposals": found.proposals, "version": str(found.version),
            }  # fmt: skip
            for value in found.values:
                data[f"number_{value.criterion_id}"] = typed(value.number)
                data[f"source_{value.criterion_id}"] = value.source
        self.process(data=data)

    def fields(self) -> ReturnFields:
        answers = {
            each.id: Answer(box.value, source.data or "")
            for each, box, source in self.pairs()
            if isinstance(box, NumberField) and box.value is not None
        }
        return ReturnFields(
            narrative=self.narrative.data or "", difficulties=self.difficulties.data or "",
            proposals=self.proposals.data or "", answers=answers,
        )  # fmt: skip


def return_form(asked: Sequence[Criterion]) -> ReturnForm:
    """The form with these indicators."""
    boxes: dict[str, Any] = {"asked": asked}
    for each in asked:
        label = f"{each.code} {each.words}"
        boxes[f"number_{each.id}"] = NumberField(label, [optional()])
        name = gettext("Where the figure %(code)s is from", code=each.code)
        boxes[f"source_{each.id}"] = TextField(name, [optional()])
    made: ReturnForm = type("ReturnFormHere", (ReturnForm,), boxes)()
    return made


class CertifyForm(BaseForm):
    """Figures are right, or there was nothing."""

    what = RadioField(_("What do you certify?"), choices=[
        choice(CERTIFY, _("The figures above are right")),
        choice(NIL, _("Nothing took place in this period")),
    ], validators=[required(_("Choose what you certify."))])  # fmt: skip
    version = VersionField()
    shown = HiddenField()  # mark of the figures that the page showed


class PaperForm(CertifyForm):
    """What somebody signed on paper, entered by an office in their name."""

    signed_by = TextField(
        _("Who signed the paper"), [required(_("Write who signed the paper."))]
    )  # fmt: skip
    signed_on = DayField(
        _("Day of the signature"), [required(_("Write the day of the signature."))]
    )  # fmt: skip

    @property
    def paper(self) -> Paper:
        return Paper(self.signed_by.data or "", self.signed_on.value or clock.today())


class CheckForm(BaseForm):
    """What whoever checks a return says; empty where nothing has to be put right."""

    remark = TextField(
        _("What has to be put right"), [optional()], longest=LONGEST_REMARK
    )  # fmt: skip
    version = VersionField()


class CheckManyForm(BaseForm):
    """Returns that were ticked, each as key and version."""

    ticked = SelectMultipleField(validate_choice=False)

    def pairs(self) -> list[tuple[int, int]]:
        """What cannot be one is left out."""
        found = []
        for text in self.ticked.data or []:
            key, _dash, version = text.partition("-")
            pair = read_whole(key, _MOST_KEY), read_whole(version, _MOST_KEY)
            if pair[0] and pair[1]:
                found.append((pair[0], pair[1]))
        return found


class BoardForm(Form):
    """What of the board is shown. Sent by GET."""

    state = SelectField(_("State"), validate_choice=False)
    unit = SelectField(_("Ward or commune"), validate_choice=False)
    type = SelectField(_("Kind of provider"), validate_choice=False)
    page = IntegerField()

    @classmethod
    def of_address(
        cls, who: Who, units: Sequence[AdminUnit], types: Sequence[ProviderType]
    ) -> "tuple[BoardForm, Asked]":
        """The form filled in, and what it asks; unknown values are left out."""
        form = cls(request.args)
        known: Mapping[str, list[tuple[str, str]]] = {
            "state": [(name, str(words)) for name, words in BOARD_STATES.items()],
            "unit": [(unit.code, str(unit.full_name)) for unit in units],
            "type": [(kind.code, str(kind.name)) for kind in types],
        }
        chosen = {}
        for name, pairs in known.items():
            choices(form[name], [("", gettext("All")), *pairs])
            given = form[name].data or ""
            chosen[name] = given if given in dict(pairs) else ""
            form[name].data = chosen[name]
        return form, Asked(who=who, page=asked_page(request.args), **chosen)
