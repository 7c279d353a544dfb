"""Registers: who came to a session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, make_response, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.models import ClassSession
from app.core import access, audit
from app.core.errors import DomainError
from app.core.i18n import ngettext
from app.core.web import see_other
from app.enrolment import operations, queries, substitutes, words
from app.enrolment.errors import RegisterChanged
from app.enrolment.forms import RegisterForm
from app.enrolment.models import AttendanceStatus, Register
from app.enrolment.operations.registers import check_held
from app.enrolment.provider_views.blueprint import Page, bp, phone_key, run_at, session_at

KEEP = "X-Class-List"
"""Header that lets the phone keep the page, names and all, until the attendance is saved."""
Marks = Mapping[int, AttendanceStatus]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody else saved while this sheet was being filled in."""

    headcount: int
    marks: Marks


@bp.get("/runs/<id:run_id>/registers")
@access.provider_staff()
def registers(slug: str, run_id: int) -> str:
    """Every session of a class, with the way to its register."""
    run = run_at(slug, run_id)
    meetings = queries.sessions_of(run_id)
    return render_template("enrolment/registers.html", slug=slug, run=run, meetings=meetings)


@bp.get("/sessions/<id:session_id>/attendance")
@access.provider_staff(access.ATTENDING)
def attendance(slug: str, session_id: int) -> Page:
    """One row a person; what was marked before is marked."""
    session = session_at(slug, session_id)
    register = queries.register_of(session_id)
    lines = queries.register_lines(session_id)
    form = RegisterForm(formdata=None, obj=register)
    page = _register(slug, session, form, lines, _proposed(lines), register=register)
    audit.saw("session", session_id, action="roster.read")
    is_own = access.actor().viewer_id is None  # support that looks on keeps no names
    keeps = register is None and is_own and not refusal(session)
    return _kept_on_the_phone(page) if keeps else page


@bp.get("/sessions/<id:session_id>/sheet")
@access.provider_staff(access.ATTENDING)
def sheet(slug: str, session_id: int) -> str:
    """A list to sign on paper: names without phone numbers and codes, as it goes round the room."""
    session = session_at(slug, session_id)
    lines = queries.register_lines(session_id)
    page = render_template(
        "enrolment/sheet.html", slug=slug, session=session, run=session.run, lines=lines
    )
    audit.saw("session", session_id, action="roster.read")
    return page


@bp.post("/sessions/<id:session_id>/attendance")
@access.provider_staff(access.ATTENDING)
def take_attendance(slug: str, session_id: int) -> Page:
    """The whole sheet at once; sent again it changes nothing."""
    session, form = session_at(slug, session_id), RegisterForm()
    if not form.submitted():
        lines = queries.register_lines(session_id)
        return _register(slug, session, form, lines, form.marks.data), form.status
    marks = _everyone(session_id) if "everyone" in request.form else form.marks.data
    try:
        _record(session_id, marks, form)
    except DomainError as error:
        form.refuse(error)
        return _refused(slug, session_id, form, marks, error)
    flash(_saved(marks, form.headcount.data or 0), "success")
    return see_other("enrolment_provider.attendance", slug=slug, session_id=session_id)


def refusal(session: ClassSession) -> str:
    """Why there is nothing to take yet, or no longer; empty when there is."""
    try:
        check_held(session)
    except DomainError as error:
        return str(error.message)
    return ""


def _record(session_id: int, marks: Marks, form: RegisterForm) -> None:
    present = [key for key, status in marks.items() if status is AttendanceStatus.PRESENT]
    others = {key: status for key, status in marks.items() if key not in set(present)}
    count, version = form.headcount.data or 0, form.version.data or 0
    by = access.actor().account_id
    operations.record_register(session_id, present, count, version, by, others=others)


def _everyone(session_id: int) -> Marks:
    """Everybody is present of whom nothing better is known."""
    known = {AttendanceStatus.LATE, AttendanceStatus.EXCUSED}
    return {
        line.enrolment_id: line.proposed if line.proposed in known else AttendanceStatus.PRESENT
        for line in queries.register_lines(session_id)
    }


def _saved(marks: Marks, unnamed: int) -> str:
    present = sum(status.came for status in marks.values())
    here = ngettext("Saved: %(num)s person present.", "Saved: %(num)s people present.", present)
    others = ngettext("And %(num)s without a name.", "And %(num)s without a name.", unnamed)
    return f"{here} {others}" if unnamed else here


def _refused(
    slug: str, session_id: int, form: RegisterForm, marks: Marks, error: DomainError
) -> Page:
    """The marks are kept; after somebody else's sheet the next save is meant to replace it."""
    session = session_at(slug, session_id)
    register = queries.register_of(session_id)
    lines = queries.register_lines(session_id)
    other = None
    if isinstance(error, RegisterChanged) and register:
        form.version.raw_data, form.version.data = None, register.version
        theirs = {line.enrolment_id: line.status for line in lines if line.status}
        other = Sheet(register.headcount, theirs)
    return _register(
        slug, session, form, lines, marks, register=register, other=other
    ), error.status


def _proposed(lines: Sequence[queries.RegisterLine]) -> Marks:
    return {line.enrolment_id: line.proposed for line in lines if line.proposed}


def _register(
    slug: str,
    session: ClassSession,
    form: RegisterForm,
    lines: Sequence[queries.RegisterLine],
    marks: Marks,
    *,
    register: Register | None = None,
    other: Sheet | None = None,
) -> str:
    names = [line.full_name for line in lines]
    return render_template(
        "enrolment/attendance.html",
        slug=slug,
        session=session,
        run=session.run,
        form=form,
        lines=lines,
        doubled={name for name in names if names.count(name) > 1},
        groups=queries.groups_of(session.run_id),
        marks=marks,
        register=register,
        words=words,
        other=other,
        refusal=refusal(session),
        account=phone_key(),
        may_teach=access.teaches(slug),
        substitutes=substitutes.of(session.id) if access.edits(slug) else (),
    )


def _kept_on_the_phone(page: str) -> Response:
    answer = make_response(page)
    answer.headers[KEEP] = "keep"
    return answer
