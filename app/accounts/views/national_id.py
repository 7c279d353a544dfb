"""One's identification number: kept only so that nobody is counted twice, and never shown."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts.forms.profile import NationalIdForm
from app.accounts.operations.national_ids import forget_national_id, set_national_id
from app.accounts.views.blueprint import bp
from app.accounts.views.own import my_person
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/me/national-id", methods=["GET", "POST"])
@access.signed_in
@access.own_eyes
def national_id() -> Response | tuple[str, int]:
    """Give it, or take it back."""
    person, by_id = my_person(), access.actor().account_id
    form = NationalIdForm()
    if request.method == "POST" and request.form.get("answer") == "forget":
        forget_national_id(person.id, by_id)
        flash(gettext("Nothing of the number is kept any more."), "success")
        return see_other("accounts.national_id")
    if form.submitted():
        try:
            set_national_id(person.id, form.national_id.data or "", by_id)
        except DomainError as error:
            form.refuse(DomainError(error.message, field="national_id"))
        else:
            flash(gettext("Your answers are saved."), "success")
            return see_other("accounts.national_id")
    form.national_id.data = ""
    page = render_template(
        "accounts/national_id.html", form=form, is_given=person.national_id_hash is not None
    )
    return page, form.status
