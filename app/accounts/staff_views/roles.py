"""Giving and withdrawing roles; the administrator's role by two administrators."""

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import operations
from app.accounts.forms.roles import DecisionForm, GrantForm, ReasonForm
from app.accounts.queries import roles as queries
from app.accounts.role_words import MAY, name_of, office_of
from app.accounts.staff_views.accounts import Page, _account, _wards
from app.accounts.staff_views.blueprint import bp
from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/accounts/<id:account_id>/roles/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def grant(account_id: int) -> Page:
    """A role with its last day; an administrator's is proposed."""
    account, form = _account(account_id), GrantForm()
    form.fill(_wards())
    if form.submitted():
        try:
            said = _give(account_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(said, "success")
            return see_other("accounts_staff.account", account_id=account_id)
    html = render_template("accounts/staff/grant.html", form=form, account=account, may=MAY)
    return html, form.status


@bp.route("/accounts/<id:account_id>/roles/<id:grant_id>/withdraw", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def withdraw(account_id: int, grant_id: int) -> Page:
    """Say why, then take it away; an administrator's role is proposed to be withdrawn."""
    account, form = _account(account_id), ReasonForm()
    held = next((each for each in account.grants if each.id == grant_id), None) or abort(404)
    office, name = office_of(held), name_of(held)
    if form.submitted():
        by_id, why = access.actor().account_id or 0, form.reason.data or ""
        try:
            if office.needs_two:
                operations.propose(account_id, by_id, withdrawing=True, reason=why)
            else:
                operations.withdraw(account_id, office, by_id, reason=why)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_proposed() if office.needs_two else gettext("The role is withdrawn."), "success")
            return see_other("accounts_staff.account", account_id=account_id)
    html = render_template(
        "accounts/staff/withdraw.html", form=form, account=account, role=name, office=office
    )
    return html, form.status


@bp.get("/role-proposals")
@access.city_staff(CityRole.ADMINISTRATOR)
def proposals() -> str:
    """What waits for a second administrator."""
    return render_template(
        "accounts/staff/proposals.html", proposals=queries.open_proposals(), form=BaseForm()
    )


@bp.route("/role-proposals/<id:proposal_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def decide(proposal_id: int) -> Page:
    """The second administrator says yes or no."""
    found = next((p for p in queries.open_proposals() if p.id == proposal_id), None) or abort(404)
    form = DecisionForm()
    if form.submitted():
        try:
            by_id = access.actor().account_id or 0
            operations.decide(proposal_id, by_id, agree=form.agree.data == "yes")
        except DomainError as error:
            form.refuse(error)
            form.wrong_status = error.status
        else:
            flash(gettext("Your decision is kept."), "success")
            return see_other("accounts_staff.proposals")
    return render_template("accounts/staff/proposal.html", form=form, proposal=found), form.status


@bp.post("/role-proposals/<id:proposal_id>/take-back")
@access.city_staff(CityRole.ADMINISTRATOR)
def take_back(proposal_id: int) -> Response:
    """The proposer thinks better of it."""
    if not operations.take_back(proposal_id, access.actor().account_id or 0):
        abort(404)
    flash(gettext("The proposal is taken back."), "success")
    return see_other("accounts_staff.proposals")


def _give(account_id: int, form: GrantForm) -> str:
    by_id, office = access.actor().account_id or 0, form.office
    until, why = form.until.value, form.reason.data or ""
    if office.needs_two:
        operations.propose(account_id, by_id, withdrawing=False, until=until, reason=why)
        return _proposed()
    operations.give(account_id, office, by_id, until=until, reason=why)
    return gettext("The role is given.")


def _proposed() -> str:
    return gettext("Proposed. A second administrator must agree.")
