"""Forms of the rights under the data law: for the person, and for the request desk."""

from datetime import datetime, time

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import ValidationError

from app.accounts.models import Breach, BreachKind, RequestKind, RequestOutcome
from app.accounts.operations.breaches import BreachFacts
from app.accounts.rights.words import BREACHES, CHANNELS, CHILD_KINDS, KINDS, OUTCOMES
from app.core import clock
from app.core.fields import CountField, DayField, TimeField
from app.core.forms import BaseForm, PhoneField, ProseField, TextField, choice, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _

NOBODY = "0"
MOST_PEOPLE = 20_000_000
_FUTURE = _("This lies in the future. Check the date.")


class PressForm(BaseForm):
    """One button."""


class RequestForm(BaseForm):
    kind = RadioField(
        _("What do you want?"),
        [required(_("Choose what you want."))],
        choices=[choice(kind.value, label) for kind, label in KINDS.items()],
    )
    wish = ProseField(_("In your own words"), [optional()], longest=2000)

    @property
    def wanted(self) -> RequestKind:
        return RequestKind(self.kind.data)


class ChildRequestForm(RequestForm):
    """The same, asked by whoever stands for a child."""

    kind = RadioField(
        _("What do you want?"),
        [required(_("Choose what you want."))],
        choices=[choice(kind.value, label) for kind, label in CHILD_KINDS.items()],
    )


class RecordRequestForm(RequestForm):
    """What came by phone, at a desk or on paper; first who it is, then what they want."""

    kind = RadioField(
        _("What does the person want?"),
        [required(_("Choose what the person wants."))],
        choices=[choice(kind.value, label) for kind, label in KINDS.items()],
    )
    wish = ProseField(_("In their own words"), [optional()], longest=2000)
    channel = RadioField(
        _("How did it come?"),
        [required(_("Choose how it came."))],
        choices=[choice(value, label) for value, label in CHANNELS.items() if value != "web"],
    )
    received = DayField(_("Day it arrived, if not today"), [optional()])
    involves_others = BooleanField(_("Somebody else must act too, such as a provider"))
    phone = PhoneField(_("Phone number of the person"), [optional()])
    full_name = TextField(_("Full name of the person"), [optional()], longest=120)
    person = RadioField(_("Which of these people?"), validate_choice=False, choices=[])

    def validate_received(self, field: DayField) -> None:
        if field.value is not None and field.value > clock.today():
            raise ValidationError(str(_FUTURE))

    @property
    def received_at(self) -> datetime | None:
        """The moment from which the clocks run; the beginning of the day named."""
        return clock.at(self.received.value, time()) if self.received.value else None


class ExtendForm(BaseForm):
    reason = TextField(
        _("Why is more time needed? The person reads this."),
        [required(_("Say why more time is needed."))],
    )


class CloseForm(BaseForm):
    outcome = RadioField(
        _("How does it end?"),
        [required(_("Choose how it ends."))],
        choices=[
            choice(value.value, label)
            for value, label in OUTCOMES.items()
            if value is not RequestOutcome.TAKEN_BACK
        ],
    )
    reply = ProseField(
        _("What the person reads"), [required(_("Write what was done, or why not."))], longest=2000
    )


class BreachForm(BaseForm):
    """What is known of an incident."""

    kind = RadioField(
        _("What happened?"),
        [required(_("Choose what happened."))],
        choices=[choice(kind.value, label) for kind, label in BREACHES.items()],
    )
    noticed_on = DayField(_("Day we noticed it"), [required(_("Enter the day."))])
    noticed_time = TimeField(_("Hour we noticed it"), [required(_("Enter the hour."))])
    happened_on = DayField(_("Day it happened, if known"), [optional()])
    what = ProseField(_("What happened, in words"), [required(_("Say what happened."))])
    which = ProseField(_("Which data, of whom"), [required(_("Say which data."))])
    people = CountField(_("About how many people"), [optional()], most=MOST_PEOPLE)
    measures = ProseField(_("What was done about it"), [optional()])
    is_serious = BooleanField(_("Serious: the authority must be told within 72 hours"))

    def validate_noticed_on(self, field: DayField) -> None:
        if field.value is not None and field.value > clock.today():
            raise ValidationError(str(_FUTURE))

    def fill(self, breach: Breach) -> None:
        """Show what is written already."""
        noticed = clock.local(breach.noticed_at)
        self.kind.data = breach.kind.value
        self.noticed_on.data, self.noticed_time.data = f"{noticed:%d/%m/%Y}", f"{noticed:%H:%M}"
        if breach.happened_at:
            self.happened_on.data = f"{clock.local(breach.happened_at):%d/%m/%Y}"
        self.what.data, self.which.data = breach.what, breach.data
        self.people.data = str(breach.people) if breach.people is not None else ""
        self.measures.data, self.is_serious.data = breach.measures, breach.is_serious

    def facts(self) -> BreachFacts:
        """The answers of a valid form."""
        day, hour = self.noticed_on.value, self.noticed_time.value
        if day is None or hour is None:
            raise ValueError(gettext("Enter the day."))
        happened = self.happened_on.value
        return BreachFacts(
            kind=BreachKind(self.kind.data),
            noticed_at=clock.at(day, hour),
            happened_at=clock.at(happened, time()) if happened else None,
            what=self.what.data or "",
            data=self.which.data or "",
            people=self.people.value,
            measures=self.measures.data or "",
            is_serious=bool(self.is_serious.data),
        )


class DeleteForm(BaseForm):
    """The word that shows it is no slip of the finger."""

    agree = BooleanField(
        _("I understand that this cannot be undone"),
        [required(_("Tick the box to have your data deleted."))],
    )
    reason = HiddenField()
