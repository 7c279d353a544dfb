"""What providers fill in about who may come, who pays less, what is asked and what is kept."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from app.accounts.forms.words import GROUPS
from app.accounts.models import PriorityGroup
from app.catalogue import rule_words
from app.catalogue.fees import FeeGroup
from app.catalogue.models import Course, Run
from app.catalogue.operations import Conditions
from app.catalogue.questions import Question, QuestionKind
from app.catalogue.rules import OLDEST, WHOLE, Rules
from app.core.fields import CountField, DayField, NeededIf
from app.core.forms import BaseForm, ProseField, TextField, choice, choices, optional, required
from app.core.i18n import Bilingual, gettext
from app.core.i18n import lazy as _
from app.core.vi import fold
from app.enrolment.models import Reservation
from app.places.models import AdminUnit
from app.places.queries import find_wards

EVERYWHERE, ONLY, FIRST = "everywhere", "only", "first"
MOST_SEATS, MOST_DONG = 100_000, 1_000_000_000
_BEST = 6
_NONE = "0"
_GROUPS = [choice(code, words) for code, words in GROUPS.items()]


class WardsField(ProseField):
    """Names of wards, one on a line, old names too; `codes` is what was understood."""

    codes: tuple[str, ...] = ()

    def pre_validate(self, form: Any) -> None:
        if form.residence.data == EVERYWHERE:
            return
        self.codes = tuple(dict.fromkeys(_ward(line).code for line in _lines(self.data)))


class ConditionsForm(BaseForm):
    """Who may come, from when, and what the provider decides."""

    age_from = CountField(_("Lowest age"), [optional()], most=OLDEST)
    age_to = CountField(_("Highest age"), [optional()], most=OLDEST)
    residence = RadioField(
        _("Where people live"),
        choices=[
            choice(EVERYWHERE, _("It does not matter")),
            choice(ONLY, _("Only people of some wards may come")),
            choice(FIRST, _("People of some wards may come earlier")),
        ],
        default=EVERYWHERE,
    )
    wards = WardsField(_("Which wards"), [optional()], longest=4000)
    wards_from = DayField(
        _("From when people of these wards may come"),
        [NeededIf("residence", FIRST, _("Enter from when people of these wards may come."))],
    )
    priority_groups = SelectMultipleField(_("Who is first in line"), choices=_GROUPS)
    groups_from = DayField(_("From when these groups may come"), [optional()])
    requires_course_id = SelectField(_("Course to take before"), coerce=str)
    binds = BooleanField(_("Without that course nobody gets a place"))
    needs_approval = BooleanField(_("We approve each person before they have a place"))
    withdraw_until = DayField(_("Last day to give a place up"), [optional()])
    minimum = CountField(_("Fewest people the class needs"), [optional()], most=MOST_SEATS)
    decide_on = DayField(_("Day on which we decide whether it takes place"), [optional()])
    to_complete = CountField(
        _("How much of the class one must come to, to complete it, in per cent"),
        [optional()],
        most=WHOLE,
    )

    def offer(self, courses: Sequence[Course]) -> None:
        """The courses one can ask for."""
        mine = [(str(course.id), course.title.text()) for course in courses]
        choices(self.requires_course_id, [(_NONE, gettext("None")), *mine])

    def show(self, run: Run) -> None:
        """Fill the boxes with the run as it is."""
        rules = Rules.read(run.rules)
        named = rule_words.ward_names(rules.wards) if rules.wards else {}
        residence = FIRST if rules.wards_from else ONLY if rules.wards else EVERYWHERE
        days = {
            "wards_from": rules.wards_from, "groups_from": rules.groups_from,
            "withdraw_until": run.withdraw_until, "decide_on": run.decide_on,
        }  # fmt: skip
        numbers = {
            "age_from": rules.age_from, "age_to": rules.age_to, "minimum": run.minimum,
            "to_complete": rules.to_complete,
        }  # fmt: skip
        self.process(
            data={
                **{name: f"{day:%d/%m/%Y}" if day else "" for name, day in days.items()},
                **{name: "" if number is None else str(number) for name, number in numbers.items()},
                "residence": residence,
                "wards": "\n".join(named[code].text() for code in rules.wards if code in named),
                "priority_groups": [group.value for group in rules.priority_groups],
                "requires_course_id": str(rules.requires_course_id or _NONE),
                "binds": rules.binds,
                "needs_approval": run.needs_approval,
            }
        )

    def conditions(self) -> Conditions:
        """What was sent, for the operation."""
        asks_wards = self.residence.data != EVERYWHERE
        course_id = int(self.requires_course_id.data or _NONE) or None
        return Conditions(
            rules=Rules(
                age_from=self.age_from.value,
                age_to=self.age_to.value,
                wards=self.wards.codes if asks_wards else (),
                wards_from=self.wards_from.value if self.residence.data == FIRST else None,
                priority_groups=tuple(
                    PriorityGroup(code) for code in self.priority_groups.data or ()
                ),
                groups_from=self.groups_from.value,
                requires_course_id=course_id,
                binds=bool(course_id) and self.binds.data,
                to_complete=self.to_complete.value or None,
            ),
            needs_approval=self.needs_approval.data,
            withdraw_until=self.withdraw_until.value,
            minimum=self.minimum.value or None,
            decide_on=self.decide_on.value,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if self.residence.data != EVERYWHERE and not (self.wards.data or "").strip():
            wrong = gettext("Enter the wards, one on a line.")
            self.wards.errors = [*self.wards.errors, wrong]
            return False
        return is_right


class FeeGroupForm(BaseForm):
    """One reduced fee."""

    name_vi = TextField(
        _("Who pays it (Vietnamese)"), [required(_("Say in Vietnamese who pays it."))], longest=100
    )
    name_en = TextField(_("Who pays it (English)"), [optional()], longest=100)
    fee = CountField(
        _("Their fee, in dong"), [required(_("Enter their fee, 0 for nothing."))], most=MOST_DONG
    )
    group = SelectField(_("Priority group"), choices=[])
    needs_document = BooleanField(_("They show a paper at the desk"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_groups(self.group, gettext("None of these"))

    def fee_group(self) -> FeeGroup:
        """What was sent; the operation makes the code."""
        return FeeGroup(
            code="",
            name=Bilingual(self.name_vi.data or "", self.name_en.data or ""),
            fee=self.fee.value or 0,
            group=PriorityGroup(self.group.data) if self.group.data else None,
            needs_document=self.needs_document.data,
        )


class QuestionForm(BaseForm):
    """One question of the provider's own."""

    text_vi = TextField(
        _("Question in Vietnamese"), [required(_("Write the question in Vietnamese."))]
    )
    text_en = TextField(_("Question in English"), [optional()])
    kind = RadioField(
        _("How people answer"),
        choices=[
            choice(QuestionKind.TEXT.value, _("In a few words")),
            choice(QuestionKind.YES_NO.value, _("Yes or no")),
            choice(QuestionKind.CHOICE.value, _("One of several answers")),
        ],
        default=QuestionKind.TEXT.value,
    )
    options = ProseField(_("The answers to choose from"), [optional()], longest=2000)
    needed = BooleanField(_("Everybody has to answer"))

    def question(self) -> Question:
        """What was sent; the operation makes the id."""
        kind = QuestionKind(self.kind.data)
        lines = _lines(self.options.data) if kind is QuestionKind.CHOICE else []
        pairs = [[part.strip() for part in line.split("/", maxsplit=1)] for line in lines]
        return Question(
            id="",
            text=Bilingual(self.text_vi.data or "", self.text_en.data or ""),
            kind=kind,
            options=tuple(Bilingual(*pair) for pair in pairs),
            required=self.needed.data,
        )


