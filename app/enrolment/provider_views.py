"""What staff of a provider do on a working day: today's classes, rosters, registers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask import Response as Download
from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.models import ClassSession, Run
from app.core import access, audit, clock
from app.core.errors import DomainError
from app.core.i18n import gettext, localised, ngettext
from app.core.tables import csv_lines
from app.core.web import see_other
from app.enrolment import operations, policy, queries
from app.enrolment.errors import RegisterChanged
from app.enrolment.forms import EnrolForm, RegisterForm
from app.enrolment.models import AttendanceStatus, Channel, EnrolmentState
from app.enrolment.operations.registers import check_held
from app.enrolment.tables import ROSTER, Listed

bp = localised("enrolment_provider", __name__, "/provider/<slug>")
LOOKS_BACK = timedelta(days=14)

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody else saved while this sheet was being filled in."""

    headcount: int
    present: frozenset[int]


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/today")
@access.provider_staff()
def today(slug: str) -> str:
    """The classes of the day, and registers nobody took in the last two weeks."""
    day = clock.today()
    found = queries.meetings(access.here(slug).provider_id, day - LOOKS_BACK, day)
    now = [each for each in found if clock.local(each.session.starts_at).date() == day]
    missing = [each for each in found if each not in now and each.lacks_register]
    return render_template("enrolment/today.html", slug=slug, day=day, now=now, missing=missing)


@bp.get("/runs/<id:run_id>/roster")
@access.provider_staff()
def roster(slug: str, run_id: int) -> Page:
    """Everybody on the list; that it was read is kept."""
    run = _run(slug, run_id)
    page = _roster(slug, run, EnrolForm())
    audit.saw("run", run_id, action="roster.read")
    return page


@bp.post("/runs/<id:run_id>/roster")
@access.provider_staff()
def add(slug: str, run_id: int) -> Page:
    """Somebody who came to the class without a place gets one."""
    run = _run(slug, run_id)
    form = EnrolForm()
    if not form.submitted():
        return _roster(slug, run, form), form.status
    staff, key = access.actor().account_id, form.form_key.data or ""
    try:
        enrolment = operations.enrol_guest(form.guest(), run_id, key, Channel.STAFF, staff)
    except DomainError as error:
        form.refuse(error)
        return _roster(slug, _run(slug, run_id), form), error.status
    waits = enrolment.state is EnrolmentState.WAITING
    words = gettext("Added to the waiting list.") if waits else gettext("Added to the class.")
    flash(words, "success")
    return see_other("enrolment_provider.roster", slug=slug, run_id=run_id)


@bp.post("/runs/<id:run_id>/roster/next")
@access.provider_staff()
def seat_next(slug: str, run_id: int) -> Page:
    """A free seat for whoever waited longest, also when that no longer happens by itself."""
    _run(slug, run_id)
    operations.seat_next(run_id, access.actor().account_id)
    flash(gettext("The first of the waiting list now has a seat."), "success")
    return see_other("enrolment_provider.roster", slug=slug, run_id=run_id)


@bp.get("/runs/<id:run_id>/roster.csv")
@access.provider_staff()
@access.confirmed
def roster_file(slug: str, run_id: int) -> Response:
    """The list for a spreadsheet."""
    run = _run(slug, run_id)
    people = queries.roster(run_id)
    shown = queries.shows_phones(run)
    rows = [Listed(place, shown) for place in (*people.seated, *people.waiting)]
    content = "".join(csv_lines(ROSTER, rows))
    audit.saw("run", run_id, action="roster.export")
    name = f"attachment; filename=roster-{run_id}.csv"
    headers = {"Content-Disposition": name}
    return Download(content, mimetype="text/csv", headers=headers)


@bp.get("/runs/<id:run_id>/registers")
@access.provider_staff()
def registers(slug: str, run_id: int) -> str:
    """Every session of a class, with the way to its register."""
    run = _run(slug, run_id)
    meetings = queries.sessions_of(run_id)
    return render_template("enrolment/registers.html", slug=slug, run=run, meetings=meetings)


