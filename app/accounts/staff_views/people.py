"""People as the desk sees them: found, counted in groups, helped, and reached anew."""

from datetime import date

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import operations, queries
from app.accounts.forms.desk import EndGroupForm, FindForm, GroupForm, HelperForm, LostContactForm
from app.accounts.forms.words import GROUPS
from app.accounts.models import Assurance, Person
from app.accounts.queries import desk, roles, ways
from app.accounts.staff_views.accounts import Page
from app.accounts.staff_views.blueprint import bp
from app.accounts.staff_views.finding import people_like, phone_end
from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.web import see_other

MOST = 50
ASSURANCES: dict[str, str] = {
    Assurance.STATED.value: _("Nobody has made sure yet"),
    Assurance.CONTACT.value: _("They proved their phone or e-mail"),
    Assurance.DESK.value: _("Staff made sure at the desk"),
    Assurance.ELECTRONIC.value: _("An electronic identity vouches for them"),
}
BONDS: dict[str, str] = {
    "parent": _("Mother or father"),
    "guardian": _("Guardian by law"),
    "helper": _("Helper"),
}


@bp.route("/people", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def people() -> Page:
    """Found by phone or full name; neither ever stands in an address."""
    form, found = FindForm(), None
    if form.submitted():
        found = people_like(form.phone.e164 or "", form.full_name.data or "", _me(), MOST)
    html = render_template(
        "accounts/staff/people.html",
        form=form,
        found=found,
        homes=queries.homes(person.id for person in found or ()),
        phone_end=phone_end,
        most=MOST,
    )
    return html, form.status


@bp.get("/people/<id:person_id>")
@access.city_staff(CityRole.ADMINISTRATOR)
def person(person_id: int) -> Response | str:
    """One person; a row that became another one leads there."""
    found = _person(person_id)
    if found.id != person_id:
        return see_other("accounts_staff.person", person_id=found.id)
    html = render_template(
        "accounts/staff/person.html",
        person=found,
        home=queries.homes([person_id]).get(person_id),
        account=desk.account_of(person_id),
        assurances=ASSURANCES,
        groups=desk.groups_recorded(person_id),
        group_words=GROUPS,
        helpers=queries.bonds_over([person_id]),
        helped=queries.bonds_of(person_id),
        bond_words=BONDS,
    )
    audit.saw("person", person_id, person_id=person_id)
    return html


@bp.route("/people/<id:person_id>/groups/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def record_group(person_id: int) -> Page:
    """A group, by the decree, list or decision that says so."""
    found, form = _person(person_id), GroupForm()
    if form.submitted():
        try:
            operations.record_group(
                found.id, form.chosen, form.valid_from.value or date.min, form.valid_to.value,
                standard=form.standard.data or "", by_id=_me(),
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(found, gettext("The group is recorded."))
    return render_template("accounts/staff/person_group.html", form=form, person=found), form.status


@bp.route("/people/<id:person_id>/groups/<id:group_id>/end", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def end_group(person_id: int, group_id: int) -> Page:
    """The last day of what staff recorded; people end their own word themselves."""
    found, form = _person(person_id), EndGroupForm()
    group = desk.recorded_group(found.id, group_id) or abort(404)
    if form.submitted():
        try:
            operations.end_group(group_id, form.valid_to.value or date.min, _me())
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(found, gettext("The last day is recorded."))
    html = render_template(
        "accounts/staff/person_group_end.html",
        form=form,
        person=found,
        group=group,
        group_words=GROUPS,
    )
    return html, form.status


@bp.route("/people/<id:person_id>/helpers/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def record_helper(person_id: int) -> Page:
    """Somebody who may act for this person, who signed at the desk."""
    found, form = _person(person_id), HelperForm()
    if form.submitted():
        helper_id = desk.helper_with(form.phone.e164 or "")
        try:
            if helper_id is not None:
                operations.record_helper(helper_id, found.id, _me())
                return _done(found, gettext("The helper is recorded and may act from now on."))
            form.phone.errors = [
                *form.phone.errors,
                gettext(
                    "No account has proved this phone number. Let the helper sign in with a code "
                    "to this number first, then record it again."
                ),
            ]
        except DomainError as error:
            form.refuse(error)
    return render_template(
        "accounts/staff/person_helper.html", form=form, person=found
    ), form.status


@bp.route("/people/<id:person_id>/contact", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def replace_contact(person_id: int) -> Page:
    """The phone or mailbox of the account is lost for good: another one, after a paper was seen."""
    found, form = _person(person_id), LostContactForm()
    account = desk.account_of(found.id) or abort(404)
    if form.submitted():
        try:
            operations.replace_contact(
                account.id, form.contact or abort(400), _me(), form.reason.data or ""
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(found, gettext("Replaced. Every browser of this person is signed out."))
    html = render_template(
        "accounts/staff/person_contact.html",
        form=form,
        person=found,
        account=account,
        has_role=roles.has_any_role(account),
        has_identity=account.assurance is Assurance.ELECTRONIC and ways.identities(account.id),
    )
    return html, form.status


def _done(person: Person, text: str) -> Response:
    flash(text, "success")
    return see_other("accounts_staff.person", person_id=person.id)


def _person(person_id: int) -> Person:
    return desk.living(person_id) or abort(404)


def _me() -> int:
    return access.actor().account_id or abort(403)
