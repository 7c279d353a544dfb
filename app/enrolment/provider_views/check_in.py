"""Checking people in at the door by the code of their place."""

from http import HTTPStatus

from flask import jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import HEADERS
from app.enrolment import queries, words
from app.enrolment.forms import CheckInForm
from app.enrolment.operations import check_ins
from app.enrolment.provider_views.attendance import refusal
from app.enrolment.provider_views.blueprint import bp, session_at

_POLICY = "Permissions-Policy"
_WITH_CAMERA = HEADERS[_POLICY].replace("camera=()", "camera=(self)")


@bp.get("/sessions/<id:session_id>/check-in")
@access.provider_staff(access.ATTENDING)
def check_in(slug: str, session_id: int) -> Response:
    """A box for the code, a camera where the browser reads codes, and who is here."""
    return _page(slug, session_id, CheckInForm(formdata=None))


@bp.post("/sessions/<id:session_id>/check-in")
@access.provider_staff(access.ATTENDING)
def check_somebody_in(slug: str, session_id: int) -> Response:
    """One person is here; a script is told in a sentence what a page would say."""
    session_at(slug, session_id)
    form, quick = CheckInForm(), request.accept_mimetypes.best == "application/json"
    told = ""
    if form.submitted():
        try:
            by = access.actor().account_id
            line, status = check_ins.check_in(session_id, form.code.data or "", by)
            told = gettext("%(name)s: %(mark)s", name=line.full_name, mark=words.MARKS[status])
        except DomainError as error:
            form.refuse(error)
    if quick:
        return jsonify(told=told or form.first_error, here=bool(told))
    shown = CheckInForm(formdata=None) if told else form
    return _page(slug, session_id, shown, told)


def _page(slug: str, session_id: int, form: CheckInForm, told: str = "") -> Response:
    """Of all pages this one alone may use the camera."""
    session = session_at(slug, session_id)
    lines = queries.register_lines(session_id)
    page = render_template(
        "enrolment/check_in.html",
        slug=slug,
        session=session,
        run=session.run,
        form=form,
        here=[line for line in lines if line.proposed and line.proposed.came],
        expected=len(lines),
        words=words,
        late_after=queries.LATE_AFTER.seconds // 60,
        refusal=refusal(session),
        told=told,
    )
    status = HTTPStatus.OK if told else form.status
    answer = make_response(page, status)
    answer.headers[_POLICY] = _WITH_CAMERA
    return answer
