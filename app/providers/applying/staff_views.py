"""The queue of applications, for the city's catalogue editors."""

from typing import Any

from flask import abort, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.formats import read_row
from app.core.i18n import gettext, localised
from app.core.paging import asked_page, page_of
from app.core.vi import clean
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.applying import deciding, documents, queries
from app.providers.applying.forms import DecisionForm
from app.providers.applying.queries import Wanted
from app.providers.applying.words import STATES, STEPS
from app.providers.models import Application, ApplicationState

bp = localised("applications_staff", __name__, "/staff/applications")
Page = Response | tuple[str, int]
_ALL = "all"
_LONGEST = 100


@bp.get("")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def applications() -> str:
    """Those that wait for a decision, or any others."""
    wanted = _wanted()
    page = page_of(
        queries.sent(wanted),
        asked_page(request.args),
        lambda n: url_for("applications_staff.applications", **_given(), page=n),
    )
    html = render_template(
        "providers/staff/applications.html",
        page=page, wanted=wanted, states=STATES, counts=queries.how_many(), kinds=providers.types(),
    )  # fmt: skip
    audit.saw("applications", "list")
    return html


@bp.route("/<id:application_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def application(application_id: int) -> Page:
    """What was said, the documents, what happened, and the decision."""
    found, form = _application(application_id), DecisionForm()
    if request.method == "GET":
        form.process(data={"version": found.version})
    elif form.submitted():
        try:
            told = _decide(found.id, form)
        except DomainError as error:
            form.refuse(error)
            found = _application(application_id)
            form.version.data = str(found.version)  # it is shown as it is now
        else:
            flash(told, "success")
            return see_other("applications_staff.application", application_id=application_id)
    html = render_template(
        "providers/staff/application.html",
        application=found, form=form, states=STATES, steps=STEPS, alike=queries.alike(found),
    )  # fmt: skip
    audit.saw("application", application_id)
    return html, form.status


@bp.get("/<id:application_id>/files/<id:file_id>")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def file(application_id: int, file_id: int) -> Response:
    """A document, to be saved and never shown inside a page of ours."""
    _application(application_id)
    found = queries.file_of(application_id, file_id) or abort(404)
    try:
        content = documents.read(found)
    except FileNotFoundError:
        abort(404)
    answer = make_response(content)
    answer.mimetype = found.media
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    audit.saw("application_file", file_id)
    return answer


def _application(application_id: int) -> Application:
    """Drafts are nobody's business yet."""
    found = queries.application(application_id)
    if found is None or found.state is ApplicationState.DRAFT:
        abort(404)
    return found


def _decide(application_id: int, form: DecisionForm) -> str:
    """By the button that was pressed; what is said afterwards."""
    by_id = access.actor().account_id or 0
    words, seen = form.words.data or "", form.version.seen
    decision = request.form.get("decision", "")
    if decision == "approve":
        deciding.approve(application_id, seen, by_id)
        return gettext("Approved. The applicant is its owner and has been told.")
    if decision == "ask":
        deciding.ask_back(application_id, words, seen, by_id)
        return gettext("The question is on its way to the applicant.")
    if decision != "refuse":
        abort(400)
    deciding.refuse(application_id, words, seen, by_id)
    return gettext("Refused. The applicant has been told why.")


def _wanted() -> Wanted:
    given = request.args.get("state", ApplicationState.APPLIED)
    known = {state.value: state for state in ApplicationState}
    state = None if given == _ALL else known.get(given, ApplicationState.APPLIED)
    kind = read_row(request.args.get("type", ""))
    return Wanted(state, kind, clean(request.args.get("q", ""))[:_LONGEST])


def _given() -> dict[str, Any]:
    names = ("state", "type", "q")
    return {name: request.args[name] for name in names if request.args.get(name)}
