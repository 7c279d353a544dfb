"""Figures that a ward or commune enters of its own, outside a return."""

from flask import abort, flash, render_template, request, url_for

from app.core import access
from app.core.errors import DomainError
from app.core.formats import read_whole
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.web import see_other
from app.indicators.commune_views.blueprint import Page, bp, unit_at
from app.indicators.forms.boxes import written
from app.indicators.forms.values import ValueForm
from app.indicators.models import Criterion
from app.indicators.operations import values as operations
from app.indicators.queries import frameworks, values
from app.participation import periods
from app.places.models import AdminUnit

_MOST_KEY = 2**31 - 1


@bp.get("/<string(length=5):code>/values")
@access.commune_staff
def own_values(code: str) -> Page:
    """The indicators that communes enter, with everything entered here before."""
    unit = unit_at(code)
    asked = frameworks.asked_of_communes()
    histories = {each.id: values.history(each, unit.id) for each in asked}
    names = values.names([value for history in histories.values() for value in history])
    return render_template(
        "indicators/desk/commune_values.html",
        unit=unit, asked=asked, histories=histories, names=names, written=written,
        label=periods.parse,
    )  # fmt: skip


@bp.route("/<string(length=5):code>/values/<id:criterion_id>", methods=["GET", "POST"])
@access.commune_staff
def enter_own_value(code: str, criterion_id: int) -> Page:
    """A figure of this commune; `corrects` names the one it replaces."""
    unit, found = unit_at(code), _asked(criterion_id)
    form = ValueForm()
    choices(form.unit, [(unit.code, str(unit.full_name))])
    if request.method == "GET":
        form.unit.data = unit.code
        key = read_whole(request.args.get("corrects", ""), _MOST_KEY)
        corrected = values.value(found, key or 0)
        if corrected is not None and corrected.unit_id == unit.id:
            form.show(corrected, unit.code)
    if form.submitted():
        by_id, corrects = access.actor().account_id, form.version.seen
        try:
            operations.enter_value(found.id, unit.id, form.fields(), corrects, by_id)
        except DomainError as error:
            form.refuse(error)
            return _page(unit, found, form), error.status
        was_there = gettext("Saved. What was there before stays in the history.")
        flash(was_there if corrects else gettext("Saved."), "success")
        return see_other("indicators_commune.own_values", code=code)
    return _page(unit, found, form), form.status


def _asked(criterion_id: int) -> Criterion:
    found = (each for each in frameworks.asked_of_communes() if each.id == criterion_id)
    return next(found, None) or abort(404)


def _page(unit: AdminUnit, found: Criterion, form: ValueForm) -> str:
    back = url_for("indicators_commune.own_values", code=unit.code)
    return render_template("indicators/desk/value.html", criterion=found, form=form, back=back)
