"""Records that may be one person: looked at side by side, put together, parted again."""

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.forms.duplicates import DIFFERENT, FIRST, DecideForm
from app.accounts.forms.roles import ReasonForm
from app.accounts.models import Suspicion, SuspicionState
from app.accounts.operations import merges, suspicions
from app.accounts.queries import duplicates as queries
from app.accounts.staff_views.blueprint import bp
from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.paging import asked_page, page_of
from app.core.web import see_other

Page = Response | tuple[str, int]
REASONS = {
    suspicions.SAME_NUMBER: _("same identification number"),
    suspicions.SAME_NAME: _("same name"),
    suspicions.ALIKE_NAME: _("similar name"),
    suspicions.SAME_DAY: _("same birth date"),
    suspicions.SWAPPED_DAY: _("birth date with day and month swapped"),
    suspicions.SAME_YEAR: _("same birth year"),
    suspicions.SAME_PHONE: _("same phone"),
}

KEPT = {
    "residences": _("Residences"),
    "groups": _("Priority groups"),
    "account": _("Account"),
    "sessions": _("Signed-in browsers"),
    "identities": _("Other ways to sign in"),
    "consents": _("Consents"),
    "family": _("Bonds to relatives"),
    "requests": _("Requests about data"),
    "memberships": _("Work at providers"),
    "enrolments": _("Places in classes"),
    "attendances": _("Marks of attendance"),
    "facts": _("Counted attendances"),
    "messages": _("Letters and texts"),
}
"""What each package keeps, as staff call it; the labels of holdings speak to the person."""


@bp.get("/duplicates")
@access.city_staff(CityRole.ADMINISTRATOR)
def duplicates() -> str:
    """The likeliest first."""
    page = page_of(
        queries.open_suspicions(),
        asked_page(request.args),
        lambda n: url_for("accounts_staff.duplicates", page=n),
    )
    html = render_template("accounts/staff/duplicates.html", page=page, reasons=REASONS)
    audit.saw("suspicions", "list")
    return html


@bp.route("/duplicates/<id:suspicion_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def duplicate(suspicion_id: int) -> Page:
    """Both records side by side, what would move, and the decision."""
    found = queries.suspicion(suspicion_id) or abort(404)
    form = DecideForm()
    if found.state is SuspicionState.OPEN and form.submitted():
        try:
            _decide(found, form)
        except DomainError as error:
            form.refuse(error)
        else:
            return see_other("accounts_staff.duplicates")
    preview = merges.preview(found.first_id, found.second_id)
    html = render_template(
        "accounts/staff/duplicate.html",
        form=form,
        found=found,
        preview=preview,
        reasons=REASONS,
        kept=KEPT,
    )
    for person_id in (found.first_id, found.second_id):
        audit.saw("person", person_id, "duplicate", person_id)
    return html, form.status


@bp.get("/merges")
@access.city_staff(CityRole.ADMINISTRATOR)
def merged() -> str:
    """What was put together, the newest first."""
    page = page_of(
        queries.merges(),
        asked_page(request.args),
        lambda n: url_for("accounts_staff.merged", page=n),
    )
    html = render_template("accounts/staff/merges.html", page=page)
    audit.saw("merges", "list")
    return html


@bp.route("/merges/<id:merge_id>/undo", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def undo_merge(merge_id: int) -> Page:
    """Say why, then everything goes back."""
    found = queries.merge(merge_id) or abort(404)
    form = ReasonForm()
    if form.submitted():
        try:
            said = merges.undo(merge_id, access.actor().account_id, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("These are two records again."), "success")
            for words in said:
                flash(words, "warning")
            return see_other("accounts_staff.merged")
    return render_template("accounts/staff/merge_undo.html", form=form, found=found), form.status


def _decide(found: Suspicion, form: DecideForm) -> None:
    by_id, reason = access.actor().account_id or 0, form.reason.data or ""
    if form.decision.data == DIFFERENT:
        suspicions.decide_different(found.id, by_id, reason)
        flash(gettext("They stay two records."), "success")
        return
    pair = [found.first_id, found.second_id]
    kept_id, gone_id = pair if form.decision.data == FIRST else reversed(pair)
    merges.merge(kept_id, gone_id, by_id, reason)
    flash(gettext("The two records are one now. This can be undone."), "success")
