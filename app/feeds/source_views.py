"""A provider's feeds, and the fields of a course that no feed may change."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.models import Course
from app.core import access
from app.core.access import EDITING, Actor
from app.core.forms import choices
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.feeds import workspace
from app.feeds.forms import SourceForm
from app.feeds.models import FeedSource
from app.feeds.operations import sources as operations
from app.feeds.provider_views import Page, provider_at
from app.feeds.words import LOCKABLE, answer, field

bp = localised("feeds_sources", __name__, "/provider/<slug>")


@bp.route("/feeds/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_source(slug: str) -> Page:
    """Write a feed down."""
    form = _form()
    provider = provider_at(slug)
    if form.accepted(lambda: operations.add_source(provider.id, form.fields(), _by())):
        flash(gettext("The feed is on the list. What comes is shown before it is applied."))
        return see_other("feeds_provider.imports", slug=slug)
    page = render_template("feeds/source.html", provider=provider, form=form, source=None)
    return page, form.status


@bp.route("/feeds/<id:source_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def source(slug: str, source_id: int) -> Page:
    """Change a feed."""
    found, form = _source_at(slug, source_id), _form()
    if request.method == "GET":
        form.show(found)
    if form.accepted(lambda: operations.change_source(source_id, form.fields(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("feeds_provider.imports", slug=slug)
    found = _source_at(slug, source_id)
    page = render_template(
        "feeds/source.html", provider=provider_at(slug), form=form, source=found, answer=answer
    )
    return page, form.status


@bp.post("/feeds/<id:source_id>/<any(fetch, remove):act>")
@access.provider_staff(EDITING)
def do(slug: str, source_id: int, act: str) -> Response:
    """Fetch it now, or take it off the list."""
    _source_at(slug, source_id)
    if act == "fetch":
        operations.fetch_soon(source_id)
        flash(gettext("The feed is fetched in a moment."))
    else:
        operations.remove_source(source_id, _by())
        flash(gettext("The feed is off the list. Its courses stay."))
    return see_other("feeds_provider.imports", slug=slug)


@bp.route("/courses/<id:course_id>/feed", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def locks(slug: str, course_id: int) -> Page:
    """Where a course comes from, and which of its fields are kept by hand."""
    course = _course_at(slug, course_id)
    if request.method == "POST":
        chosen = frozenset(request.form.getlist("field")) & frozenset(LOCKABLE)
        operations.lock_fields(course_id, chosen, _by())
        flash(gettext("Saved."), "success")
        return see_other("feeds_sources.locks", slug=slug, course_id=course_id)
    page = render_template(
        "feeds/locks.html", provider=provider_at(slug), course=course, lockable=LOCKABLE,
        locked=workspace.locks(course_id), brought=workspace.brought_by(course), field=field,
    )  # fmt: skip
    return page, 200


def _form() -> SourceForm:
    form = SourceForm()
    topics = [(each.slug, each.name.text()) for each in workspace.topics()]
    choices(form.topic, [("", gettext("Refuse such courses")), *topics])
    return form


def _source_at(slug: str, source_id: int) -> FeedSource:
    provider_id = access.here(slug).provider_id

    def is_here(actor: Actor, found: FeedSource) -> bool:
        return found.provider_id == provider_id and actor.works_at(provider_id, EDITING)

    found = access.load(FeedSource, source_id, is_here)
    return found if found.is_fetched and found.removed_at is None else abort(404)


def _course_at(slug: str, course_id: int) -> Course:
    provider_id = access.here(slug).provider_id

    def is_here(actor: Actor, found: Course) -> bool:
        return found.provider_id == provider_id and actor.works_at(provider_id, EDITING)

    return access.load(Course, course_id, is_here)


def _by() -> int | None:
    return access.actor().account_id
