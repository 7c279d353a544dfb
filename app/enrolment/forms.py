"""What people fill in to get back to a place, and what staff fill in about a class."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.accounts.models import Account
from app.core.forms import (
    FIRST_BIRTH_YEAR,
    BaseForm,
    PhoneField,
    TextField,
    choice,
    choices,
    optional,
    required,
)
from app.core.i18n import lazy as _
from app.enrolment.models import AttendanceStatus
from app.enrolment.operations.claims import Whose

MOST_UNNAMED = 5000
LONGEST_ID = 10
LONGEST_ADDRESS = 300
_STATUSES = frozenset(AttendanceStatus)
LONGEST_CODE = 20


def _phone_of_place() -> PhoneField:
    """The last field of each form that has it: errors are told in the order of the page."""
    words = _("Enter the phone number given with the enrolment.")
    return PhoneField(_("Phone number"), [required(words)])


def _code_of_place() -> TextField:
    return TextField(
        _("Code of the place"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_CODE,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class OpenPlaceForm(BaseForm):
    """The phone that belongs to a place."""

    phone = _phone_of_place()


class FindPlaceForm(OpenPlaceForm):
    code = _code_of_place()
    phone = _phone_of_place()


class ClaimForm(OpenPlaceForm):
    """A place made without an account, by whoever has its phone."""

    code = _code_of_place()
    phone = _phone_of_place()
    born_in = IntegerField(
        _("Birth year of whoever learns"),
        [
            InputRequired(message=_("Enter the birth year, for example 1955.")),
            NumberRange(
                FIRST_BIRTH_YEAR,
                2200,
                message=_("Check the year of birth: four digits, for example 1955."),
            ),
        ],
        render_kw={"inputmode": "numeric"},
    )
    whose = RadioField(
        _("Whose place is it?"),
        [required(_("Choose whose place it is."))],
        choices=[
            choice(Whose.MINE.value, _("Mine")),
            choice(Whose.PARENT.value, _("My child's")),
            choice(Whose.GUARDIAN.value, _("A child's whose guardian I am by law")),
            choice(Whose.HELPED.value, _("A grown person's whom I help")),
        ],
    )


class LostCodeForm(OpenPlaceForm):
    full_name = TextField(
        _("Full name"),
        [required(_("Enter the full name given with the enrolment."))],
        longest=120,
        render_kw={"autocomplete": "name"},
    )
    phone = _phone_of_place()


class MarksField(Field):
    """One choice of four a person, each sent as `mark-<enrolment>`; what cannot be read is left."""

    data: dict[int, AttendanceStatus]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        del data, extra_filters
        self.process_errors = []
        sent = formdata.items() if formdata else ()
        self.data = dict(filter(None, (_mark(name, value) for name, value in sent)))

    def populate_obj(self, obj: Any, name: str) -> None:
        """Nothing by itself: an operation writes marks."""


def _mark(name: str, value: str) -> tuple[int, AttendanceStatus] | None:
    number = name.removeprefix("mark-")
    is_mark = number != name and number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
    return (int(number), AttendanceStatus(value)) if is_mark and value in _STATUSES else None


class CheckInForm(BaseForm):
    """The code of a place; an address in a QR code is longer than a code."""

    code = TextField(
        _("Code of the place"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_ADDRESS,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    @property
    def first_error(self) -> str:
        return str(next(iter([*self.code.errors, *self.refusals]), ""))


def _numbers_on_sheet(label: str) -> TextField:
    look = {"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}
    return TextField(label, [optional()], longest=200, render_kw=look)


class PaperSheetForm(BaseForm):
    """A signed sheet: the numbers of whoever did not simply come, and how many had no place."""

    session = IntegerField(widget=HiddenInput(), validators=[NumberRange(1)])
    absent = _numbers_on_sheet(_("Numbers of people who did not sign"))
    late = _numbers_on_sheet(_("Numbers of people who came late"))
    excused = _numbers_on_sheet(_("Numbers of people absent with a reason"))
    headcount = IntegerField(
        _("People without a place"),
        [Optional(), NumberRange(0, MOST_UNNAMED, message=_("Enter a number from 0 to 5000."))],
        default=0,
        render_kw={"inputmode": "numeric"},
    )

    def typed(self) -> dict[AttendanceStatus, tuple[str, str]]:
        """For each mark the field and what stands in it."""
        fields = {
            AttendanceStatus.ABSENT: self.absent,
            AttendanceStatus.LATE: self.late,
            AttendanceStatus.EXCUSED: self.excused,
        }
        return {status: (field.name, field.data or "") for status, field in fields.items()}


class SubstituteForm(BaseForm):
    account = SelectField(_("Who takes the attendance?"), coerce=int)

    def offer(self, accounts: Sequence[Account]) -> None:
        choices(self.account, [(str(each.id), each.display_name) for each in accounts])


class RegisterForm(BaseForm):
    """Who came; `version` is of the register the sheet was made from."""

    marks = MarksField()
    headcount = IntegerField(
        _("People without a place"),
        [
            InputRequired(message=_("Enter a number; 0 if everybody is on the list.")),
            NumberRange(0, MOST_UNNAMED, message=_("Enter a number from 0 to 5000.")),
        ],
        default=0,
        render_kw={"inputmode": "numeric"},
    )
    version = IntegerField(widget=HiddenInput(), validators=[NumberRange(0)], default=0)
