"""Providers as the city sees them: found, suspended, let go again, closed, merged."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.paging import asked_page, page_of
from app.core.vi import clean
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.models import Provider, ProviderStatus
from app.providers.standing import operations, queries
from app.providers.standing.belongings import all_belongings
from app.providers.standing.forms import MergeForm, StandingForm
from app.providers.words import STATUS, STEPS

bp = localised("standing_staff", __name__, "/staff/providers")
Page = Response | tuple[str, int]
_LONGEST = 100


@bp.get("")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def listed() -> str:
    """All of them, by name; narrowed by words and state."""
    q = clean(request.args.get("q", ""))[:_LONGEST]
    known = {each.value: each for each in ProviderStatus}
    status = known.get(request.args.get("status", ""))
    given: dict[str, Any] = {"q": q, "status": status.value if status else ""}
    page = page_of(
        queries.found(q, status),
        asked_page(request.args),
        lambda n: url_for("standing_staff.listed", **{k: v for k, v in given.items() if v}, page=n),
    )
    return render_template(
        "providers/staff/providers.html", page=page, q=q, status=status, states=STATUS
    )


@bp.route("/<id:provider_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def provider(provider_id: int) -> Page:
    """What it has, what was decided about it, and what can be decided now."""
    found, form = _provider(provider_id), StandingForm()
    if request.method == "POST" and form.accepted(lambda: _decide(provider_id, form)):
        flash(gettext("Done. Its owners have been told."), "success")
        return see_other("standing_staff.provider", provider_id=provider_id)
    html = render_template(
        "providers/staff/provider.html",
        provider=found, form=form, states=STATUS, words=STEPS, steps=queries.steps(provider_id),
        joined=queries.joined(provider_id), members=providers.members(provider_id),
        belongings=[(each.label, each.count(provider_id)) for each in all_belongings()],
    )  # fmt: skip
    return html, form.status


@bp.route("/<id:provider_id>/merge", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def merge(provider_id: int) -> Page:
    """Look for the successor, then choose it, the staff that goes along, and say why."""
    found = _provider(provider_id)
    if found.status is ProviderStatus.CLOSED:
        abort(404)
    q = clean(request.args.get("q", ""))[:_LONGEST]
    members, form = providers.members(provider_id), MergeForm()
    form.offer(queries.heirs(provider_id, q) if q else (), members)
    if request.method == "GET":
        form.members.data = [str(each.id) for each in members]
    elif form.accepted(lambda: _merge(provider_id, form)):
        flash(gettext("Merged. The old address leads to the new one."), "success")
        return see_other("standing_staff.provider", provider_id=provider_id)
    html = render_template("providers/staff/merge.html", provider=found, form=form, q=q)
    return html, form.status


def _provider(provider_id: int) -> Provider:
    return queries.provider(provider_id) or abort(404)


def _by() -> int:
    return access.actor().account_id or 0


def _decide(provider_id: int, form: StandingForm) -> None:
    decisions = {
        "suspend": operations.suspend, "lift": operations.lift, "close": operations.close,
    }  # fmt: skip
    decide = decisions.get(request.form.get("decision", "")) or abort(400)
    decide(provider_id, form.words.data or "", _by())


def _merge(provider_id: int, form: MergeForm) -> None:
    operations.merge(
        provider_id, form.successor_id, form.words.data or "", _by(), members=form.member_ids
    )
