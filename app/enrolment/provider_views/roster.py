"""The list of a class: who is on it, who waits, somebody added at the door."""

from flask import Response as Download
from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.models import Run
from app.core import access, audit, clock
from app.core.formats import number
from app.core.i18n import gettext
from app.core.tables import csv_lines
from app.core.web import see_other
from app.enrolment import class_list, operations, queries, why_no_offer, words
from app.enrolment.models import Channel
from app.enrolment.provider_views.blueprint import Page, bp, run_at
from app.enrolment.tables import columns, listed
from app.enrolment.walk_in_form import WalkInForm


@bp.get("/runs/<id:run_id>/roster")
@access.provider_staff()
def roster(slug: str, run_id: int) -> Page:
    """Everybody on the list; that it was read is kept."""
    run = run_at(slug, run_id)
    came_by = request.args.get("add", "")
    form = WalkInForm(channel=came_by) if came_by in set(Channel) else WalkInForm()
    shown = page(slug, run, form, adding=bool(came_by))
    audit.saw("run", run_id, action="roster.read")
    return shown


@bp.post("/runs/<id:run_id>/roster/next")
@access.provider_staff()
def seat_next(slug: str, run_id: int) -> Page:
    """A free seat for whoever waited longest, also when that no longer happens by itself."""
    run_at(slug, run_id)
    operations.seat_next(run_id, access.actor().account_id)
    flash(gettext("The first of the waiting list now has a seat."), "success")
    return see_other("enrolment_provider.roster", slug=slug, run_id=run_id)


@bp.get("/runs/<id:run_id>/roster.csv")
@access.provider_staff()
@access.confirmed
def roster_file(slug: str, run_id: int) -> Response:
    """The list for a spreadsheet."""
    run = run_at(slug, run_id)
    people = class_list.of(run)
    content = "".join(csv_lines(columns(people), listed(people)))
    audit.saw("run", run_id, action="roster.export")
    name = f"attachment; filename=roster-{run_id}.csv"
    headers = {"Content-Disposition": name}
    return Download(content, mimetype="text/csv", headers=headers)


def page(slug: str, run: Run, form: WalkInForm, *, adding: bool) -> str:
    """The list, with the form to add somebody; on top of the page while people are added."""
    people = class_list.of(run)
    return render_template(
        "enrolment/roster.html",
        slug=slug,
        run=run,
        people=people,
        seats=_seats(run),
        why=why_no_offer.sentences(people),
        states=words.STATES,
        fees=words.FEES,
        answer=class_list.answer,
        phones=queries.shows_phones(run),
        may_edit=access.here(slug).role in access.EDITING,
        today=clock.today(),
        form=form,
        adding=adding,
    )


def _seats(run: Run) -> str:
    if run.capacity is None:
        return number(run.seats_taken)
    return gettext("%(taken)s of %(all)s", taken=number(run.seats_taken), all=number(run.capacity))
