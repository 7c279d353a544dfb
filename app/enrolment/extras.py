"""What the form of a run asks beside who comes: the fee group, a partner's code, own questions."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, RadioField

from app.catalogue.fees import FeeGroup, find, read_fee_groups
from app.catalogue.models import Run
from app.catalogue.questions import (
    LONGEST_ANSWER,
    NO,
    YES,
    Question,
    QuestionKind,
    read_answers,
    read_questions,
)
from app.core.formats import money
from app.core.forms import BaseForm, TextField, choice, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.enrolment.door import Door

_LONGEST_CODE = 20
_LOOK = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class ExtrasForm(BaseForm):
    """A form with the boxes of `boxes_of`; most runs have none of them."""

    questions: Sequence[Question] = ()
    fee_groups: Sequence[FeeGroup] = ()

    @property
    def question_boxes(self) -> list[Field]:
        return [self[_name(each)] for each in self.questions]

    def asked(self) -> dict[str, Any]:
        """What was answered, as `operations.Application` takes it."""
        given = {each.id: self[_name(each)].data for each in self.questions}
        return {
            "answers": read_answers(self.questions, given),
            "fee_group": self["fee_group"].data or "" if self.fee_groups else "",
            "partner_code": self["partner_code"].data or "" if "partner_code" in self else "",
        }

    def fee_hints(self) -> dict[str, str]:
        """Who has to show a paper."""
        words = gettext("Bring the paper that says so to the first session.")
        return {each.code: words for each in self.fee_groups if each.needs_document}

    @property
    def fee_words(self) -> str:
        """The reduced fee that was chosen; "" for the full one."""
        chosen = find(self.fee_groups, self.asked()["fee_group"])
        return _fee_words(chosen) if chosen else ""

    def extra_answers(self) -> list[tuple[str, str]]:
        """Each question that was answered, with the answer in words."""
        asked = self.asked()
        told = [
            (each.text.text(), _words(each, asked["answers"][each.id]))
            for each in self.questions
            if each.id in asked["answers"]
        ]
        if self.fee_words:
            told.append((gettext("Fee"), self.fee_words))
        if asked["partner_code"]:
            told.append((gettext("Code of a partner"), asked["partner_code"]))
        return told


def boxes_of(run: Run | Door, *, has_partner: bool = False) -> dict[str, Any]:
    """Attributes of a subclass of `ExtrasForm`; nothing for a run that asks nothing more."""
    questions, groups = read_questions(run.questions), read_fee_groups(run.fee_groups)
    boxes: dict[str, Any] = {_name(each): _box(each) for each in questions}
    if questions:
        boxes["questions"] = questions
    if groups:
        boxes["fee_groups"] = groups
        boxes["fee_group"] = _fee_box(run, groups)
    if has_partner:
        boxes["partner_code"] = TextField(
            _("Code of a partner"), [optional()], longest=_LONGEST_CODE, render_kw=_LOOK
        )
    return boxes


def _name(question: Question) -> str:
    return f"question_{question.id}"


def _box(question: Question) -> Any:
    text = question.text.text()
    checks = [required(_("Answer this question.")) if question.required else optional()]
    if question.kind is QuestionKind.TEXT:
        return TextField(text, checks, longest=LONGEST_ANSWER)
    return RadioField(text, checks, choices=[choice(*pair) for pair in _options(question)])


def _options(question: Question) -> list[tuple[str, str]]:
    if question.kind is QuestionKind.YES_NO:
        return [(YES, gettext("Yes")), (NO, gettext("No"))]
    return [(str(number), option.text()) for number, option in enumerate(question.options)]


def _words(question: Question, answer: str) -> str:
    return answer if question.kind is QuestionKind.TEXT else dict(_options(question))[answer]


def _fee_box(run: Run | Door, groups: Sequence[FeeGroup]) -> RadioField:
    full = choice("", gettext("Full fee: %(fee)s", fee=money(run.fee)))
    reduced = [choice(each.code, _fee_words(each)) for each in groups]
    return RadioField(_("Which fee is yours?"), [optional()], choices=[full, *reduced], default="")


def _fee_words(group: FeeGroup) -> str:
    return f"{group.name.text()}: {money(group.fee)}"
