"""Pages of provider staff for their learning resources."""

from http import HTTPStatus

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import wordlists
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.forms import choices
from app.core.i18n import gettext, localised
from app.core.paging import page_of
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.models import Provider
from app.resources import operations, policy, queries
from app.resources.forms import ResourceForm
from app.resources.models import Resource

bp = localised("resources_provider", __name__, "/provider/<slug>/resources")


@bp.get("")
@access.provider_staff()
def resources(slug: str) -> str:
    """All links of the provider, drafts too."""
    member = access.here(slug)
    page = page_of(
        queries.of_provider(member.provider_id),
        request.args.get("page", 1, type=int),
        lambda number: url_for("resources_provider.resources", slug=slug, page=number),
    )
    return render_template(
        "resources/provider_resources.html",
        provider=_provider(slug),
        page=page,
        statuses=STATUS,
        may_edit=member.role in EDITING,
    )


@bp.route("/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_resource(slug: str) -> Response | tuple[str, int]:
    """Begin a draft."""
    form = _form()
    if form.submitted():
        try:
            made = operations.create_resource(access.here(slug).provider_id, form.fields(), _by())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("The resource is saved as a draft."), "success")
            return see_other("resources_provider.edit_resource", slug=slug, resource_id=made.id)
    return _form_page(slug, form, None, form.status)


@bp.route("/<id:resource_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def edit_resource(slug: str, resource_id: int) -> Response | tuple[str, int]:
    """Change what is said about the link. Nobody's change is overwritten unseen."""
    found = _resource_at(slug, resource_id)
    form = _form()
    if request.method == "GET":
        form.show(found)
    if not form.submitted():
        return _form_page(slug, form, found, form.status)
    try:
        operations.edit_resource(resource_id, form.fields(), form.version.seen, _by())
    except DomainError as error:
        form.refuse(error)
        found = _resource_at(slug, resource_id)
        form.version.data = str(found.version)
        stale = isinstance(error, ChangedMeanwhile)
        return _form_page(slug, form, found, HTTPStatus.CONFLICT if stale else form.status)
    flash(gettext("Saved."), "success")
    return see_other("resources_provider.edit_resource", slug=slug, resource_id=resource_id)


@bp.post("/<id:resource_id>/publish")
@access.provider_staff(EDITING)
def publish(slug: str, resource_id: int) -> Response:
    """Show it to residents."""
    operations.publish(_resource_at(slug, resource_id).id, _by())
    flash(gettext("The resource is published."), "success")
    return see_other("resources_provider.resources", slug=slug)


@bp.post("/<id:resource_id>/withdraw")
@access.provider_staff(EDITING)
def withdraw(slug: str, resource_id: int) -> Response:
    """Take it out of sight."""
    operations.withdraw(_resource_at(slug, resource_id).id, _by())
    flash(gettext("Residents no longer see the resource."), "success")
    return see_other("resources_provider.resources", slug=slug)


def _by() -> int | None:
    return access.actor().account_id


def _provider(slug: str) -> Provider:
    return providers.by_slug(slug) or abort(404)


def _resource_at(slug: str, resource_id: int) -> Resource:
    may = policy.resource_of(access.here(slug).provider_id)
    return access.load(Resource, resource_id, may)


def _form() -> ResourceForm:
    form = ResourceForm()
    topics = [(str(topic.id), topic.name.text()) for topic in wordlists.open_topics()]
    choices(form.topic_id, [("0", gettext("Choose a subject")), *topics])
    return form


def _form_page(
    slug: str, form: ResourceForm, resource: Resource | None, status: int
) -> tuple[str, int]:
    page = render_template(
        "resources/resource_form.html", provider=_provider(slug), form=form, resource=resource
    )
    return page, status
