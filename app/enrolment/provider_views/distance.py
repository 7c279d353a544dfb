"""Learning from afar: units and needs of a run, the code of a session, lists of participants."""

from http import HTTPStatus

from flask import abort, flash, render_template, request

from app.catalogue.models import ClassSession, Run
from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import gettext, ngettext
from app.core.web import see_other
from app.enrolment import operations, queries
from app.enrolment.distance import codes, needs, participants, units
from app.enrolment.distance.errors import NotAList
from app.enrolment.distance.forms import ConfirmForm, ListForm, NeedsForm, UnitForm
from app.enrolment.distance.models import RunUnit
from app.enrolment.models import AttendanceStatus
from app.enrolment.provider_views.blueprint import Page, bp, run_at, session_at

_MOST_BYTES = 1_000_000


@bp.route("/runs/<id:run_id>/units", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def run_units(slug: str, run_id: int) -> Page:
    """The units in their order, with a form for one more."""
    run, form = run_at(slug, run_id), UnitForm()
    if form.submitted():
        try:
            units.add(run_id, form.fields(), access.actor().account_id)
        except DomainError as error:
            form.refuse(error)
            return _units_page(slug, run, form), error.status
        flash(gettext("The unit is added."), "success")
        return see_other("enrolment_provider.run_units", slug=slug, run_id=run_id)
    return _units_page(slug, run, form), form.status


@bp.post("/runs/<id:run_id>/needs")
@access.provider_staff(EDITING)
def say_needs(slug: str, run_id: int) -> Page:
    """Captions and equipment, shown on the course's page."""
    run, form = run_at(slug, run_id), NeedsForm()
    if not form.submitted():
        return _units_page(slug, run, UnitForm(formdata=None), form), form.status
    needs.say(run_id, form.needs(), access.actor().account_id)
    flash(gettext("Saved. People read it before they enrol."), "success")
    return see_other("enrolment_provider.run_units", slug=slug, run_id=run_id)


@bp.route("/runs/<id:run_id>/units/<id:unit_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def edit_unit(slug: str, run_id: int, unit_id: int) -> Page:
    """Other words for a unit."""
    run, unit, form = run_at(slug, run_id), _unit(run_id, unit_id), UnitForm()
    if request.method == "GET":
        form.show(unit)
        return _unit_page(slug, run, unit, form)
    if not form.submitted():
        return _unit_page(slug, run, unit, form), form.status
    try:
        units.edit(unit_id, form.fields(), form.version.seen, access.actor().account_id)
    except DomainError as error:
        form.refuse(error)
        if isinstance(error, ChangedMeanwhile):
            form.version.data = str(_unit(run_id, unit_id).version)
        return _unit_page(slug, run, _unit(run_id, unit_id), form), error.status
    flash(gettext("Saved."), "success")
    return see_other("enrolment_provider.run_units", slug=slug, run_id=run_id)


@bp.post("/runs/<id:run_id>/units/<id:unit_id>/<any(up, down, remove):act>")
@access.provider_staff(EDITING)
def change_unit(slug: str, run_id: int, unit_id: int, act: str) -> Page:
    """A place up or down, or away."""
    run_at(slug, run_id)
    _unit(run_id, unit_id)
    by_id = access.actor().account_id
    if act == "remove":
        units.remove(unit_id, by_id)
    else:
        units.move(unit_id, -1 if act == "up" else 1, by_id)
    return see_other("enrolment_provider.run_units", slug=slug, run_id=run_id)


@bp.get("/sessions/<id:session_id>/code")
@access.provider_staff()
def session_code(slug: str, session_id: int) -> str:
    """The code, large, to be shown in the meeting."""
    session = session_at(slug, session_id)
    return render_template(
        "enrolment/distance/code.html",
        slug=slug, session=session, code=codes.code_of(session), is_on=codes.is_on(session),
        before=codes.BEFORE.seconds // 60, after=codes.AFTER.seconds // 60,
    )  # fmt: skip


@bp.route("/sessions/<id:session_id>/participants", methods=["GET", "POST"])
@access.provider_staff()
def participant_list(slug: str, session_id: int) -> Page:
    """A list of participants is read, matched and shown; nothing is saved yet."""
    session, form = session_at(slug, session_id), ListForm()
    if not form.submitted():
        return _list_page(slug, session, form), form.status
    try:
        content = form.file.data.read(_MOST_BYTES) if form.file.data else b""
        found = participants.match(session.run_id, participants.read(content))
    except NotAList as error:
        form.refuse(error)
        return _list_page(slug, session, form), error.status
    audit.saw("session", session_id, action="roster.read")
    least = form.least.value or 0
    register = queries.register_of(session_id)
    lines = queries.register_lines(session_id)
    long_enough = [each for each in found if each.attendee.minutes is None
                   or each.attendee.minutes >= least]  # fmt: skip
    sure = {each.enrolment_id for each in long_enough if each.is_sure}
    doubtful = {each.enrolment_id: each for each in long_enough if not each.is_sure}
    return render_template(
        "enrolment/distance/matched.html",
        slug=slug, session=session, lines=lines, sure=sure, doubtful=doubtful,
        strangers=[each.attendee for each in found if each.enrolment_id is None],
        too_short=[each for each in found if each not in long_enough and each.enrolment_id],
        version=register.version if register else 0,
    )  # fmt: skip


@bp.post("/sessions/<id:session_id>/participants/confirm")
@access.provider_staff()
def confirm_participants(slug: str, session_id: int) -> Page:
    """Whoever is ticked was there too; marks that are there already stay."""
    session, form = session_at(slug, session_id), ConfirmForm()
    if not form.submitted():
        return _list_page(slug, session, ListForm(formdata=None)), form.status
    lines = queries.register_lines(session_id)
    ticked = set(form.present.data or ()) & {line.enrolment_id for line in lines}
    said = {line.enrolment_id: line.status for line in lines if line.status is not None}
    came = {key for key, status in said.items() if status is AttendanceStatus.PRESENT} | {
        key for key in ticked if said.get(key) is not AttendanceStatus.LATE
    }
    others = {key: status for key, status in said.items() if key not in came}
    register = queries.register_of(session_id)
    headcount = register.headcount if register else 0
    seen, by_id = form.version.seen, access.actor().account_id
    try:
        operations.record_register(session_id, came, headcount, seen, by_id, others=others)
    except DomainError as error:
        shown = ListForm(formdata=None)
        shown.refuse(error)
        return _list_page(slug, session, shown), error.status
    told = ngettext("Saved: %(num)s person present.", "Saved: %(num)s people present.", len(came))
    flash(told, "success")
    return see_other("enrolment_provider.attendance", slug=slug, session_id=session_id)


def _unit(run_id: int, unit_id: int) -> RunUnit:
    mine = (each for each in units.of_run(run_id) if each.id == unit_id)
    return next(mine, None) or abort(HTTPStatus.NOT_FOUND)


def _units_page(slug: str, run: Run, form: UnitForm, said: NeedsForm | None = None) -> str:
    if said is None:
        now = needs.of(run)
        data = {"captions": now.captions, "equipment_vi": now.equipment.vi,
                "equipment_en": now.equipment.en}  # fmt: skip
        said = NeedsForm(formdata=None, data=data)
    return render_template(
        "enrolment/distance/units.html",
        slug=slug, run=run, form=form, needs=said, units=units.of_run(run.id),
        done=units.done_counts(run.id), from_afar=run.mode in needs.FROM_AFAR,
    )  # fmt: skip


def _unit_page(slug: str, run: Run, unit: RunUnit, form: UnitForm) -> str:
    return render_template("enrolment/distance/unit.html", slug=slug, run=run, unit=unit, form=form)


def _list_page(slug: str, session: ClassSession, form: ListForm) -> str:
    if form.least.data is None:
        form.least.data = "20"
    return render_template(
        "enrolment/distance/participants.html", slug=slug, session=session, form=form
    )
