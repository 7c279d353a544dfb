"""Pages of city staff: the list of provider types."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers import operations, policy, queries
from app.providers.forms import NewTypeForm, TypeForm
from app.providers.models import ProviderType
from app.providers.words import CLA

bp = localised("providers_staff", __name__, "/staff/provider-types")


@bp.route("", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def types() -> Response | tuple[str, int]:
    """All types, also those of the past, and a form for a new one."""
    form = NewTypeForm()
    if form.submitted():
        try:
            operations.add_type(form.code.data or "", form.fields(), access.actor().account_id)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved."), "success")
            return see_other("providers_staff.types")
    page = render_template("providers/types.html", types=queries.all_types(), form=form, words=CLA)
    return page, form.status


@bp.route("/<id:type_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def edit_type(type_id: int) -> Response | tuple[str, int]:
    """Names and dates of one type."""
    kind = access.load(ProviderType, type_id, lambda actor, _kind: policy.edit_types(actor))
    form = TypeForm()
    if request.method == "GET":
        form.show(kind)
    if form.submitted():
        try:
            operations.edit_type(type_id, form.fields(), access.actor().account_id)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved."), "success")
            return see_other("providers_staff.types")
    return render_template("providers/type.html", kind=kind, form=form), form.status
