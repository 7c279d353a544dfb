"""Definitions of figures: the list, one with its history, and the form that makes a new version."""

from flask import abort, flash, render_template, request

from app.catalogue import queries as catalogue
from app.core import access, clock
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.indicators.forms.measures import MeasureForm, PressForm, RulesForm
from app.indicators.measures import words
from app.indicators.measures.errors import UnknownMeasure
from app.indicators.measures.previewing import Preview, preview
from app.indicators.measures.reading import read as read_formula
from app.indicators.measures.results import Definition
from app.indicators.operations import definitions as operations
from app.indicators.operations.definitions import Text
from app.indicators.queries import definitions as queries
from app.indicators.queries.rules import current_rules
from app.indicators.staff_views.blueprint import Page, bp
from app.participation import definitions as figures
from app.participation import periods
from app.providers import queries as providers

_PREVIEW = "preview"


@bp.route("/measures", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def measures() -> Page:
    """Every figure with the version in force, and what the city decided for all of them."""
    form = RulesForm()
    if form.accepted(lambda: operations.decide(form.rules(), access.actor().account_id)):
        flash(gettext("Saved."), "success")
        return see_other("indicators_staff.measures")
    if request.method == "GET":
        form.fill(current_rules())
    shown = {"definitions": queries.in_force(), "form": form, "words": words}
    return render_template("indicators/measures/list.html", **shown), form.status


@bp.get("/measures/<measure_code>")
@access.city_staff(CityRole.STATISTICIAN)
def measure(measure_code: str) -> Page:
    """One definition in full, with everything it said before."""
    found = _in_force(measure_code)
    history = queries.history(measure_code)
    read = {each.number: read_formula(each.formula) for each in history}
    changes = [
        (later, words.differences(earlier, later, read)) if earlier else (later, [])
        for later, earlier in zip(history, [*history[1:], None], strict=True)
    ]
    shown = {"definition": found, "parts": words.parts(found.formula), "changes": changes}
    return render_template(
        "indicators/measures/measure.html", words=words, press=PressForm(), **shown
    )


@bp.route("/measures/<measure_code>/edit", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def edit_measure(measure_code: str) -> Page:
    """All parts as fields; a look at what the change would do, then another version."""
    now, form = _in_force(measure_code), MeasureForm()
    _offer(form, now)
    seen = None
    if form.submitted():
        text = form.text(now.formula)
        if text and request.form.get("act") == _PREVIEW:
            seen = _preview(form, now, text)
        elif text and _saved(form, measure_code, text):
            flash(gettext("The new version is in force. It is not verified yet."), "success")
            return see_other("indicators_staff.measure", measure_code=measure_code)
    elif request.method == "GET":
        form.fill(Text(now.name, now.meaning, now.source, now.formula), now.version)
    shown = {"definition": now, "form": form, "seen": seen, "words": words}
    page = render_template(
        "indicators/measures/edit.html", internal=figures.INTERNAL, asked=_asked(form), **shown
    )
    return page, form.status


@bp.post("/measures/<measure_code>/verify/<id:number>")
@access.city_staff(CityRole.STATISTICIAN)
def verify_measure(measure_code: str, number: int) -> Page:
    """An office confirmed this version."""
    _in_force(measure_code)
    try:
        operations.verify(measure_code, number, access.actor().account_id)
    except DomainError as error:
        flash(str(error.message), "error")
    else:
        flash(gettext("Saved: this version is verified."), "success")
    return see_other("indicators_staff.measure", measure_code=measure_code)


def _in_force(code: str) -> Definition:
    try:
        return queries.definition(code)
    except UnknownMeasure:
        abort(404)


def _offer(form: MeasureForm, now: Definition) -> None:
    form.offer(
        [(each.slug, str(each.name)) for each in catalogue.topics()],
        [(each.code, str(each.name)) for each in providers.all_types()],
        [(each.code, str(each.label)) for each in periods.usual(clock.today())],
        now.formula,
    )


def _asked(form: MeasureForm) -> bool:
    """Whether a figure was asked for; without facts there is none to show."""
    return form.errors == {} and request.form.get("act") == _PREVIEW


def _preview(form: MeasureForm, now: Definition, text: Text) -> Preview | None:
    try:
        period = periods.parse(form.period.data or "")
    except DomainError as error:
        form.refuse(error)
        return None
    operations.note_preview(now.code, period.code, access.actor().account_id)
    return preview(now, text, period)


def _saved(form: MeasureForm, code: str, text: Text) -> bool:
    try:
        operations.revise(
            code,
            text,
            form.reason.data or "",
            access.actor().account_id,
            based_on=form.version.seen,
        )
    except DomainError as error:
        form.refuse(error)
        return False
    return True
