"""Who works at a provider, for its owners."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access, audit, throttle
from app.core.access import ProviderRole
from app.core.errors import DomainError
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers import membership, queries
from app.providers.member_forms import MemberForm, NewMemberForm
from app.providers.words import MAY, ROLES

bp = localised("providers_provider", __name__, "/provider/<slug>")
OWNERS = frozenset({ProviderRole.OWNER})
Page = Response | tuple[str, int]
MOST_A_DAY = 30
"""The list shows who has the phone or address that was typed: nobody asks about half the city."""
_A_DAY = 24 * 60


@bp.route("/members", methods=["GET", "POST"])
@access.provider_staff(OWNERS)
def members(slug: str) -> Page:
    """The list, and a form for somebody new."""
    provider_id, form = access.here(slug).provider_id, NewMemberForm()
    if request.method == "POST" and not access.actor().is_confirmed:
        return see_other("accounts.confirm", next=request.path)
    if form.submitted():
        try:
            throttle.check("new-member", str(access.actor().account_id), MOST_A_DAY, _A_DAY)
            membership.add_member(
                provider_id, form.contact.data or "", form.display_name.data or "",
                form.chosen, access.actor().account_id or 0, until=form.until.value,
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Added. Tell them to sign in with a code."), "success")
            return see_other("providers_provider.members", slug=slug)
    page = render_template(
        "providers/members.html",
        slug=slug, form=form, members=queries.members(provider_id), roles=ROLES, may=MAY,
    )  # fmt: skip
    audit.saw("members", provider_id)
    return page, form.status


@bp.route("/members/<id:member_id>", methods=["GET", "POST"])
@access.provider_staff(OWNERS)
@access.confirmed
def member(slug: str, member_id: int) -> Page:
    """Another role or last day for one of them."""
    provider_id = access.here(slug).provider_id
    found = queries.member(provider_id, member_id) or abort(404)
    form = MemberForm()
    if request.method == "GET":
        last = f"{found.expires_on:%d/%m/%Y}" if found.expires_on else ""
        form.process(data={"role": found.role.value, "until": last})
    if form.submitted():
        try:
            by_id = access.actor().account_id or 0
            membership.change_member(member_id, form.chosen, by_id, until=form.until.value)
        except DomainError as error:
            form.refuse(error)
            form.wrong_status = error.status
        else:
            flash(gettext("Saved."), "success")
            return see_other("providers_provider.members", slug=slug)
    page = render_template("providers/member.html", slug=slug, form=form, member=found, may=MAY)
    return page, form.status


@bp.post("/members/<id:member_id>/withdraw")
@access.provider_staff(OWNERS)
@access.confirmed
def withdraw(slug: str, member_id: int) -> Response:
    """Works here no more."""
    provider_id = access.here(slug).provider_id
    if queries.member(provider_id, member_id) is None:
        abort(404)
    by_id = access.actor().account_id or 0
    membership.withdraw_member(member_id, by_id)
    flash(gettext("They no longer work here."), "success")
    return see_other("providers_provider.members", slug=slug)
