"""Hearing of a free seat without standing in line."""

from flask import abort, flash, render_template

from app.accounts.queries import ways
from app.catalogue.cards import course_slug
from app.catalogue.models import Run
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext
from app.core.keys import read_code
from app.core.web import see_other
from app.enrolment import policy, queries
from app.enrolment.operations import alerts
from app.enrolment.place_forms import AlertForm
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, about, here


@bp.route("/runs/<id:run_id>/alert", methods=["GET", "POST"])
@access.public
def alert(run_id: int) -> Page:
    """Only for a full class; any other says what can be done instead."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    if run.state not in alerts.FULL:
        return see_other("enrolment.enrol", run_id=run.id)
    own = _own_contact()
    form = AlertForm(name=own)
    if not form.submitted() or form.contact is None:
        return render_template("enrolment/alert.html", form=form, **about(run)), form.status
    person_id = access.actor().person_id if form.contact.value == own else None
    try:
        alerts.ask(run.id, form.contact, here(), language=current_language(), person_id=person_id)
    except DomainError as error:
        form.refuse(error)
        return render_template("enrolment/alert.html", form=form, **about(run)), error.status
    flash(gettext("We write to you, once, as soon as a seat is free."), "success")
    return see_other("catalogue.course", course_id=run.course_id, slug=course_slug(run.course))


@bp.get("/alerts/<code>")
@access.public
def end_alert(code: str) -> Page:
    """Where the link in a letter leads; nothing stops by merely following it."""
    found = alerts.found(read_code(code)) or abort(404)
    return render_template("enrolment/end_alert.html", run=found.run)


@bp.post("/alerts/<code>")
@access.public
def send_end_of_alert(code: str) -> Page:
    """Stopped; a second time there is nothing left to stop."""
    alerts.stop(read_code(code))
    flash(gettext("You will hear no more of this class."), "success")
    return see_other("search.courses")


def _own_contact() -> str:
    """The proven phone or mailbox of the account, to save typing."""
    account_id = access.actor().account_id
    contact = ways.proven_contact(ways.account(account_id)) if account_id else None
    return contact.value if contact else ""
