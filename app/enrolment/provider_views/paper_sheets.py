"""Sheets that were signed on paper: typed in session by session, printed as PDF."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.core import access, audit
from app.core.errors import DomainError
from app.core.web import see_other
from app.enrolment import operations, paper_sheets, queries, sheet_pdf, words
from app.enrolment.forms import PaperSheetForm
from app.enrolment.models import AttendanceStatus
from app.enrolment.provider_views.blueprint import Page, bp, run_at, session_at


@bp.get("/runs/<id:run_id>/paper-sheets")
@access.provider_staff()
def paper_sheet(slug: str, run_id: int) -> str:
    """The next session without attendance; who was not there according to the last one."""
    run_at(slug, run_id)
    page = _page(slug, run_id, PaperSheetForm(formdata=None), request.args.get("session", type=int))
    audit.saw("run", run_id, action="roster.read")
    return page


@bp.post("/runs/<id:run_id>/paper-sheets")
@access.provider_staff()
def type_paper_sheet(slug: str, run_id: int) -> Page:
    """One sheet, and at once the next."""
    run_at(slug, run_id)
    form = PaperSheetForm()
    session_id = form.session.data or 0
    if form.submitted():
        try:
            _record(slug, run_id, session_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            return see_other(
                "enrolment_provider.paper_sheet", slug=slug, run_id=run_id, saved=session_id
            )
    return _page(slug, run_id, form, session_id), form.status


@bp.get("/sessions/<id:session_id>/sheet.pdf")
@access.provider_staff(access.ATTENDING)
def sheet_file(slug: str, session_id: int) -> Response:
    """The list to sign as a file for the printer: names and years, no phones, no codes."""
    session = session_at(slug, session_id)
    content = sheet_pdf.paper(session, queries.register_lines(session_id))
    audit.saw("session", session_id, action="roster.read")
    answer = make_response(content)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f"inline; filename=sheet-{session_id}.pdf"
    return answer


def _record(slug: str, run_id: int, session_id: int, form: PaperSheetForm) -> None:
    found = next(
        (each for each in queries.sessions_of(run_id) if each.session.id == session_id), None
    )
    session = session_at(slug, found.session.id if found else 0)
    marks = paper_sheets.marks_of(queries.register_lines(session.id), form.typed())
    present = [key for key, status in marks.items() if status is AttendanceStatus.PRESENT]
    others = {key: status for key, status in marks.items() if key not in set(present)}
    count, by = form.headcount.data or 0, access.actor().account_id
    operations.record_register(session.id, present, count, 0, by, others=others)


def _page(slug: str, run_id: int, form: PaperSheetForm, session_id: int | None) -> str:
    run = run_at(slug, run_id)
    sheets = paper_sheets.next_of(run_id, session_id)
    saved = request.args.get("saved", type=int)
    before = next(
        (each.session for each in queries.sessions_of(run_id)
         if each.session.id == saved and each.is_taken), None,
    )  # fmt: skip
    lines = queries.register_lines(before.id) if before else ()
    form.session.raw_data, form.session.data = None, sheets.session.id if sheets.session else None
    return render_template(
        "enrolment/paper_sheet.html",
        slug=slug,
        run=run,
        form=form,
        sheets=sheets,
        before=before,
        came=sum(line.status is not None and line.status.came for line in lines),
        others=[line for line in lines if line.status not in (None, AttendanceStatus.PRESENT)],
        words=words,
    )
