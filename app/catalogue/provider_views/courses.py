"""A provider's courses: the list, the words, publishing."""

from http import HTTPStatus

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import operations, queries, workspace
from app.catalogue.forms import CourseForm
from app.catalogue.models import Course, CourseStatus
from app.catalogue.provider_views.blueprint import bp, course_at
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.paging import page_of
from app.core.vi import clean
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.models import Provider


@bp.get("/courses")
@access.provider_staff()
def courses(slug: str) -> str:
    """All courses with their next run, drafts too."""
    wanted = _filter_from_address()
    page = page_of(
        wanted.select(access.here(slug).provider_id),
        request.args.get("page", 1, type=int),
        lambda number: url_for(
            "catalogue_provider.courses",
            slug=slug,
            q=wanted.q or None,
            status=wanted.status,
            page=number,
        ),
    )
    return render_template(
        "catalogue/provider_courses.html",
        provider=_provider(slug),
        page=page,
        rows=workspace.rows(list(page.items)),
        wanted=wanted,
        statuses=STATUS,
        may_edit=access.actor().works_at(access.here(slug).provider_id, EDITING),
    )


@bp.route("/courses/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_course(slug: str) -> Response | tuple[str, int]:
    """Begin a draft."""
    provider = _provider(slug)
    form = _form(cla=provider.type.default_cla)
    if form.submitted():
        course = operations.create_course(provider.id, form.fields(), access.actor().account_id)
        flash(gettext("The course is saved as a draft. Add a run, then publish it."), "success")
        return see_other("catalogue_provider.course", slug=slug, course_id=course.id)
    return _form_page(provider, form, None, form.status)


@bp.get("/courses/<id:course_id>")
@access.provider_staff()
def course(slug: str, course_id: int) -> str:
    """One course with its runs, and what can be done with it."""
    found = course_at(slug, course_id)
    return render_template(
        "catalogue/provider_course.html",
        provider=_provider(slug),
        course=found,
        row=workspace.CourseRow(found, None),
        status=STATUS[found.status],
        runs=workspace.runs_of(course_id),
        may_edit=access.actor().works_at(found.provider_id, EDITING),
    )


@bp.route("/courses/<id:course_id>/edit", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def edit_course(slug: str, course_id: int) -> Response | tuple[str, int]:
    """Change the words. Nobody's change is overwritten unseen."""
    found = course_at(slug, course_id)
    form = _form()
    if request.method == "GET":
        form.show(found)
    if not form.submitted():
        return _form_page(_provider(slug), form, found, form.status)
    try:
        operations.edit_course(
            course_id, form.fields(), form.version.seen, access.actor().account_id
        )
    except ChangedMeanwhile as error:
        form.refuse(error)
        found = course_at(slug, course_id)
        form.version.data = str(found.version)
        return _form_page(_provider(slug), form, found, HTTPStatus.CONFLICT)
    flash(gettext("Saved."), "success")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


@bp.post("/courses/<id:course_id>/publish")
@access.provider_staff(EDITING)
def publish(slug: str, course_id: int) -> Response:
    """Show it to residents."""
    return _decide(slug, course_id, CourseStatus.PUBLISHED)


@bp.post("/courses/<id:course_id>/withdraw")
@access.provider_staff(EDITING)
def withdraw(slug: str, course_id: int) -> Response:
    """Take it out of sight."""
    return _decide(slug, course_id, CourseStatus.WITHDRAWN)


def _decide(slug: str, course_id: int, status: CourseStatus) -> Response:
    found = course_at(slug, course_id)
    by_id = access.actor().account_id
    try:
        if status is CourseStatus.PUBLISHED:
            operations.publish(found.id, by_id)
            flash(gettext("The course is published. Search shows it within a minute."), "success")
        else:
            operations.withdraw(found.id, by_id)
            flash(
                gettext("Residents no longer see the course. Places taken stay taken."), "success"
            )
    except DomainError as error:
        flash(str(error.message), "error")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


def _provider(slug: str) -> Provider:
    return providers.by_slug(slug) or abort(404)


def _form(**given: str) -> CourseForm:
    form = CourseForm(**given)
    topics = [(str(topic.id), topic.name.text()) for topic in queries.topics()]
    choices(form.topic_id, [("0", gettext("Choose a subject")), *topics])
    choices(form.audience_ids, [(str(a.id), a.name.text()) for a in queries.audiences()])
    return form


def _form_page(
    provider: Provider, form: CourseForm, course: Course | None, status: int
) -> tuple[str, int]:
    page = render_template(
        "catalogue/course_form.html", provider=provider, form=form, course=course
    )
    return page, status


def _filter_from_address() -> workspace.CourseFilter:
    asked = request.args.get("status", "")
    status = CourseStatus(asked) if asked in set(CourseStatus) else None
    return workspace.CourseFilter(clean(request.args.get("q", ""))[:100], status)
