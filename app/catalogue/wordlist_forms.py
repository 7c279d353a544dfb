"""Forms of the city's lists of subjects and audiences."""

from collections.abc import Collection, Sequence

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Regexp

from app.catalogue.models import Topic
from app.catalogue.operations.vocabulary import TermFields
from app.catalogue.wordlists import Kind, Term
from app.core.fields import CountField
from app.core.forms import (
    BaseForm,
    TextField,
    bilingual_columns,
    choice,
    choices,
    required,
)
from app.core.i18n import gettext
from app.core.i18n import lazy as _

_LAST = 9999
_FIELD = _("Write the ISCED-F 2013 field with two to four digits.")


class TermForm(BaseForm):
    """Names in both languages and the place in the list."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Enter a name in Vietnamese."))])
    name_en = TextField(_("Name in English"), [required(_("Enter a name in English."))])
    isced_f = TextField(
        _("ISCED-F 2013 field"),
        [required(_FIELD), Regexp(r"[0-9]{2,4}\Z", message=_FIELD)], longest=4,
    )  # fmt: skip
    is_priority = BooleanField(_("A priority group of the city's plans"))
    position = CountField(
        _("Place in the list"), [required(_("Enter the place in the list."))], most=_LAST
    )

    def suit(self, kind: Kind) -> None:
        """Take away what the other list has."""
        del self._fields["is_priority" if kind is Kind.TOPIC else "isced_f"]

    def show(self, term: Term) -> None:
        """Fill the boxes with the term as it is."""
        own = "isced_f" if isinstance(term, Topic) else "is_priority"
        self.process(data={name: getattr(term, name) for name in ("name_vi", "name_en", own)})
        self.position.data = str(term.position)

    def fields(self) -> TermFields:
        sent = self.data
        return TermFields(
            name=bilingual_columns(self, "name"),
            position=self.position.value or 0,
            isced_f=sent.get("isced_f") or "",
            is_priority=bool(sent.get("is_priority")),
        )


class NewTermForm(TermForm):
    """A code is chosen once and never changes."""

    slug = TextField(
        _("Code"),
        [
            required(_("Enter a code of small letters and dashes.")),
            Regexp(r"[a-z][a-z0-9-]*\Z", message=_("Enter a code of small letters and dashes.")),
        ],
        longest=60,
    )


class EndForm(BaseForm):
    """What takes its place, and what becomes of what has it."""

    FOLLOW = "follow"

    heir = SelectField(_("What takes its place"), validate_choice=False)
    then = RadioField(
        _("What has it already"),
        choices=[
            choice(FOLLOW, _("follows to what takes its place, all at once")),
            choice("keep", _("keeps it until its provider changes it")),
        ],
        default="keep",
    )
    offered: Collection[str] = ()

    def offer(self, heirs: Sequence[Term]) -> None:
        """What can be chosen."""
        names = [(str(each.id), each.name.text()) for each in heirs]
        self.offered = {value for value, _name in names}
        choices(self.heir, [("", gettext("Nothing")), *names])

    @property
    def heir_id(self) -> int | None:
        chosen = self.heir.data or ""
        return int(chosen) if chosen in self.offered else None

    @property
    def follows(self) -> bool:
        return bool(self.then.data == self.FOLLOW)
