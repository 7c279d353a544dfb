"""The register of incidents with personal data."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts.forms.rights import BreachForm, PressForm
from app.accounts.models import Breach
from app.accounts.operations.breaches import BreachStep, record_breach, take_step, update_breach
from app.accounts.queries import rights
from app.accounts.rights import tables, words
from app.accounts.staff_views.blueprint import bp
from app.accounts.staff_views.files import csv_file
from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other


@bp.get("/breaches")
@access.city_staff(CityRole.ADMINISTRATOR)
def breaches() -> str:
    """Every incident, the open ones first."""
    return render_template(
        "accounts/staff/breaches.html", breaches=rights.breaches(), kinds=words.BREACHES
    )


@bp.get("/breaches.csv")
@access.city_staff(CityRole.ADMINISTRATOR)
def breaches_file() -> Response:
    """The register for the authority."""
    return csv_file("breaches.csv", tables.BREACH_COLUMNS, rights.breaches())


@bp.route("/breaches/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def new_breach() -> Response | tuple[str, int]:
    """Write down what is known; the clock runs from the moment it was noticed."""
    form = BreachForm()
    if form.submitted():
        breach = record_breach(form.facts(), access.actor().account_id or abort(403))
        return see_other("accounts_staff.breach", breach_id=breach.id)
    return render_template("accounts/staff/breach.html", form=form, breach=None), form.status


@bp.route("/breaches/<id:breach_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def breach(breach_id: int) -> Response | tuple[str, int]:
    """One incident: what is known, who was told and when."""
    found, form = _found(breach_id), BreachForm()
    if form.submitted():
        try:
            update_breach(breach_id, form.facts(), access.actor().account_id or abort(403))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved."), "success")
            return see_other("accounts_staff.breach", breach_id=breach_id)
    elif request.method == "GET":
        form.fill(found)
    return render_template(
        "accounts/staff/breach.html", form=form, breach=found, steps=BreachStep, press=PressForm()
    ), form.status


@bp.post("/breaches/<id:breach_id>/<any(authority, people, close):step>")
@access.city_staff(CityRole.ADMINISTRATOR)
def breach_step(breach_id: int, step: str) -> Response:
    """Done just now."""
    take_step(_found(breach_id).id, BreachStep(step), access.actor().account_id or abort(403))
    flash(gettext("Noted, with the time."), "success")
    return see_other("accounts_staff.breach", breach_id=breach_id)


def _found(breach_id: int) -> Breach:
    return rights.breach(breach_id) or abort(404)
