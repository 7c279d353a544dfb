"""The questions of an auditor: typed in any way, kept in the address bar as numbers and codes."""

from typing import Any

from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from app.accounts import queries
from app.accounts.audit_words import ACTIONS, KINDS
from app.accounts.queries.audit_log import LogFilter, person_of_code
from app.core.fields import DayField
from app.core.formats import read_whole
from app.core.forms import choice
from app.core.i18n import gettext
from app.core.i18n import lazy as _

_MOST = 2**63 - 1
_KEY = 2**31 - 1


class LogForm(Form):
    """Everything may stay empty; what cannot be read is said beside its box."""

    who = StringField(_("Who: e-mail, phone or number of the account"), [Length(max=254)])
    person = StringField(_("About whom: code of a place or number of the person"), [Length(max=20)])
    kind = SelectField(_("Kind of object"), choices=[], default="")
    key = StringField(_("Number or code of the object"), [Length(max=60)])
    action = SelectField(_("What was done"), choices=[], default="")
    first = DayField(_("From the day"), [Optional()])
    last = DayField(_("To the day"), [Optional()])
    before = IntegerField(validators=[Optional(), NumberRange(1, _MOST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, words in ((self.kind, KINDS), (self.action, ACTIONS)):
            labels = sorted(((str(label), name) for name, label in words.items()))
            named = [choice(name, label) for label, name in labels]
            field.choices = [choice("", gettext("All")), *named]

    def wanted(self) -> LogFilter | None:
        """What was asked; None when somebody asked for who does not exist or wrote nonsense."""
        if not self.validate():
            return None
        who, person = self._account(), self._person()
        if who == 0 or person == 0:
            return None
        return LogFilter(
            account_id=who,
            person_id=person,
            kind=self.kind.data or "",
            key=(self.key.data or "").strip(),
            action=self.action.data or "",
            first=self.first.value,
            last=self.last.value,
            before=self.before.data,
        )

    def _account(self) -> int | None:
        typed = (self.who.data or "").strip()
        if not typed:
            return None
        found = queries.account_named(typed)
        return found.id if found else read_whole(typed, _KEY) or self._nobody(self.who)

    def _person(self) -> int | None:
        typed = (self.person.data or "").strip()
        if not typed:
            return None
        found = person_of_code(typed) or read_whole(typed, _KEY)
        return found or self._nobody(self.person)

    @staticmethod
    def _nobody(field: Any) -> int:
        field.errors = [gettext("Nobody is known by this.")]
        return 0
