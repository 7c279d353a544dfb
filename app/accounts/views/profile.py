"""One's profile: what is known about oneself, why, and since when."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.accounts import operations, queries
from app.accounts.forms.profile import ProfileForm, profile_answers
from app.accounts.forms.words import RESIDENCE_KINDS
from app.accounts.models import Person, Residence
from app.accounts.views.blueprint import bp
from app.accounts.views.own import my_person
from app.core import access
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.formats import short_date
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/me/profile", methods=["GET", "POST"])
@access.signed_in
def profile() -> Response | tuple[str, int]:
    """See and correct what is known about oneself."""
    return profile_page(my_person(), "accounts.profile")


def profile_page(person: Person, here: str, **values: int) -> Response | tuple[str, int]:
    """The form about one person; `here` is the page it lies on."""
    lived = queries.residences(person.id)
    home = next((each for each in lived if each.valid_to is None), None)
    seen = queries.version(person, home)
    form = ProfileForm(data=profile_answers(person, home, seen))
    if form.submitted():
        try:
            by_id = access.actor().account_id
            operations.change_profile(person.id, form.profile(), form.seen.data or "", by_id)
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, ChangedMeanwhile):
                form.seen.data = _version_now(person.id)
        else:
            flash(gettext("Your answers are saved."), "success")
            return see_other(here, **values)
    page = render_template(
        "accounts/profile.html", form=form, person=person, rows=[_row(each) for each in lived],
        is_mine=person.id == access.actor().person_id,
    )  # fmt: skip
    return page, form.status


def _version_now(person_id: int) -> str:
    person = queries.person(person_id)
    return queries.version(person, queries.homes([person_id]).get(person_id)) if person else ""


def _row(lived: Residence) -> list[str]:
    ward = lived.unit.full_name.text() if lived.unit else gettext("Outside the city")
    until = short_date(lived.valid_to) if lived.valid_to else gettext("today")
    return [ward, str(RESIDENCE_KINDS[lived.kind.value]), short_date(lived.valid_from), until]