def _places_field() -> CountField:
    needed = required(_("Enter how many places are kept."))
    return CountField(_("How many places"), [needed], most=MOST_SEATS)


def _until_field() -> DayField:
    return DayField(_("Last day they are kept"), [optional()])


class KeepForm(BaseForm):
    """Places that are kept, and until when."""

    places = _places_field()
    until = _until_field()

    def show(self, kept: Reservation) -> None:
        """Fill the boxes with what is kept."""
        until = f"{kept.until:%d/%m/%Y}" if kept.until else ""
        self.process(data={"places": str(kept.places), "until": until})


class ReserveForm(BaseForm):
    """For whom places are kept, how many, and until when."""

    group = SelectField(_("For a priority group"), choices=[])
    partner = TextField(_("Or for a partner, by name"), [optional()], longest=100)
    places = _places_field()
    until = _until_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_groups(self.group, gettext("No group"))

    @property
    def chosen(self) -> PriorityGroup | None:
        return PriorityGroup(self.group.data) if self.group.data else None


def _offer_groups(field: SelectField, none: str) -> None:
    choices(field, [("", none), *((code, str(words)) for code, words in GROUPS.items())])


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _ward(name: str) -> AdminUnit:
    """The only ward that fits, or the only one of those whose own name it is."""
    found = find_wards(name, limit=_BEST)
    own = [ward for ward in found if fold(name) in {fold(ward.name_vi), fold(ward.full_name_vi)}]
    fitting = own or found
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise ValidationError(gettext("We know no ward “%(name)s”. Try the old name.", name=name))
    names = ", ".join(ward.full_name.text() for ward in fitting)
    raise ValidationError(
        gettext("“%(name)s” can be several wards: %(names)s. Write one.", name=name, names=names)
    )
