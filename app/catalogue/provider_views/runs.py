"""Runs of a course: planned from a repeat rule or at one's own pace, and changed."""

from http import HTTPStatus

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import clashes, operations, teaching
from app.catalogue.forms import MeetingsForm, PaceForm, RulesForm, RunForm
from app.catalogue.models import Course, Mode, Run
from app.catalogue.plan_forms import SessionForm
from app.catalogue.provider_views import planning
from app.catalogue.provider_views.blueprint import bp, course_at, run_at, session_at
from app.catalogue.provider_views.planning import CHANGE, CHECK, SAVE, by
from app.catalogue.run_view import RunView
from app.core import access, clock
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.formats import money, short_date
from app.core.i18n import gettext, ngettext
from app.core.web import see_other
from app.providers import queries as providers


@bp.route("/courses/<id:course_id>/runs/new", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_run(slug: str, course_id: int) -> Response | tuple[str, int]:
    """Dates, places and fee; the sessions are looked at before they are kept."""
    course = course_at(slug, course_id)
    form = RunForm(enrol_from=f"{clock.today():%d/%m/%Y}", mode=Mode.IN_PERSON.value, language="vi")
    form.offer(providers.venues(course.provider_id), teaching.colleagues(course.provider_id))
    act = request.form.get("act", "")
    if act != CHANGE and form.submitted():
        plan = planning.plan_of(course, form, None)
        if plan and act in (CHECK, SAVE):
            page = planning.page_of_plan(
                plan, lambda table: operations.add_run(course.id, form.fields(), table, by())
            )
            return page or _planned(slug, course_id)
        if plan and form.accepted(
            lambda: operations.add_run(course.id, form.fields(), plan.table, by())
        ):
            return _planned(slug, course_id)
    return _new_page(slug, course, form, "catalogue/run_new.html"), form.status


@bp.route("/courses/<id:course_id>/runs/self-paced", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def new_self_paced(slug: str, course_id: int) -> Response | tuple[str, int]:
    """At one's own pace: when one can enrol and how long one has, without any session."""
    course = course_at(slug, course_id)
    form = PaceForm(
        enrol_from=f"{clock.today():%d/%m/%Y}", mode=Mode.SELF_PACED.value, language="vi"
    )
    form.offer(providers.venues(course.provider_id), teaching.colleagues(course.provider_id))
    if form.accepted(lambda: operations.add_run(course.id, form.fields(), form.when(), by())):
        return _planned(slug, course_id)
    return _new_page(slug, course, form, "catalogue/run_self_paced.html"), form.status


@bp.route("/runs/<id:run_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def run(slug: str, run_id: int) -> Response | tuple[str, int]:
    """Change the rules of a run; its sessions are listed above."""
    found = run_at(slug, run_id)
    form = _rules_form(found)
    if request.method == "GET":
        form.show(found)
    now_is = None
    if form.submitted():
        try:
            operations.edit_run(run_id, form.fields(), by(), seen=form.version.seen)
        except DomainError as error:
            found = run_at(slug, run_id)
            form.refuse(error)
            if isinstance(error, ChangedMeanwhile):
                form.wrong_status, form.version.data = HTTPStatus.CONFLICT, str(found.version)
                now_is = _now_is(found)
        else:
            flash(gettext("Saved."), "success")
            return see_other("catalogue_provider.run", slug=slug, run_id=run_id)
    return _run_page(slug, found, form, MeetingsForm(formdata=None), now_is=now_is), form.status


@bp.post("/runs/<id:run_id>/sessions")
@access.provider_staff(EDITING)
def add_sessions(slug: str, run_id: int) -> Response | tuple[str, int]:
    """More sessions by another repeat rule; they too are looked at first."""
    found = run_at(slug, run_id)
    form = MeetingsForm()
    act = request.form.get("act", "")
    if act != CHANGE and form.submitted():
        plan = planning.plan_of(found.course, form, found)
        if plan and act in (CHECK, SAVE):
            page = planning.page_of_plan(
                plan, lambda table: _told(operations.add_sessions(run_id, table, by()))
            )
            return page or see_other("catalogue_provider.run", slug=slug, run_id=run_id)
        if plan and form.accepted(lambda: _told(operations.add_sessions(run_id, plan.table, by()))):
            return see_other("catalogue_provider.run", slug=slug, run_id=run_id)
    rules = _rules_form(found, empty=True)
    rules.show(found)
    return _run_page(slug, found, rules, form, is_open=True), form.status


@bp.route("/sessions/<id:session_id>/plan", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def plan_session(slug: str, session_id: int) -> Response | tuple[str, int]:
    """Room and teachers of one session, where they are not those of the class."""
    found = session_at(slug, session_id)
    provider_id = found.run.course.provider_id
    form = SessionForm()
    form.offer(found.venue or found.run.venue, teaching.colleagues(provider_id))
    if request.method == "GET":
        form.show(found, clashes.room_of(found))

    def keep() -> None:
        ticked = form.teacher_ids.data or ()
        teachers = teaching.chosen(provider_id, ticked, form.teacher.data or "")
        room_id, seen = form.room_id.data or None, form.seen
        operations.plan_session(session_id, room_id, teachers, by(), seen=seen)

    if form.accepted(keep):
        flash(gettext("Saved."), "success")
        return see_other("catalogue_provider.run", slug=slug, run_id=found.run_id)
    page = render_template(
        "catalogue/session_plan.html", provider=providers.by_slug(slug), session=found, form=form
    )
    return page, form.status


def _rules_form(run: Run, *, empty: bool = False) -> RulesForm:
    kind = PaceForm if run.mode is Mode.SELF_PACED and not run.sessions else RulesForm
    form = kind(formdata=None) if empty else kind()
    form.offer(planning.venues_of(run), teaching.colleagues(run.course.provider_id))
    if run.mode is not Mode.SELF_PACED:
        form.only_with_sessions()
    return form


def _now_is(run: Run) -> list[tuple[str, str]]:
    """The run as it is now, beside what was typed."""
    venue = run.venue
    days = short_date(run.enrol_from), short_date(run.enrol_until)
    return [
        (gettext("Enrolment"), f"{days[0]} – {days[1]}"),
        (gettext("Number of places"), _number(run.capacity)),
        (gettext("Places on the waiting list"), _number(run.waiting_capacity)),
        (gettext("Fee"), money(run.fee)),
        (gettext("Place"), venue.name.text() if venue else gettext("Online")),
        (gettext("Room"), run.room.name.text() if run.room else gettext("No room")),
        (gettext("Teacher"), run.teacher or "–"),
    ]


def _number(count: int | None) -> str:
    return gettext("no limit") if count is None else str(count)


def _planned(slug: str, course_id: int) -> Response:
    flash(gettext("The run is planned."), "success")
    return see_other("catalogue_provider.course", slug=slug, course_id=course_id)


def _told(added: int) -> None:
    words = ngettext("%(num)s session is added.", "%(num)s sessions are added.", added)
    flash(words, "success")


def _new_page(slug: str, course: Course, form: RulesForm, template: str) -> str:
    provider = providers.by_slug(slug)
    return render_template(template, provider=provider, course=course, form=form)


def _run_page(
    slug: str, run: Run, rules: RulesForm, meetings: MeetingsForm, *,
    is_open: bool = False, now_is: list[tuple[str, str]] | None = None,
) -> str:  # fmt: skip
    wanted = clashes.wanted_of(run)
    found = clashes.find(wanted, run.course.provider, but_runs=[run.id])
    return render_template(
        "catalogue/run_edit.html",
        provider=providers.by_slug(slug),
        run=run,
        view=RunView(run, run.sessions),
        form=meetings if meetings.is_wrong else rules,
        rules=rules,
        meetings=meetings,
        is_open=is_open,
        now_is=now_is,
        now=clock.now(),
        taught={each.id: teaching.joined(teaching.own_of(each)) for each in run.sessions},
        clashes={wanted[place].starts_at: its for place, its in found.items()},
        warnings=planning.too_small(run.room, run.capacity),
    )
