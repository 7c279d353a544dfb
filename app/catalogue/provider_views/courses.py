"""A provider's courses: the list, a new one, and one with all that can be done with it."""

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import editing, operations, wordlists, workspace
from app.catalogue.course_forms import PART_OF, ContentForm, LaterForm
from app.catalogue.course_words import HINTS, PENDING, RELEASES, lack, language_names
from app.catalogue.models import Course
from app.catalogue.provider_views.blueprint import bp, course_at
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.paging import asked_page, page_of
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.models import Provider

_FIRST_BOX = {
    "no_run": None,
    "places": None,
    "languages": "languages-0",
    "audience_ids": "audience_ids-0",
}


@bp.get("/courses")
@access.provider_staff()
def courses(slug: str) -> str:
    """All courses with their next run, drafts too."""
    wanted = workspace.CourseFilter.read(request.args)
    page = page_of(
        wanted.select(access.here(slug).provider_id),
        asked_page(request.args),
        lambda number: url_for(
            "catalogue_provider.courses",
            slug=slug,
            q=wanted.q or None,
            status=wanted.state or None,
            page=number,
        ),
    )
    return render_template(
        "catalogue/provider_courses.html",
        provider=provider_here(slug),
        page=page,
        rows=workspace.rows(list(page.items)),
        wanted=wanted,
        statuses=STATUS,
        releases=RELEASES,
        pending=PENDING,
        may_edit=access.actor().works_at(access.here(slug).provider_id, EDITING),
    )


@bp.route("/courses/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_course(slug: str) -> Response | tuple[str, int]:
    """Begin a draft with what the course is about."""
    provider = provider_here(slug)
    form = content_form(cla=provider.type.default_cla, languages=["vi"])
    choices(form.fits, [])
    if form.submitted():
        course = operations.create_course(provider.id, form.fields(), access.actor().account_id)
        flash(gettext("The draft is saved. Now say for whom it is."), "success")
        return see_other("catalogue_provider.edit_access", slug=slug, course_id=course.id)
    page = render_template("catalogue/course_form.html", provider=provider, form=form, desk=None)
    return page, form.status


@bp.get("/courses/<id:course_id>")
@access.provider_staff()
def course(slug: str, course_id: int) -> str:
    """One course with its runs, and what can be done with it."""
    return course_page(slug, course_at(slug, course_id), LaterForm(formdata=None))


@bp.post("/courses/<id:course_id>/withdraw")
@access.provider_staff(EDITING)
def withdraw(slug: str, course_id: int) -> Response:
    """Take it out of sight."""
    found = course_at(slug, course_id)
    try:
        operations.withdraw(found.id, access.actor().account_id)
        flash(gettext("Residents no longer see the course. Places taken stay taken."), "success")
    except DomainError as error:
        flash(str(error.message), "error")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


@bp.post("/courses/<id:course_id>/copy")
@access.provider_staff(EDITING)
def copy_course(slug: str, course_id: int) -> Response:
    """Begin a draft with the words of this course."""
    copy = operations.copy_course(course_at(slug, course_id).id, access.actor().account_id)
    flash(gettext("This is a copy, as a draft. Give it a title of its own."), "success")
    return see_other("catalogue_provider.edit_course", slug=slug, course_id=copy.id)


@bp.post("/courses/<id:course_id>/delete")
@access.provider_staff(EDITING)
def delete_course(slug: str, course_id: int) -> Response:
    """Delete a draft that is nothing yet."""
    found = course_at(slug, course_id)
    try:
        operations.delete_draft(found.id, access.actor().account_id)
    except DomainError as error:
        flash(str(error.message), "error")
        return see_other("catalogue_provider.course", slug=slug, course_id=course_id)
    flash(gettext("The draft is deleted."), "success")
    return see_other("catalogue_provider.courses", slug=slug)


def course_page(slug: str, found: Course, later: LaterForm) -> str:
    """The page of one course; `later` may hold what was wrong in it."""
    desk = editing.desk(found)
    if not later.seen.data:
        later.seen.data = desk.looked_at
    runs = workspace.runs_of(found.id)
    return render_template(
        "catalogue/provider_course.html",
        provider=provider_here(slug),
        course=found,
        desk=desk,
        status=STATUS[found.status],
        releases=RELEASES,
        pending=PENDING,
        languages=language_names(desk.document["languages"]),
        lacks=[(lack(code), part_of(slug, found.id, code)) for code in desk.lacks],
        refused=[lack(code) for code in desk.release.lacks] if desk.release else [],
        hints=[
            (HINTS[hint.code], part_of(slug, found.id, hint.name))
            for hint in desk.hints([view.run for view in runs])
        ],
        runs=runs,
        form=later,
        may_edit=access.actor().works_at(found.provider_id, EDITING),
    )


def part_of(slug: str, course_id: int, name: str) -> str:
    """Where this is typed, with the box to fill."""
    page = f"catalogue_provider.{PART_OF.get(name, 'edit_course')}"
    anchor = _FIRST_BOX.get(name, name)
    return url_for(page, slug=slug, course_id=course_id, _anchor=anchor)


def provider_here(slug: str) -> Provider:
    return providers.by_slug(slug) or abort(404)


def content_form(**given: object) -> ContentForm:
    """The form of the first part, with the subjects one can choose."""
    form = ContentForm(**given)
    topics = [(str(topic.id), topic.name.text()) for topic in wordlists.open_topics()]
    choices(form.topic_id, [("0", gettext("Choose a subject")), *topics])
    return form
