"""Runs of a course: planned from a repeat rule, changed, cancelled."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import operations
from app.catalogue.forms import MeetingsForm, RulesForm, RunForm
from app.catalogue.models import Course, Mode, Run
from app.catalogue.provider_views.blueprint import bp, course_at, run_at
from app.catalogue.run_view import RunView
from app.core import access, clock
from app.core.access import EDITING
from app.core.i18n import gettext, ngettext
from app.core.web import see_other
from app.places.models import Venue
from app.providers import queries as providers


@bp.route("/courses/<id:course_id>/runs/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_run(slug: str, course_id: int) -> Response | tuple[str, int]:
    """Dates, places and fee; the repeat rule makes the sessions."""
    course = course_at(slug, course_id)
    form = RunForm(enrol_from=f"{clock.today():%d/%m/%Y}", mode=Mode.IN_PERSON.value, language="vi")
    form.offer(providers.venues(course.provider_id))
    if form.accepted(lambda: operations.add_run(course.id, form.fields(), form.when(), _by())):
        flash(gettext("The run is planned."), "success")
        return see_other("catalogue_provider.course", slug=slug, course_id=course_id)
    return _new_page(slug, course, form), form.status


@bp.route("/runs/<id:run_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def run(slug: str, run_id: int) -> Response | tuple[str, int]:
    """Change the rules of a run; its sessions are listed below."""
    found = run_at(slug, run_id)
    form = RulesForm()
    form.offer(_venues(found))
    if request.method == "GET":
        form.show(found)
    if form.accepted(lambda: operations.edit_run(run_id, form.fields(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("catalogue_provider.run", slug=slug, run_id=run_id)
    return _run_page(slug, run_at(slug, run_id), form, MeetingsForm(formdata=None)), form.status


@bp.post("/runs/<id:run_id>/sessions")
@access.provider_staff(EDITING)
def add_sessions(slug: str, run_id: int) -> Response | tuple[str, int]:
    """More sessions by another repeat rule."""
    found = run_at(slug, run_id)
    form = MeetingsForm()
    if form.accepted(lambda: _told(operations.add_sessions(run_id, form.repeat(), _by()))):
        return see_other("catalogue_provider.run", slug=slug, run_id=run_id)
    rules = RulesForm(formdata=None)
    rules.offer(_venues(found))
    rules.show(found)
    return _run_page(slug, found, rules, form), form.status


def _venues(run: Run) -> list[Venue]:
    """The provider's places, and where the run is held also when that is none of them any more."""
    mine = providers.venues(run.course.provider_id)
    return mine if run.venue is None or run.venue in mine else [*mine, run.venue]


def _by() -> int | None:
    return access.actor().account_id


def _told(added: int) -> None:
    words = ngettext("%(num)s session is added.", "%(num)s sessions are added.", added)
    flash(words, "success")


def _new_page(slug: str, course: Course, form: RunForm) -> str:
    provider = providers.by_slug(slug)
    return render_template("catalogue/run_new.html", provider=provider, course=course, form=form)


def _run_page(slug: str, run: Run, rules: RulesForm, meetings: MeetingsForm) -> str:
    wrong = meetings if meetings.is_wrong else rules
    return render_template(
        "catalogue/run_edit.html",
        provider=providers.by_slug(slug),
        run=run,
        view=RunView(run, run.sessions),
        form=wrong,
        rules=rules,
        meetings=meetings,
        now=clock.now(),
    )
