"""From the editor's desk to residents: what would change, preview, now, later, and what was."""

from http import HTTPStatus

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.catalogue import editing, operations, queries
from app.catalogue.course_forms import LaterForm, LookedAtForm
from app.catalogue.differences import differences
from app.catalogue.documents import NOTHING
from app.catalogue.provider_views.blueprint import bp, course_at
from app.catalogue.provider_views.courses import course_page, provider_here
from app.catalogue.revision_models import ReleaseState
from app.core import access
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.formats import date_time
from app.core.i18n import gettext
from app.core.web import see_other


@bp.get("/courses/<id:course_id>/changes")
@access.provider_staff()
def changes(slug: str, course_id: int) -> str:
    """What residents would see differently, field by field."""
    found = course_at(slug, course_id)
    return render_template(
        "catalogue/provider_course_changes.html",
        provider=provider_here(slug),
        course=found,
        desk=editing.desk(found),
        may_edit=access.actor().works_at(found.provider_id, EDITING),
    )


@bp.post("/courses/<id:course_id>/changes/discard")
@access.provider_staff(EDITING)
def discard(slug: str, course_id: int) -> Response:
    """Forget what is not public yet."""
    operations.discard(course_at(slug, course_id).id, access.actor().account_id)
    flash(gettext("The changes are discarded. Residents see what they saw before."), "success")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


@bp.get("/courses/<id:course_id>/preview")
@access.provider_staff()
def preview(slug: str, course_id: int) -> str:
    """The page of the course as residents would see it."""
    found = course_at(slug, course_id)
    desk = editing.desk(found)
    return render_template(
        "catalogue/provider_course_preview.html",
        provider=provider_here(slug),
        course=editing.preview(found, desk.document),
        runs=queries.course_page(course_id),
        status=("soon", gettext("Preview")),
        structured={},
    )


@bp.get("/courses/<id:course_id>/history")
@access.provider_staff()
def history(slug: str, course_id: int) -> str:
    """What residents have seen so far: who let it out, when, and what was different."""
    found = course_at(slug, course_id)
    versions, words = editing.history(course_id), editing.words()
    older = [*(version.document for version in versions[1:]), NOTHING]
    steps = [
        (version, differences(before, version.document, words))
        for version, before in zip(versions, older, strict=False)
    ]
    return render_template(
        "catalogue/provider_course_history.html",
        provider=provider_here(slug),
        course=found,
        steps=steps,
    )


@bp.post("/courses/<id:course_id>/publish")
@access.provider_staff(EDITING)
def publish(slug: str, course_id: int) -> Response:
    """Show residents what was looked at, or send it to the city."""
    found = course_at(slug, course_id)
    form = LookedAtForm()
    try:
        state = operations.release(found.id, form.looked_at(), access.actor().account_id)
        flash(_released(state), "success")
    except DomainError as error:
        flash(str(error.message), "error")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


@bp.post("/courses/<id:course_id>/schedule")
@access.provider_staff(EDITING)
def schedule(slug: str, course_id: int) -> Response | tuple[str, int]:
    """Publish it at a day and hour."""
    found = course_at(slug, course_id)
    form = LaterForm()
    by_id = access.actor().account_id
    if form.accepted(lambda: operations.release(found.id, form.looked_at(), by_id, form.at())):
        desk = editing.desk(course_at(slug, course_id))
        flash(_planned(desk), "success")
        return see_other("catalogue_provider.course", slug=slug, course_id=course_id)
    return course_page(slug, course_at(slug, course_id), form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/courses/<id:course_id>/take-back")
@access.provider_staff(EDITING)
def take_back(slug: str, course_id: int) -> Response:
    """Do not publish it for now."""
    operations.take_back(course_at(slug, course_id).id, access.actor().account_id)
    flash(gettext("It is not going to be published for now."), "success")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


def _released(state: ReleaseState | None) -> str:
    if state is ReleaseState.WAITING:
        return gettext("The city looks at it first. You see here what they decide.")
    return gettext("It is published. Search shows it within a minute.")


def _planned(desk: editing.Desk) -> str:
    if desk.waits:
        return _released(ReleaseState.WAITING)
    at = desk.release.publish_at if desk.release else None
    return gettext("It is going to be published on %(moment)s.", moment=date_time(at) if at else "")
