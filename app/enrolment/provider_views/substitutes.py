"""Naming who takes the register of one session instead of somebody."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import EDITING
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import substitutes
from app.enrolment.forms import SubstituteForm
from app.enrolment.provider_views.blueprint import Page, bp, session_at


@bp.route("/sessions/<id:session_id>/substitutes", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def substitutes_of(slug: str, session_id: int) -> Page:
    """Who is named, and one more of those who work here."""
    session, form = session_at(slug, session_id), SubstituteForm()
    form.offer(substitutes.candidates(session))
    by = access.actor().account_id
    if form.accepted(lambda: substitutes.name(session_id, int(form.account.data), by)):
        flash(gettext("Saved. The session is on their page of the day."), "success")
        return see_other("enrolment_provider.substitutes_of", slug=slug, session_id=session_id)
    session = session_at(slug, session_id)
    page = render_template(
        "enrolment/substitutes.html", slug=slug, session=session, run=session.run, form=form,
        named=substitutes.of(session_id),
    )  # fmt: skip
    return page, form.status


@bp.post("/sessions/<id:session_id>/substitutes/<id:substitute_id>/remove")
@access.provider_staff(EDITING)
def remove_substitute(slug: str, session_id: int, substitute_id: int) -> Response:
    """The register is not theirs any more."""
    session_at(slug, session_id)
    substitutes.remove(session_id, substitute_id, access.actor().account_id)
    flash(gettext("Removed."), "success")
    return see_other("enrolment_provider.substitutes_of", slug=slug, session_id=session_id)
