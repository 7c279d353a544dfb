"""Courses that city staff look at before residents see them."""

from http import HTTPStatus

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import editing, operations, queries
from app.catalogue.course_forms import LookedAtForm, ReasonForm
from app.catalogue.course_words import lack
from app.catalogue.editing import Desk
from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import gettext, localised
from app.core.paging import asked_page, page_of
from app.core.vi import clean
from app.core.web import see_other
from app.providers import queries as providers

bp = localised("catalogue_staff", __name__, "/staff/course-reviews")


@bp.get("")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def reviews() -> str:
    """What waits, the longest first."""
    page = page_of(
        editing.waiting(),
        asked_page(request.args),
        lambda number: url_for("catalogue_staff.reviews", page=number),
    )
    return render_template("catalogue/staff_reviews.html", page=page)


@bp.get("/<id:course_id>")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def review(course_id: int) -> str:
    """What residents would see, field by field, and the two answers."""
    return _review_page(_desk(course_id), ReasonForm(formdata=None))


@bp.get("/<id:course_id>/preview")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def preview(course_id: int) -> str:
    """The page of the course as residents would see it."""
    desk = _desk(course_id)
    return render_template(
        "catalogue/staff_review_preview.html",
        course=editing.preview(desk.course, desk.document),
        runs=queries.course_page(course_id),
        status=("soon", gettext("Preview")),
        structured={},
    )


@bp.post("/<id:course_id>/approve")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def approve(course_id: int) -> Response:
    """Let it out, as it was looked at."""
    try:
        state = operations.approve(course_id, LookedAtForm().looked_at(), access.actor().account_id)
    except DomainError as error:
        flash(str(error.message), "error")
        if editing.course_for_review(course_id) is None:
            return see_other("catalogue_staff.reviews")
        return see_other("catalogue_staff.review", course_id=course_id)
    told = gettext("It is published.") if state is None else gettext("It waits for its hour.")
    flash(told, "success")
    return see_other("catalogue_staff.reviews")


@bp.post("/<id:course_id>/send-back")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def send_back(course_id: int) -> Response | tuple[str, int]:
    """Ask the provider to change something."""
    desk, form = _desk(course_id), ReasonForm()
    by_id = access.actor().account_id
    if form.accepted(lambda: operations.send_back(course_id, form.reason.data or "", by_id)):
        flash(gettext("It is sent back. The provider sees your words."), "success")
        return see_other("catalogue_staff.reviews")
    return _review_page(desk, form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/providers")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def reviewed() -> str:
    """Whose courses are looked at first, and a search for others."""
    asked = clean(request.args.get("q", ""))[:100]
    return render_template(
        "catalogue/staff_reviewed.html",
        reviewed=editing.reviewed_providers(),
        found=editing.providers_named(asked),
        asked=asked,
    )


@bp.post("/providers/<slug>")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def set_review(slug: str) -> Response:
    """Begin or end looking at a provider's courses."""
    provider = providers.by_slug(slug) or abort(404)
    needed = request.form.get("needed") == "1"
    if BaseForm().submitted():
        operations.set_review(provider.id, access.actor().account_id, needed=needed)
        flash(gettext("Saved."), "success")
    return see_other("catalogue_staff.reviewed")


def _desk(course_id: int) -> Desk:
    return editing.desk(editing.course_for_review(course_id) or abort(404))


def _review_page(desk: Desk, form: ReasonForm) -> str:
    return render_template(
        "catalogue/staff_review.html",
        desk=desk,
        course=desk.course,
        changes=desk.changes if desk.course.is_public else desk.whole,
        lacks=[lack(code) for code in desk.lacks],
        form=form,
    )
