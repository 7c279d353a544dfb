"""A provider's own page as its editors change it."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.providers import queries
from app.providers.models import Provider, Site
from app.providers.profile import operations
from app.providers.profile.forms import PlaceForm, ProfileForm
from app.providers.standing import queries as standing
from app.providers.words import STEPS

bp = localised("provider_profile", __name__, "/provider/<slug>")
Page = Response | tuple[str, int]


@bp.route("/profile", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def profile(slug: str) -> Page:
    """What residents read, what the city decided, and the places."""
    provider, form, other = _provider(slug), ProfileForm(), None
    if request.method == "GET":
        form.show(provider)
    elif form.submitted():
        try:
            operations.edit_profile(provider.id, form.fields(), form.version.seen, _by())
        except ChangedMeanwhile as error:
            form.refuse(error)
            form.wrong_status = error.status
            other = _provider(slug)
            form.version.data = str(other.version)  # shown beside: saving again is a choice
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Saved. Residents see it at once."), "success")
            return see_other("provider_profile.profile", slug=slug)
    page = render_template(
        "providers/profile.html",
        slug=slug, provider=provider, form=form, other=other, steps=standing.steps(provider.id),
        words=STEPS, sites=queries.sites(provider.id),
    )  # fmt: skip
    return page, form.status


@bp.route("/sites/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def add_site(slug: str) -> Page:
    """Another place where it teaches."""
    provider_id, form = access.here(slug).provider_id, PlaceForm()
    if form.accepted(lambda: operations.add_place(provider_id, form.fields(), _by())):
        flash(gettext("Saved. Residents see it at once."), "success")
        return see_other("provider_profile.profile", slug=slug)
    return render_template("providers/site.html", slug=slug, form=form, site=None), form.status


@bp.route("/sites/<id:site_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def site(slug: str, site_id: int) -> Page:
    """How people get in; a place others use too is corrected by the city."""
    found, form = _site(slug, site_id), PlaceForm()
    if request.method == "GET":
        form.show(found.venue)
    elif form.accepted(
        lambda: operations.edit_place(found.provider_id, site_id, form.fields(), _by())
    ):
        flash(gettext("Saved. Residents see it at once."), "success")
        return see_other("provider_profile.profile", slug=slug)
    shared = queries.is_shared(found)
    page = render_template(
        "providers/site.html", slug=slug, form=form, site=found, is_shared=shared
    )
    return page, form.status


@bp.post("/sites/<id:site_id>/remove")
@access.provider_staff(EDITING)
def remove_site(slug: str, site_id: int) -> Response:
    """It is not named on the page any more."""
    found = _site(slug, site_id)
    operations.remove_place(found.provider_id, site_id, _by())
    flash(gettext("Removed."), "success")
    return see_other("provider_profile.profile", slug=slug)


def _provider(slug: str) -> Provider:
    return queries.by_slug(slug) or abort(404)


def _site(slug: str, site_id: int) -> Site:
    return queries.site(access.here(slug).provider_id, site_id) or abort(404)


def _by() -> int:
    return access.actor().account_id or 0
