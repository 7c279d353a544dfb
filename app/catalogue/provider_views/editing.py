"""The four parts of a course, each saved alone."""

from http import HTTPStatus

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import differences, editing, operations, wordlists, workspace
from app.catalogue.course_forms import AccessForm, ContentForm
from app.catalogue.documents import Document
from app.catalogue.editing import Desk
from app.catalogue.models import Course
from app.catalogue.provider_views.blueprint import bp, course_at
from app.catalogue.provider_views.courses import content_form, provider_here
from app.core import access
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/courses/<id:course_id>/edit", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def edit_course(slug: str, course_id: int) -> Response | tuple[str, int]:
    """What the course is about."""
    found = course_at(slug, course_id)
    return _part(slug, found, content_form(), "catalogue/course_form.html")


@bp.route("/courses/<id:course_id>/edit/access", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def edit_access(slug: str, course_id: int) -> Response | tuple[str, int]:
    """For whom it is, and what people need."""
    found = course_at(slug, course_id)
    form = AccessForm()
    choices(form.audience_ids, [(str(a.id), a.name.text()) for a in wordlists.open_audiences()])
    return _part(slug, found, form, "catalogue/course_access.html")


@bp.get("/courses/<id:course_id>/edit/sessions")
@access.provider_staff(EDITING)
def edit_sessions(slug: str, course_id: int) -> str:
    """When the course is held: its runs, each with the way to its sessions."""
    return _runs(slug, course_at(slug, course_id), "sessions")


@bp.get("/courses/<id:course_id>/edit/places")
@access.provider_staff(EDITING)
def edit_places(slug: str, course_id: int) -> str:
    """Places, fee and address of each run, with the way to change them."""
    return _runs(slug, course_at(slug, course_id), "places")


def _part(
    slug: str, course: Course, form: ContentForm | AccessForm, template: str
) -> Response | tuple[str, int]:
    desk = editing.desk(course)
    form.offer_fits(desk.document)
    if request.method == "GET":
        form.show(desk.document)
    if not form.submitted():
        return _form_page(slug, desk, form, template), form.status
    sent = form.values()
    try:
        operations.save_part(
            course.id, sent, form.seen.data or "", access.actor().account_id, form.fits.data or ()
        )
    except ChangedMeanwhile as error:
        form.refuse(error)
        desk = editing.desk(course_at(slug, course.id))
        form.stands_on(desk.document)
        return _form_page(slug, desk, form, template, sent), HTTPStatus.CONFLICT
    hidden = editing.desk(course_at(slug, course.id)).revision is not None
    text = gettext("Saved. Residents see it when you publish it.") if hidden else gettext("Saved.")
    flash(text, "success")
    return see_other("catalogue_provider.course", slug=slug, course_id=course.id)


def _form_page(
    slug: str,
    desk: Desk,
    form: ContentForm | AccessForm,
    template: str,
    sent: Document | None = None,
) -> str:
    """The form; where somebody else was faster, with what they saved beside what was typed."""
    mine = {**desk.document, **sent} if sent else desk.document
    return render_template(
        template,
        provider=provider_here(slug),
        course=desk.course,
        desk=desk,
        form=form,
        theirs=differences.differences(desk.document, mine, editing.words()),
        venues=[view.run.venue for view in workspace.runs_of(desk.course.id) if view.run.venue],
    )


def _runs(slug: str, course: Course, part: str) -> str:
    return render_template(
        "catalogue/provider_course_runs.html",
        provider=provider_here(slug),
        course=course,
        runs=workspace.runs_of(course.id),
        part=part,
    )
