"""What people fill in to get places, for themselves or for others."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.accounts.forms.person import full_name_field, sex_field
from app.accounts.forms.ward import WardForm, outside_field, ward_code_field, ward_field
from app.accounts.forms.words import SEXES
from app.accounts.models import Person
from app.accounts.operations import Guest
from app.catalogue.models import Run
from app.core.formats import phone, short_date
from app.core.forms import BirthField, PhoneField, required
from app.core.i18n import current_language, gettext
from app.core.i18n import lazy as _
from app.core.vi import name_match_key
from app.enrolment.door import Door
from app.enrolment.extras import ExtrasForm, boxes_of
from app.places.models import Sex

MOST_TOGETHER = 5
_NAMED = ("full_name", "birth", "sex")
_OWN_BUTTONS = ("csrf_token", "step", "form_key", "queue", "people", "ward_code")


def _phone_field() -> PhoneField:
    return PhoneField(
        _("Phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )


class PersonForm(WardForm):
    """Five questions that make a place; nothing is chosen beforehand."""

    full_name = full_name_field()
    phone = _phone_field()
    birth = BirthField(_("Birth date"))
    ward = ward_field()
    ward_code = ward_code_field()
    outside = outside_field()
    sex = sex_field()


class EnrolForm(PersonForm, ExtrasForm):
    """The two pages of an enrolment; the second carries the answers of the first along.

    Make it by `enrol_form`, which adds the boxes of further people and of the run.
    """

    CHECK, SEND, MORE, FEWER = "check", "send", "more", "fewer"

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))
    queue = HiddenField()  # "1": agreed to wait when there is no seat
    people = IntegerField(
        widget=HiddenInput(), validators=[Optional(), NumberRange(1, MOST_TOGETHER)], default=1
    )
    sent: MultiDict[str, str] | None = None  # what the form was made of

    @property
    def step(self) -> str:
        return request.form.get("step", self.CHECK)

    @property
    def agrees_to_wait(self) -> bool:
        return bool(self.queue.data == "1")

    @property
    def others(self) -> list[int]:
        """The numbers of the people after the first."""
        return [n for n in range(2, MOST_TOGETHER + 1) if f"full_name_{n}" in self]

    @property
    def has_room(self) -> bool:
        return len(self.others) + 1 < MOST_TOGETHER

    def of(self, name: str, number: int) -> Any:
        """A box of one of the people."""
        return self[name if number == 1 else f"{name}_{number}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Blocks nobody wrote into are nobody."""
        for number in self.others:
            if _is_blank(self, number):
                for name in _NAMED:
                    del self[f"{name}_{number}"]
        is_right = super().validate(extra_validators)
        is_right = self._nobody_twice() and is_right
        self._say_whose()
        return is_right

    def _say_whose(self) -> None:
        """The same words may be about several people: each says who it is about."""
        for place, number in enumerate(self.others, start=2):
            who = gettext("Person %(number)s", number=place)
            for name in _NAMED:
                box = self.of(name, number)
                box.errors = [f"{who}: {wrong}" for wrong in box.errors]

    def _nobody_twice(self) -> bool:
        seen = set()
        for number in (1, *self.others):
            name, birth = self.of("full_name", number), self.of("birth", number)
            who = name_match_key(name.data or ""), birth.born_on or birth.born_in
            if who in seen and all(who):
                name.errors = [*name.errors, gettext("This person is on the form already.")]
                return False
            seen.add(who)
        return True

    def answers(self) -> list[tuple[str, str]]:
        """Each question with the answer of a valid form, as understood."""
        first = [
            (self.full_name, self.full_name.data or ""), (self.phone, phone(self.phone.e164)),
            (self.birth, self._born(1)), (self.ward, self.residence),
            (self.sex, str(SEXES[self.sex.data])),
        ]  # fmt: skip
        told = [(str(field.label.text), value) for field, value in first]
        for place, number in enumerate(self.others, start=2):
            sex = str(SEXES[self.of("sex", number).data])
            words = (self.of("full_name", number).data, self._born(number), sex)
            told.append((gettext("Person %(number)s", number=place), ", ".join(words)))
        return told + self.extra_answers()

    def guests(self) -> list[Guest]:
        """Everybody on a valid form; phone and ward are those of the first."""
        return [
            Guest(
                full_name=self.of("full_name", number).data or "",
                phone=self.phone.e164 or "",
                born_in=self.of("birth", number).born_in or 0,
                born_on=self.of("birth", number).born_on,
                sex=Sex(self.of("sex", number).data),
                unit_id=self.unit_id,
                language=current_language(),
            )
            for number in (1, *self.others)
        ]

    def is_about(self, person: Person) -> bool:
        """Whether the first answers are those of the account's owner and not of somebody else."""
        same_name = name_match_key(self.full_name.data or "") == name_match_key(person.full_name)
        born = (self.birth.born_on, self.birth.born_in)
        same_birth = born in ((person.born_on, person.born_in), (None, person.born_in))
        return same_name and same_birth and self.phone.e164 == person.phone

    def carried(self) -> Iterator[tuple[str, str]]:
        """What the page to check sends along, beside the hidden boxes of the form."""
        for name, value in (self.sent or MultiDict()).items(multi=True):
            if name not in _OWN_BUTTONS:
                yield name, value
        yield "ward_code", self.unit.code if self.unit else ""

    def _born(self, number: int) -> str:
        birth = self.of("birth", number)
        return short_date(birth.born_on) if birth.born_on else str(birth.born_in)