@bp.get("/sessions/<id:session_id>/attendance")
@access.provider_staff()
def attendance(slug: str, session_id: int) -> Page:
    """One row a person; what was marked before is marked."""
    session = _session(slug, session_id)
    register = queries.register_of(session_id)
    lines = queries.register_lines(session_id)
    form = RegisterForm(obj=register)
    page = _register(slug, session, form, lines, _present(lines))
    audit.saw("session", session_id, action="roster.read")
    return page


@bp.get("/sessions/<id:session_id>/sheet")
@access.provider_staff()
def sheet(slug: str, session_id: int) -> str:
    """A list to sign on paper: names without phone numbers and codes, as it goes round the room."""
    session = _session(slug, session_id)
    lines = queries.register_lines(session_id)
    page = render_template(
        "enrolment/sheet.html", slug=slug, session=session, run=session.run, lines=lines
    )
    audit.saw("session", session_id, action="roster.read")
    return page


@bp.post("/sessions/<id:session_id>/attendance")
@access.provider_staff()
def take_attendance(slug: str, session_id: int) -> Page:
    """The whole sheet at once; sent again it changes nothing."""
    session = _session(slug, session_id)
    form = RegisterForm()
    marked = form.present.data or []
    if not form.submitted():
        lines = queries.register_lines(session_id)
        return _register(slug, session, form, lines, marked), form.status
    count, version = form.headcount.data or 0, form.version.data or 0
    try:
        operations.record_register(session_id, marked, count, version, access.actor().account_id)
    except DomainError as error:
        form.refuse(error)
        return _refused(slug, session_id, form, error)
    flash(_saved(len(set(marked)), count), "success")
    return see_other("enrolment_provider.attendance", slug=slug, session_id=session_id)


def _saved(present: int, unnamed: int) -> str:
    here = ngettext("Saved: %(num)s person present.", "Saved: %(num)s people present.", present)
    others = ngettext("And %(num)s without a name.", "And %(num)s without a name.", unnamed)
    return f"{here} {others}" if unnamed else here


def _refused(slug: str, session_id: int, form: RegisterForm, error: DomainError) -> Page:
    """The ticks are kept; after somebody else's sheet the next save is meant to replace it."""
    session = _session(slug, session_id)
    register = queries.register_of(session_id)
    lines = queries.register_lines(session_id)
    other = None
    if isinstance(error, RegisterChanged) and register:
        form.version.raw_data, form.version.data = None, register.version
        other = Sheet(register.headcount, frozenset(_present(lines)))
    return _register(slug, session, form, lines, form.present.data or [], other=other), error.status


def _present(lines: list[queries.RegisterLine]) -> list[int]:
    return [line.enrolment_id for line in lines if line.status is AttendanceStatus.PRESENT]


def _register(
    slug: str,
    session: ClassSession,
    form: RegisterForm,
    lines: list[queries.RegisterLine],
    marked: Collection[int],
    *,
    other: Sheet | None = None,
) -> str:
    return render_template(
        "enrolment/attendance.html",
        slug=slug,
        session=session,
        run=session.run,
        form=form,
        lines=lines,
        marked=marked,
        other=other,
        refusal=_refusal(session),
    )


def _refusal(session: ClassSession) -> str:
    """Why there is nothing to take yet, or no longer; empty when there is."""
    try:
        check_held(session)
    except DomainError as error:
        return str(error.message)
    return ""


def _roster(slug: str, run: Run, form: EnrolForm) -> str:
    return render_template(
        "enrolment/roster.html",
        slug=slug,
        run=run,
        people=queries.roster(run.id),
        phones=queries.shows_phones(run),
        form=form,
        adding=request.method == "POST",
    )


def _run(slug: str, run_id: int) -> Run:
    return access.load(Run, run_id, policy.teach_at(access.here(slug)), *queries.RUN_PAGE)


def _session(slug: str, session_id: int) -> ClassSession:
    may = policy.register_at(access.here(slug))
    return access.load(ClassSession, session_id, may, *queries.SESSION_PAGE)
