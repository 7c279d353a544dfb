"""Who works at a provider, for its owners."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access, audit, throttle
from app.core.access import ProviderRole
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import current_language, gettext, localised
from app.core.web import see_other
from app.providers import membership, queries
from app.providers.inviting import operations as inviting
from app.providers.member_forms import InviteForm, MemberForm
from app.providers.words import MAY, ROLES

bp = localised("providers_provider", __name__, "/provider/<slug>")
OWNERS = frozenset({ProviderRole.OWNER})
Page = Response | tuple[str, int]
MOST_A_DAY = 30
"""Nobody has us write to half the city."""
_A_DAY = 24 * 60


@bp.route("/members", methods=["GET", "POST"])
@access.provider_staff(OWNERS)
def members(slug: str) -> Page:
    """The list, those who are invited, and a form for somebody new."""
    provider_id, form = access.here(slug).provider_id, InviteForm()
    if request.method == "POST" and not access.actor().is_confirmed:
        return see_other("accounts.confirm", next=request.path)
    if form.accepted(lambda: _invite(provider_id, form)):
        flash(gettext("Invited. They get a link, and work here once they agree."), "success")
        return see_other("providers_provider.members", slug=slug)
    page = render_template(
        "providers/members.html",
        slug=slug, form=form, members=queries.members(provider_id), roles=ROLES, may=MAY,
        waiting=inviting.waiting(provider_id),
    )  # fmt: skip
    audit.saw("members", provider_id)
    return page, form.status


@bp.post("/invitations/<id:invitation_id>/take-back")
@access.provider_staff(OWNERS)
@access.confirmed
def take_back(slug: str, invitation_id: int) -> Response:
    """Its link opens nothing any more."""
    provider_id, by_id = access.here(slug).provider_id, access.actor().account_id or 0
    if not inviting.take_back(provider_id, invitation_id, by_id):
        abort(404)
    flash(gettext("The invitation was taken back."), "success")
    return see_other("providers_provider.members", slug=slug)


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


@bp.route("/leave", methods=["GET", "POST"])
@access.provider_staff(access.ATTENDING)
@access.confirmed
def leave(slug: str) -> Page:
    """Somebody stops working here."""
    provider_id, form = access.here(slug).provider_id, BaseForm()
    if form.accepted(lambda: membership.leave(provider_id, access.actor().account_id or 0)):
        flash(gettext("You no longer work there."), "success")
        return see_other("home.me")
    return render_template("providers/leave.html", slug=slug, form=form), form.status


def _invite(provider_id: int, form: InviteForm) -> None:
    by_id = access.actor().account_id or 0
    throttle.check("new-member", str(by_id), MOST_A_DAY, _A_DAY)
    inviting.invite(
        provider_id, form.to, form.chosen, by_id,
        language=current_language(), last_day=form.until.value,
    )  # fmt: skip
