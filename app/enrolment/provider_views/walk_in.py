"""A place for somebody at the desk or on the phone, and at once the form for the next one."""

from flask import flash

from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import operations
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.provider_views.blueprint import Page, bp, run_at
from app.enrolment.provider_views.roster import page
from app.enrolment.walk_in_form import WalkInForm


@bp.post("/runs/<id:run_id>/roster")
@access.provider_staff()
def add(slug: str, run_id: int) -> Page:
    """Somebody without a place gets one, or stands in line."""
    run = run_at(slug, run_id)
    form = WalkInForm()
    form.sets_rules_aside = access.here(slug).role in access.EDITING
    if not form.submitted():
        return page(slug, run, form, adding=True), form.status
    application = form.application(access.actor().account_id)
    try:
        (place,) = operations.enrol_guests([form.guest()], run_id, application)
    except DomainError as error:
        form.refuse(error)
        return page(slug, run_at(slug, run_id), form, adding=True), error.status
    flash(_told(place), "success")
    return see_other(
        "enrolment_provider.roster", slug=slug, run_id=run_id, add=application.channel.value
    )


def _told(place: Enrolment) -> str:
    words = {
        EnrolmentState.WAITING: gettext("Added to the waiting list. The code is %(code)s."),
        EnrolmentState.PENDING: gettext("Added, to be approved. The code is %(code)s."),
    }
    told = words.get(place.state, gettext("Added to the class. The code is %(code)s."))
    return told % {"code": place.code}
