"""The optional groups, on a page of their own."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import operations, queries
from app.accounts.forms.profile import GroupsForm
from app.accounts.forms.words import GROUPS
from app.accounts.models import PersonGroup
from app.accounts.rights.purposes import GROUP_STATISTICS
from app.accounts.views.blueprint import bp
from app.accounts.views.own import my_person
from app.core import access
from app.core.errors import DomainError
from app.core.formats import short_date
from app.core.i18n import current_language, gettext
from app.core.web import see_other


@bp.route("/me/groups", methods=["GET", "POST"])
@access.signed_in
@access.own_eyes
def groups() -> Response | tuple[str, int]:
    """Say it, or prefer not to; either way everything else works as before."""
    person = my_person()
    kept = queries.groups(person.id)
    said = [row.group.value for row in kept if not row.standard and row.valid_to is None]
    form = GroupsForm(groups=said)
    by_id = access.actor().account_id
    if request.method == "POST" and request.form.get("answer") == "decline":
        operations.decline_groups(person.id, by_id)
        flash(gettext("Nothing about groups is kept of you."), "success")
        return see_other("accounts.groups")
    if form.submitted():
        try:
            operations.give_groups(
                person.id, form.chosen, agrees=bool(form.agree.data),
                language=current_language(), by_id=by_id,
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Your answers are saved."), "success")
            return see_other("accounts.groups")
    page = render_template(
        "accounts/groups.html", form=form, answer=person.groups_answer.value,
        agreement=GROUP_STATISTICS.shown(current_language()),
        rows=[_row(row) for row in kept],
    )  # fmt: skip
    return page, form.status


def _row(row: PersonGroup) -> list[str]:
    until = short_date(row.valid_to) if row.valid_to else gettext("today")
    source = row.standard or gettext("Your own word")
    return [str(GROUPS[row.group.value]), short_date(row.valid_from), until, source]
