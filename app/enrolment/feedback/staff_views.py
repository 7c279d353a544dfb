"""Comments of learners wait here for somebody of the city to read them first."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.enrolment.feedback import operations, queries
from app.enrolment.feedback.forms import DecideForm

bp = localised("feedback_staff", __name__, "/staff/feedback")


@bp.get("/")
@access.city_staff(CityRole.CATALOGUE_EDITOR, CityRole.ADMINISTRATOR)
def comments() -> str:
    """Those nobody has decided about."""
    found, count = queries.waiting(), queries.waiting_count()
    return render_template("enrolment/feedback/comments.html", found=found, count=count)


@bp.post("/<code>")
@access.city_staff(CityRole.CATALOGUE_EDITOR, CityRole.ADMINISTRATOR)
def decide(code: str) -> Response:
    """The provider may read it, or nobody."""
    form = DecideForm()
    if form.submitted():
        try:
            by_id = access.actor().account_id
            operations.decide(code, by_id, show=form.act.data == "show")
            flash(gettext("Saved."), "success")
        except DomainError as error:
            flash(str(error.message), "error")
    return see_other("feedback_staff.comments")
