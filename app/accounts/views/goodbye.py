"""Deleting one's data: what goes, what stays, and the end."""

from flask import abort, render_template
from werkzeug.wrappers import Response

from app.accounts import login
from app.accounts.forms.rights import DeleteForm
from app.accounts.operations.erasure import erase
from app.accounts.rights import holdings
from app.accounts.views.blueprint import bp
from app.accounts.views.my_data import own_person
from app.core import access
from app.core.errors import DomainError
from app.core.web import see_other


@bp.route("/me/data/delete", methods=["GET", "POST"])
@access.signed_in
@access.confirmed
def delete_my_data() -> Response | tuple[str, int]:
    """Shown first, done only with a tick, and only just after proving to be there."""
    person, form = own_person(), DeleteForm()
    if form.submitted():
        try:
            erase(person.id, access.actor().account_id or abort(403))
        except DomainError as error:
            form.refuse(error)
        else:
            login.end()
            answer = see_other("accounts.goodbye")
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
            return answer
    held = [(each.label, each.count(person.id)) for each in holdings.all_holdings()]
    return render_template(
        "accounts/delete_my_data.html", form=form, held=[row for row in held if row[1]]
    ), form.status


@bp.get("/goodbye")
@access.public
def goodbye() -> str:
    """After everything is gone; says nothing about who it was."""
    return render_template("accounts/goodbye.html")
