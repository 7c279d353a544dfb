"""Where the link of an invitation leads."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access, throttle
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers.errors import InvitationOver
from app.providers.inviting import operations
from app.providers.words import MAY, ROLES

bp = localised("invitations", __name__, "/invitations")
Page = Response | tuple[str, int]
_FROM_ONE_ADDRESS = 60


@bp.route("/<key>", methods=["GET", "POST"])
@access.public
def invitation(key: str) -> Page:
    """Who invites, to do what, and the button that agrees; an account is made on the way."""
    throttle.check("invitation-opened", throttle.line(request.remote_addr), _FROM_ONE_ADDRESS)
    try:
        found = operations.found(key)
        if request.method == "POST":
            return _agree(key)
    except InvitationOver as error:
        page = render_template("providers/invitation_over.html", why=error.message)
        return page, int(error.status)
    return render_template(
        "providers/invitation.html", invitation=found, roles=ROLES, may=MAY, key=key
    ), 200


def _agree(key: str) -> Response:
    actor = access.actor()
    if actor.account_id is None:
        here = url_for("invitations.invitation", key=key)
        return redirect(url_for("accounts.sign_in", next=here), 303)
    slug = operations.accept(key, actor.account_id)
    flash(gettext("Welcome. This is your workplace."), "success")
    return see_other("enrolment_provider.today", slug=slug)
