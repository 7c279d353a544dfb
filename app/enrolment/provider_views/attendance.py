"""Registers: who came to a session."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import flash, render_template

from app.catalogue.models import ClassSession
from app.core import access, audit
from app.core.errors import DomainError
from app.core.i18n import ngettext
from app.core.web import see_other
from app.enrolment import operations, queries
from app.enrolment.errors import RegisterChanged
from app.enrolment.forms import RegisterForm
from app.enrolment.models import AttendanceStatus
from app.enrolment.operations.registers import check_held
from app.enrolment.provider_views.blueprint import Page, bp, run_at, session_at


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody else saved while this sheet was being filled in."""

    headcount: int
    present: frozenset[int]


@bp.get("/runs/<id:run_id>/registers")
@access.provider_staff()
def registers(slug: str, run_id: int) -> str:
    """Every session of a class, with the way to its register."""
    run = run_at(slug, run_id)
    meetings = queries.sessions_of(run_id)
    return render_template("enrolment/registers.html", slug=slug, run=run, meetings=meetings)


@bp.get("/sessions/<id:session_id>/attendance")
@access.provider_staff()
def attendance(slug: str, session_id: int) -> Page:
    """One row a person; what was marked before is marked."""
    session = session_at(slug, session_id)
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
    session = session_at(slug, session_id)
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
    session = session_at(slug, session_id)
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
    session = session_at(slug, session_id)
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
        groups=queries.groups_of(session.run_id),
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
