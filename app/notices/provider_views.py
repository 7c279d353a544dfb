"""Changes of a class by its provider: first who will be told and how, then the change itself."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import operations
from app.catalogue.models import Run
from app.catalogue.provider_views.blueprint import run_at, session_at
from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.notices import telling
from app.notices.change_forms import MoveForm, PlaceForm
from app.providers import queries as providers

bp = localised("changes_provider", __name__, "/provider/<slug>")
Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/sessions/<id:session_id>/move", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def move_session(slug: str, session_id: int) -> Page:
    """One session on another day, at other hours or at another place."""
    session = session_at(slug, session_id)
    run, form = session.run, MoveForm()
    form.offer(session, providers.venues(run.course.provider_id))
    if request.method == "GET":
        form.show(session)
    page = "notices/move_session.html"
    if not form.submitted():
        return render_template(page, slug=slug, run=run, session=session, form=form), form.status
    to, seen, run_id = form.meeting(), form.seen.seen, run.id
    try:
        if not _is_agreed():
            act = telling.moving_session(run_id, session_id, to, _by(), seen)
            return _who(slug, run_id, gettext("Move the session"), act, form)
        operations.move_session(session_id, to, _by(), seen=seen)
    except DomainError as error:
        form.refuse(error)
        session = session_at(slug, session_id)
        again = render_template(page, slug=slug, run=session.run, session=session, form=form)
        return again, error.status
    return _done(slug, run_id, gettext("The session is moved. Everybody is being told."))


@bp.route("/runs/<id:run_id>/place", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def change_place(slug: str, run_id: int) -> Page:
    """Everything that is still to come is held elsewhere."""
    run, form = run_at(slug, run_id), PlaceForm()
    form.offer(providers.venues(run.course.provider_id))
    page = "notices/change_place.html"
    if not form.submitted():
        return render_template(page, slug=slug, run=run, form=form), form.status
    venue_id = form.venue_id.data or None
    try:
        if not _is_agreed():
            act = telling.changing_place(run_id, venue_id, _by())
            return _who(slug, run_id, gettext("Change the place"), act, form)
        operations.change_place(run_id, venue_id, _by())
    except DomainError as error:
        form.refuse(error)
        return render_template(page, slug=slug, run=run_at(slug, run_id), form=form), error.status
    return _done(slug, run_id, gettext("The place is changed. Everybody is being told."))


@bp.route("/sessions/<id:session_id>/cancel", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def cancel_session(slug: str, session_id: int) -> Page:
    """One session does not take place."""
    run_id = session_at(slug, session_id).run_id
    return _ask_and_do(
        slug, run_id, gettext("Cancel this session"),
        telling.cancelling_session(session_id, _by()),
        lambda: operations.cancel_session(session_id, _by()),
        done=gettext("The session is cancelled. Everybody is being told."),
    )  # fmt: skip


@bp.route("/runs/<id:run_id>/cancel", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def cancel_run(slug: str, run_id: int) -> Page:
    """The class does not take place, or ends here."""
    run_at(slug, run_id)
    return _ask_and_do(
        slug, run_id, gettext("Cancel the class"),
        telling.cancelling_run(run_id, _by()),
        lambda: operations.cancel_run(run_id, _by()),
        done=gettext("The class is cancelled. Everybody is being told."),
    )  # fmt: skip


@bp.route("/runs/<id:run_id>/go-ahead", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def go_ahead(slug: str, run_id: int) -> Page:
    """The class takes place although it is below its minimum."""
    run_at(slug, run_id)
    return _ask_and_do(
        slug, run_id, gettext("The class takes place"),
        telling.going_ahead(run_id, _by()),
        lambda: operations.go_ahead(run_id, _by()),
        done=gettext("The class takes place. Everybody is being told."),
    )  # fmt: skip


def _ask_and_do(
    slug: str, run_id: int, title: str, look: telling.Act, act: Callable[[], object], *, done: str
) -> Page:
    """First the page that shows who is told; sent from there, the change."""
    try:
        if request.method == "GET" or not _is_agreed():
            return _who(slug, run_id, title, look)
        act()
    except DomainError as error:
        flash(str(error.message), "error")
        return see_other("catalogue_provider.run", slug=slug, run_id=run_id)
    return _done(slug, run_id, done)


def _who(slug: str, run_id: int, title: str, act: telling.Act, form: BaseForm | None = None) -> str:
    """Who will be told, by which medium, and the letter in both languages."""
    outlook = telling.look_ahead(run_id, act)
    run = run_at(slug, run_id)
    page = render_template(
        "notices/who_is_told.html",
        slug=slug,
        run=run,
        title=title,
        outlook=outlook,
        answers=_answers(form),
        back=request.path if form else _run_page(slug, run),
    )
    audit.saw("run", run_id, action="roster.read")
    return page


def _answers(form: BaseForm | None) -> list[tuple[str, str]]:
    """What was filled in, to be sent again with the yes."""
    fields = form or ()
    return [(each.name, str(each.data)) for each in fields if each.name != "csrf_token"]


def _done(slug: str, run_id: int, told: str) -> Response:
    flash(told, "success")
    return see_other("catalogue_provider.run", slug=slug, run_id=run_id)


def _run_page(slug: str, run: Run) -> str:
    return url_for("catalogue_provider.run", slug=slug, run_id=run.id)


def _is_agreed() -> bool:
    """Whether it comes from the page that shows who will be told."""
    return request.form.get("send") == "1"


def _by() -> int | None:
    return access.actor().account_id
