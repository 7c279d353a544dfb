"""Targets: what a figure shall be, and the plan that says so."""

from flask import flash, render_template

from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.formats import read_whole
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.web import see_other
from app.indicators.forms.boxes import written
from app.indicators.forms.values import TargetForm
from app.indicators.operations import values as operations
from app.indicators.queries import definitions, frameworks, values
from app.indicators.staff_views.blueprint import Page, bp
from app.places import queries as places

_MEASURE, _CRITERION = "measure:", "criterion:"
_MOST_KEY = 2**31 - 1


@bp.route("/targets", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def targets() -> Page:
    """All of them, and a form for one more; one that is there is replaced."""
    form = TargetForm()
    _offer(form)
    if form.submitted():
        unit = places.unit(form.unit.data or "")
        kind, _colon, key = (form.of.data or "").partition(":")
        by_id = access.actor().account_id
        measure = key if f"{kind}:" == _MEASURE else ""
        criterion_id = read_whole(key, _MOST_KEY) if f"{kind}:" == _CRITERION else None
        try:
            operations.set_target(
                form.fields(unit.id if unit else 0),
                measure=measure, criterion_id=criterion_id, by_id=by_id,
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved."), "success")
            return see_other("indicators_staff.targets")
    page = render_template(
        "indicators/desk/targets.html", form=form, targets=values.all_targets(), written=written,
        names=definitions.names(),
    )  # fmt: skip
    return page, form.status


@bp.post("/targets/<id:target_id>/remove")
@access.city_staff(CityRole.STATISTICIAN)
def remove_target(target_id: int) -> Page:
    """No plan sets it any more."""
    operations.remove_target(target_id, access.actor().account_id)
    flash(gettext("The target was taken away."), "success")
    return see_other("indicators_staff.targets")


def _offer(form: TargetForm) -> None:
    city = places.city()
    pairs = [(city.code, str(city.full_name))] if city else []
    wards = places.ward_names()
    choices(form.unit, [*pairs, *((code, str(name)) for code, name in wards.items())])
    names = definitions.names()
    measures = [(f"{_MEASURE}{code}", f"{code} {name}") for code, name in names.items()]
    indicators = [
        (f"{_CRITERION}{each.id}", f"{each.framework.name}: {each.code} {each.words}"[:150])
        for each in frameworks.indicators()
    ]
    choices(form.of, [*measures, *indicators])
