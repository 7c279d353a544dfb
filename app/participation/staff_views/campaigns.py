"""Campaigns: days whose sessions belong to an occasion."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import CityRole
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.participation import campaigns as operations
from app.participation import history
from app.participation.correction_forms import CampaignForm, NewCampaignForm
from app.participation.models import Campaign
from app.participation.staff_views.blueprint import Page, bp


@bp.route("/participation/campaigns", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def campaigns() -> Page:
    """All of them, and a new one."""
    form = NewCampaignForm()
    if form.accepted(lambda: _set(form.code.data or "", form, only_new=True)):
        return _saved()
    shown = {"lines": history.campaigns(), "behind": operations.behind()}
    return render_template("participation/campaigns.html", form=form, **shown), form.status


@bp.route("/participation/campaigns/<key>", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def campaign(key: str) -> Page:
    """Other names or other days for one of them."""
    found, form = history.campaign(key) or abort(404), CampaignForm()
    if request.method == "GET":
        form.show(found)
    if not form.submitted():
        return _page(found, form), form.status
    try:
        _set(key, form)
    except DomainError as error:
        form.refuse(error)
        if isinstance(error, ChangedMeanwhile):
            form.version.data = str(found.version)
        return _page(found, form), error.status
    return _saved()


def _saved() -> Response:
    flash(gettext("Saved. Sessions counted on these days follow in a minute or so."), "success")
    return see_other("participation_staff.campaigns")


def _page(found: Campaign, form: CampaignForm) -> str:
    return render_template("participation/campaign.html", form=form, campaign=found)


def _set(code: str, form: CampaignForm, *, only_new: bool = False) -> None:
    first, last = form.first.value or abort(422), form.last.value or abort(422)
    by_id = access.actor().account_id
    operations.set_campaign(
        code, form.name, first, last, by_id, only_new=only_new, seen=form.version.seen
    )
