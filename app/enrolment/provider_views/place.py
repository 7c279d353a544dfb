"""One place at the desk: approved, refused, ended, moved to another class."""

from collections.abc import Callable

from flask import flash, render_template

from app.catalogue.models import Run
from app.catalogue.run_view import RunView
from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import class_list, operations, queries, words
from app.enrolment.desk_forms import ASKED, ApproveForm, EndForm, MoveForm, RefuseForm
from app.enrolment.models import Enrolment
from app.enrolment.provider_views.blueprint import Page, bp, place_at, run_at


@bp.get("/places/<code>")
@access.provider_staff(EDITING)
def place(slug: str, code: str) -> Page:
    """What is known of one place, and what can be done about it."""
    found = place_at(slug, code)
    key, person_id = found.id, found.person_id
    page = _page(slug, found)
    audit.saw("enrolment", key, person_id=person_id)
    return page


@bp.post("/runs/<id:run_id>/approve")
@access.provider_staff(EDITING)
def approve_marked(slug: str, run_id: int) -> Page:
    """Everybody marked gets the seat that was kept."""
    run_at(slug, run_id)
    marked = ApproveForm().marked.data or []
    count = operations.approve_several(run_id, marked, _by())
    if count:
        flash(gettext("Approved: %(count)s.", count=count), "success")
    else:
        flash(gettext("Nobody was marked."), "error")
    return see_other("enrolment_provider.roster", slug=slug, run_id=run_id)


@bp.post("/places/<code>/approve")
@access.provider_staff(EDITING)
def approve(slug: str, code: str) -> Page:
    """The seat that was kept is the person's."""
    found = place_at(slug, code)
    done = gettext("Approved. The person is told.")
    return _do(slug, found, ApproveForm(), lambda: operations.approve(found.id, _by()), done)


@bp.post("/places/<code>/refuse")
@access.provider_staff(EDITING)
def refuse(slug: str, code: str) -> Page:
    """No, with a reason."""
    found, form = place_at(slug, code), RefuseForm()
    done = gettext("Not accepted. The person is told why.")
    return _do(
        slug, found, form,
        lambda: operations.refuse(found.id, _by(), form.why.data or ""), done,
    )  # fmt: skip


@bp.post("/places/<code>/end")
@access.provider_staff(EDITING)
def end(slug: str, code: str) -> Page:
    """The person asked for it, or the provider ends the place."""
    found, form = place_at(slug, code), EndForm()

    def act() -> object:
        reason = form.reason.data or ""
        if form.wish.data == ASKED:
            return operations.withdraw(found.id, _by(), staff_reason=reason)
        return operations.cancel_place(found.id, _by(), reason)

    return _do(slug, found, form, act, gettext("The place has ended. The person is told."))


@bp.post("/places/<code>/move")
@access.provider_staff(EDITING)
def move(slug: str, code: str) -> Page:
    """A free seat in another class of the course."""
    found, form = place_at(slug, code), MoveForm()
    form.offer(_targets(found.run))
    if not form.submitted():
        return _page(slug, found, form), form.status
    key, run_id = found.id, int(form.run_id.data)
    try:
        new = operations.transfer(key, run_id, _by(), by_staff=True)
    except DomainError as error:
        form.refuse(error)
        return _page(slug, place_at(slug, code), form), error.status
    flash(gettext("Moved. The person is told the new days and the new code."), "success")
    return see_other("enrolment_provider.place", slug=slug, code=new.code)


def _do(slug: str, found: Enrolment, form: BaseForm, act: Callable[[], object], done: str) -> Page:
    """Do it and go back to the class list; what is wrong or refused is shown on the page."""
    code, run_id = found.code, found.run_id
    if not form.submitted():
        return _page(slug, found, form), form.status
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return _page(slug, place_at(slug, code), form), error.status
    flash(done, "success")
    return see_other("enrolment_provider.roster", slug=slug, run_id=run_id)


def _page(slug: str, found: Enrolment, form: BaseForm | None = None) -> str:
    moving = form if isinstance(form, MoveForm) else MoveForm(formdata=None)
    targets = _targets(found.run)
    moving.offer(targets)
    questions = class_list.questions_of(found.run)
    return render_template(
        "enrolment/desk_place.html",
        slug=slug,
        place=found,
        run=found.run,
        state=words.state(found),
        channel=words.CHANNELS[found.channel],
        fee=words.fee(found),
        group=class_list.fee_group(found),
        answers=[(q.text, class_list.answer(q, found)) for q in questions if q.id in found.answers],
        line=queries.place_in_line(found) if found.state == "waiting" else 0,
        phones=queries.shows_phones(found.run),
        form=form,
        refuse=form if isinstance(form, RefuseForm) else RefuseForm(formdata=None),
        end=form if isinstance(form, EndForm) else EndForm(formdata=None),
        move=moving,
        targets=targets,
    )


def _targets(run: Run) -> list[tuple[str, str]]:
    """The other runs with their days, and how many seats are free there."""
    return [(str(each.id), _target(each)) for each in class_list.other_runs(run)]


def _target(run: Run) -> str:
    sentence = RunView(run, run.sessions).sentence
    if run.waiting or run.seats_left == 0:
        return gettext("%(when)s (full)", when=sentence)
    if run.seats_left is None:
        return sentence
    return gettext("%(when)s (free: %(count)s)", when=sentence, count=run.seats_left)


def _by() -> int | None:
    return access.actor().account_id