def enrol_form(
    run: Run | Door, sent: MultiDict[str, str] | None = None, *, has_partner: bool = False
) -> EnrolForm:
    """The form of this run, with a block for everybody on it.

    Args:
        sent: what was typed, on this page or, without the token of a page, before.
        has_partner: seats are kept for who has a partner's code.
    """
    people = _count(sent.get("people", "")) if sent else 1
    boxes = _boxes_of_others(people) | boxes_of(run, has_partner=has_partner)
    kind: type[EnrolForm] = type("EnrolForm", (EnrolForm,), boxes) if boxes else EnrolForm
    if sent is None:
        return kind(formdata=None)
    form = kind(formdata=sent)
    form.sent = sent
    return form


def _count(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) == 1
    return min(max(int(text), 1), MOST_TOGETHER) if is_number else 1


def _boxes_of_others(people: int) -> dict[str, Any]:
    """Boxes of their own for each, so that each tells its own errors."""
    boxes: dict[str, Any] = {}
    for number in range(2, people + 1):
        boxes |= {
            f"full_name_{number}": full_name_field(),
            f"birth_{number}": BirthField(_("Birth date")),
            f"sex_{number}": sex_field(),
        }
    return boxes


def _is_blank(form: EnrolForm, number: int) -> bool:
    birth = form.of("birth", number)
    boxes = (form.of("full_name", number), birth.day, birth.month, birth.year)
    return not any((box.data or "").strip() for box in boxes)


class OwnForm(ExtrasForm):
    """Who of the family will learn; everything else is known."""

    who = SelectMultipleField(
        _("Who will learn?"), [required(_("Choose who will learn."))], choices=[], coerce=str
    )
    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))
    queue = HiddenField()  # "1": agreed to wait when there is no seat

    @property
    def agrees_to_wait(self) -> bool:
        return bool(self.queue.data == "1")

    @property
    def person_ids(self) -> list[int]:
        return [int(each) for each in self.who.data or ()]


def own_form(run: Run, chosen: Sequence[str] = (), *, has_partner: bool = False) -> OwnForm:
    """The form of this run for an account and its family."""
    boxes = boxes_of(run, has_partner=has_partner)
    kind: type[OwnForm] = type("OwnForm", (OwnForm,), boxes) if boxes else OwnForm
    return kind(who=list(chosen))
