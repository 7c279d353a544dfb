"""One criterion: its words, its figures and targets, and the figures that offices enter."""

from http import HTTPStatus

from flask import abort, flash, render_template, request, url_for

from app.core import access
from app.core.access import CityRole
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.formats import read_whole
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.web import see_other
from app.indicators.criteria import figures as figures_of_criteria
from app.indicators.desk_words import KINDS, SOURCES
from app.indicators.forms.boxes import written
from app.indicators.forms.frameworks import CriterionForm
from app.indicators.forms.values import ValueForm
from app.indicators.models import Criterion
from app.indicators.models.frameworks import CriterionKind, SourceKind
from app.indicators.operations import frameworks as operations
from app.indicators.operations import values as value_operations
from app.indicators.queries import definitions, values
from app.indicators.queries import frameworks as queries
from app.indicators.staff_views.blueprint import Page, bp
from app.places import queries as places

_AT = "/frameworks/<id:framework_id>/criteria/<id:criterion_id>"
_MOST_KEY = 2**31 - 1


def criterion_at(framework_id: int, criterion_id: int) -> Criterion:
    return queries.criterion(framework_id, criterion_id) or abort(404)


def _address(criterion: Criterion) -> str:
    return url_for(
        "indicators_staff.criterion",
        framework_id=criterion.framework_id, criterion_id=criterion.id,
    )  # fmt: skip


@bp.get(_AT)
@access.city_staff(CityRole.STATISTICIAN)
def criterion(framework_id: int, criterion_id: int) -> Page:
    """Words, figures with all that was ever entered, targets."""
    found = criterion_at(framework_id, criterion_id)
    history = values.history(found)
    targets = values.targets_of(found)
    return render_template(
        "indicators/desk/criterion.html",
        criterion=found, kinds=KINDS, sources=SOURCES, history=history, targets=targets,
        units=values.units({row.unit_id for row in history} | {row.unit_id for row in targets}),
        written=written,
        figure=figures_of_criteria.of_measure(found), names=values.names(history),
        is_entered=is_entered(found),
    )  # fmt: skip


def is_entered(found: Criterion) -> bool:
    """Whether offices give its figure."""
    is_indicator = found.kind is CriterionKind.INDICATOR
    return is_indicator and found.source_kind is not SourceKind.PLATFORM


@bp.route(f"{_AT}/edit", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def edit_criterion(framework_id: int, criterion_id: int) -> Page:
    """Its words and where its figure comes from."""
    found = criterion_at(framework_id, criterion_id)
    form = CriterionForm()
    form.offer({found.measure_code: "", **definitions.names()})
    form.fit(found)
    if request.method == "GET":
        form.show(found)
    status: int = form.status
    if form.submitted():
        seen, by_id = form.version.seen, access.actor().account_id
        try:
            kept = operations.edit_criterion(criterion_id, form.row(found), seen, by_id)
        except DomainError as error:
            form.refuse(error)
            found = criterion_at(framework_id, criterion_id)
            if isinstance(error, ChangedMeanwhile):
                form.version.data = str(found.version)
            status = error.status
        else:
            flash(gettext("Saved."), "success")
            if kept.framework_id != framework_id:
                flash(gettext("This began a new version of the list, to be confirmed."))
            return see_other(
                "indicators_staff.criterion",
                framework_id=kept.framework_id, criterion_id=kept.id,
            )  # fmt: skip
    page = render_template("indicators/desk/edit.html", criterion=found, form=form, kinds=KINDS)
    return page, form.status if status == HTTPStatus.OK else status


@bp.route(f"{_AT}/values", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def enter_value(framework_id: int, criterion_id: int) -> Page:
    """A figure of the city or of a commune; `corrects` names the one it replaces."""
    found = criterion_at(framework_id, criterion_id)
    if not is_entered(found):
        abort(404)
    city, form = places.city(), ValueForm()
    wards = places.ward_names()
    pairs = [(city.code, str(city.full_name))] if city else []
    choices(form.unit, [*pairs, *((code, str(name)) for code, name in wards.items())])
    if request.method == "GET":
        corrected = values.value(
            found, read_whole(request.args.get("corrects", ""), _MOST_KEY) or 0
        )
        if corrected is not None:
            form.show(corrected, values.units([corrected.unit_id])[corrected.unit_id].code)
    unit = places.unit(form.unit.data or "")
    by_id, corrects = access.actor().account_id, form.version.seen
    if form.submitted() and unit is not None:
        try:
            value_operations.enter_value(found.id, unit.id, form.fields(), corrects, by_id)
        except DomainError as error:
            form.refuse(error)
            return _value_page(found, form), error.status
        was_there = gettext("Saved. What was there before stays in the history.")
        flash(was_there if corrects else gettext("Saved."), "success")
        return see_other(
            "indicators_staff.criterion", framework_id=framework_id, criterion_id=criterion_id
        )
    return _value_page(found, form), form.status


def _value_page(found: Criterion, form: ValueForm) -> str:
    return render_template(
        "indicators/desk/value.html", criterion=found, form=form, back=_address(found)
    )
