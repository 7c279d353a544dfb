"""The form of a definition: every part of its formula as a plain field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
)

from app.accounts.forms.words import EMPLOYMENTS, GROUPS
from app.core.fields import CountField, VersionField
from app.core.forms import BaseForm, ProseField, TextField, choice, choices, optional, required
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.indicators.measures import words
from app.indicators.measures.checks import MOST_MINUTES, MOST_MONTHS, OLDEST, problems
from app.indicators.measures.formula import Count, DividedBy, Formula, Periods, What
from app.indicators.measures.formula import Form as ResultForm
from app.indicators.measures.results import Attendance, CountedResidents, Rules
from app.indicators.operations.definitions import Text
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents

_ANY, _YES, _NO = "", "yes", "no"
_JOB = {_ANY: _("All learning"), _YES: _("Job-related only"), _NO: _("Not job-related only")}
_MANY = (
    "sexes",
    "areas",
    "groups",
    "none_of",
    "employment",
    "modes",
    "topics",
    "provider_types",
    "fees",
)
_OF_COUNT = ("areas", "none_of")
"""What the count itself says, not its filter."""
_CODES = {"cla": "cla", "fields": "isced"}
"""Lists of codes: part of the filter and field."""


def _pairs(texts: Mapping[str, str]) -> list[Any]:
    return [choice(str(value), text) for value, text in texts.items()]


def _several(label: str, texts: Mapping[str, str]) -> SelectMultipleField:
    return SelectMultipleField(label, choices=_pairs(texts), validate_choice=False)


class CountForm(Form):
    """One count with its filter."""

    what = SelectField(_("What is counted"), choices=_pairs(words.WHAT))
    age_from = CountField(_("From age"), [optional()], most=OLDEST)
    age_to = CountField(_("To age, included"), [optional()], most=OLDEST)
    sexes = _several(_("Sex"), words.TWO_SEXES)
    residents = RadioField(
        _("Residence"), choices=_pairs(words.RESIDENTS), default=Residents.ANY.value
    )
    areas = _several(_("Only residents of"), words.AREAS)
    groups = _several(_("In any of these groups"), GROUPS)
    none_of = _several(_("In none of these groups"), GROUPS)
    groups_known = BooleanField(_("Only people whose answer about groups is known"))
    employment = _several(_("Employment"), EMPLOYMENTS)
    cla = TextField(_("CLA classes"), [optional()], longest=60)
    job_related = RadioField(_("Purpose"), choices=_pairs(_JOB), default=_ANY)
    modes = _several(_("Mode"), words.MODES)
    topics = SelectMultipleField(_("Subjects"), validate_choice=False)
    provider_types = SelectMultipleField(_("Provider types"), validate_choice=False)
    isced = TextField(_("ISCED-F fields"), [optional()], longest=60)
    fees = _several(_("Fee"), words.FEES)
    campaign = TextField(_("Campaign"), [optional()], longest=60)
    min_weekly_minutes = CountField(
        _("At least so many minutes a week"), [optional()], most=MOST_MINUTES
    )

    def fill(self, count: Count) -> None:
        """Show what the formula says."""
        where = count.where
        self.what.data = count.what.value
        low, high = where.ages or (None, None)
        self.age_from.data, self.age_to.data = _typed(low), _typed(high)
        for name in _MANY:
            values = getattr(count if name in _OF_COUNT else where, name)
            self[name].data = sorted(values)
        for name, box in _CODES.items():
            self[box].data = " ".join(getattr(where, name))
        self.residents.data = where.residents.value
        self.groups_known.data, self.campaign.data = where.groups_known, where.campaign
        job = where.job_related
        self.job_related.data = _ANY if job is None else _YES if job else _NO
        self.min_weekly_minutes.data = _typed(where.min_weekly_minutes)

    def read(self, was: Filter) -> Count:
        """The count as it was typed; what the form does not show stays as it was."""
        low, high = self.age_from.value, self.age_to.value
        ages = None if low is None and high is None else (low or 0, high)
        several: dict[str, Any] = {
            name: frozenset(self[name].data or ()) for name in _MANY if name not in _OF_COUNT
        }
        several |= {name: tuple((self[box].data or "").split()) for name, box in _CODES.items()}
        where = replace(
            was,
            ages=ages,
            residents=Residents(self.residents.data or Residents.ANY),
            groups_known=bool(self.groups_known.data),
            job_related={_YES: True, _NO: False}.get(self.job_related.data or _ANY),
            campaign=self.campaign.data or "",
            min_weekly_minutes=self.min_weekly_minutes.value,
            **several,
        )
        areas, none_of = (frozenset(self[name].data or ()) for name in _OF_COUNT)
        return Count(What(self.what.data), where, areas, none_of)


def _typed(number: int | None) -> str:
    return "" if number is None else str(number)


Pairs = list[tuple[str, str]]
"""Codes and what they are called."""


def _with(known: Pairs, *used: frozenset[str]) -> Pairs:
    """Also codes that have left the list."""
    gone = sorted(frozenset().union(*used) - {code for code, _ in known})
    return [*known, *((code, code) for code in gone)]


class MeasureForm(BaseForm):
    """A definition of a figure."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Write the name in Vietnamese."))])
    name_en = TextField(_("Name in English"), [required(_("Write the name in English."))])
    meaning_vi = ProseField(
        _("Meaning in Vietnamese"),
        [required(_("Say in Vietnamese what is counted."))],
        longest=2000,
    )
    meaning_en = ProseField(
        _("Meaning in English"), [required(_("Say in English what is counted."))], longest=2000
    )
    source_vi = TextField(_("Source in Vietnamese"), [optional()])
    source_en = TextField(_("Source in English"), [optional()])
    counted = FormField(CountForm)
    result_form = RadioField(_("Form of the result"), choices=_pairs(words.FORMS))
    divided_by = RadioField(_("Divided by"), choices=_pairs(words.DIVIDED_BY))
    whom = SelectField(_("Which part of the population"), choices=_pairs(words.WHOM), default="")
    base = FormField(CountForm)
    compared = FormField(CountForm)
    periods = RadioField(_("Periods"), choices=_pairs(words.PERIODS))
    by = SelectMultipleField(_("Breakdowns"), validate_choice=False)
    undivided = SelectMultipleField(_("Divisor not broken down by"), validate_choice=False)
    reviewed_within = CountField(
        _("Reviewed within so many months"), [optional()], most=MOST_MONTHS
    )
    reason = TextField(_("Why it changes"), [optional()])
    period = SelectField(_("Period of the preview"), validate_choice=False)
    version = VersionField()

    def offer(self, topics: Pairs, types: Pairs, usual: Pairs, now: Formula) -> None:
        """Fill the choices from the city's own lists; what the formula names stays among them."""
        dimensions = [(each.value, str(each.name_of)) for each in Dimension]
        for name in ("by", "undivided"):
            choices(self[name], dimensions)
        for part in (self.counted, self.base, self.compared):
            used = [count.where for count in now.counts]
            choices(part.form.topics, _with(topics, *(each.topics for each in used)))
            choices(part.form.provider_types, _with(types, *(e.provider_types for e in used)))
        choices(self.period, usual)

    def fill(self, text: Text, version: int) -> None:
        """Show a definition."""
        for name in ("name", "meaning", "source"):
            value: Bilingual = getattr(text, name)
            self[f"{name}_vi"].data, self[f"{name}_en"].data = value.vi, value.en
        formula = text.formula
        self.counted.form.fill(formula.counted)
        for part, count in ((self.base, formula.base), (self.compared, formula.compared)):
            part.form.fill(count or Count(What.PERSONS))
        self.result_form.data, self.divided_by.data = formula.form.value, formula.divided_by.value
        self.whom.data, self.periods.data = formula.whom, formula.periods.value
        self.by.data = [each.value for each in formula.by]
        self.undivided.data = [each.value for each in formula.undivided]
        self.reviewed_within.data = _typed(formula.reviewed_within)
        self.version.data = str(version)

    def text(self, was: Formula) -> Text | None:
        """What was typed; None, with the errors beside their fields, if it cannot be computed."""
        formula = self._formula(was)
        for name, message in problems(formula):
            self._wrong(name, str(message))
        if self.is_wrong:
            return None
        both = {
            name: Bilingual(self[f"{name}_vi"].data or "", self[f"{name}_en"].data or "")
            for name in ("name", "meaning", "source")
        }
        return Text(**both, formula=formula)

    def _formula(self, was: Formula) -> Formula:
        divided_by = DividedBy(self.divided_by.data)
        form = ResultForm(self.result_form.data)
        has_base, has_other = divided_by is DividedBy.COUNT, form is ResultForm.RATIO
        known = set(Dimension)
        return replace(
            was,
            counted=self._read("counted", was.counted),
            form=form,
            divided_by=divided_by,
            base=self._read("base", was.base) if has_base else None,
            whom=(self.whom.data or "") if divided_by is DividedBy.POPULATION else "",
            compared=self._read("compared", was.compared) if has_other else None,
            periods=Periods(self.periods.data),
            by=tuple(each for each in Dimension if each in (self.by.data or ())),
            undivided=tuple(
                each for each in Dimension if each in known & set(self.undivided.data or ())
            ),
            reviewed_within=self.reviewed_within.value,
        )

    def _read(self, name: str, was: Count | None) -> Count:
        part: CountForm = getattr(self, name).form
        return part.read(was.where if was else Filter())

    def _wrong(self, name: str, message: str) -> None:
        part, _dash, rest = name.partition("-")
        field: Any = self[_FIELDS.get(part, part)]
        if rest:
            field = field.form[_FIELDS.get(rest, rest)]
        field.errors = [*field.errors, message]


_FIELDS = {"form": "result_form", "ages": "age_from", "fields": "isced"}
"""Parts of the formula whose field is called otherwise."""


class RulesForm(BaseForm):
    """What the city decides for all its figures."""

    residents = RadioField(_("Who is a resident"), choices=_pairs(words.COUNTED_RESIDENTS))
    attendance = RadioField(_("What one attendance is"), choices=_pairs(words.ATTENDANCE))

    def fill(self, rules: Rules) -> None:
        self.residents.data, self.attendance.data = rules.residents.value, rules.attendance.value

    def rules(self) -> Rules:
        return Rules(CountedResidents(self.residents.data), Attendance(self.attendance.data))


class PressForm(BaseForm):
    """One button."""
