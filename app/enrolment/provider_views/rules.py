"""The rules of a run as its editors set them: who may come, fees, questions, kept places."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts.forms.words import GROUPS
from app.catalogue import operations as catalogue
from app.catalogue import workspace
from app.catalogue.conditions import problems
from app.catalogue.fees import MOST_GROUPS, read_fee_groups
from app.catalogue.models import Run
from app.catalogue.questions import MOST_QUESTIONS, QuestionKind, read_questions
from app.catalogue.rules import USUAL_SHARE
from app.core import access
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import operations, queries
from app.enrolment.models import Reservation
from app.enrolment.provider_views.blueprint import Page, bp, run_at
from app.enrolment.rule_forms import (
    ConditionsForm,
    FeeGroupForm,
    KeepForm,
    QuestionForm,
    ReserveForm,
)


@bp.route("/runs/<id:run_id>/rules", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def rules(slug: str, run_id: int) -> Page:
    """Who may take a place, from when, and what the provider decides."""
    run = run_at(slug, run_id)
    form = ConditionsForm()
    form.offer(workspace.other_courses(run.course))
    if request.method == "GET":
        form.show(run)
    if form.accepted(lambda: catalogue.set_conditions(run_id, form.conditions(), _by())):
        flash(gettext("Saved. Whoever has a place keeps it."), "success")
        return see_other("enrolment_provider.rules", slug=slug, run_id=run_id)
    run = run_at(slug, run_id)
    wrong = () if form.is_wrong else problems(run)
    more = {"problems": wrong, "usual_share": USUAL_SHARE}
    return _page("enrolment/rules.html", slug, run, form, **more)


@bp.route("/runs/<id:run_id>/fee-groups", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def fee_groups(slug: str, run_id: int) -> Page:
    """Who pays less, and one more."""
    run = run_at(slug, run_id)
    form = FeeGroupForm()
    if form.accepted(lambda: catalogue.add_fee_group(run_id, form.fee_group(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("enrolment_provider.fee_groups", slug=slug, run_id=run_id)
    run = run_at(slug, run_id)
    found = read_fee_groups(run.fee_groups)
    more = {"found": found, "has_room": len(found) < MOST_GROUPS, "names": GROUPS}
    return _page("enrolment/fee_groups.html", slug, run, form, **more)


@bp.post("/runs/<id:run_id>/fee-groups/<code>/remove")
@access.provider_staff(EDITING)
def remove_fee_group(slug: str, run_id: int, code: str) -> Response:
    """Nobody can choose it any more."""
    run_at(slug, run_id)
    _tried(lambda: catalogue.remove_fee_group(run_id, code, _by()))
    return see_other("enrolment_provider.fee_groups", slug=slug, run_id=run_id)


@bp.route("/runs/<id:run_id>/questions", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def questions(slug: str, run_id: int) -> Page:
    """What the form asks beside the usual, and one more question."""
    run = run_at(slug, run_id)
    form = QuestionForm()
    if form.accepted(lambda: catalogue.add_question(run_id, form.question(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("enrolment_provider.questions", slug=slug, run_id=run_id)
    run = run_at(slug, run_id)
    found = read_questions(run.questions)
    kinds = dict(_kinds(form))
    more = {"found": found, "has_room": len(found) < MOST_QUESTIONS, "kinds": kinds}
    return _page("enrolment/questions.html", slug, run, form, **more)


@bp.post("/runs/<id:run_id>/questions/<code>/remove")
@access.provider_staff(EDITING)
def remove_question(slug: str, run_id: int, code: str) -> Response:
    """Nobody is asked any more."""
    run_at(slug, run_id)
    _tried(lambda: catalogue.remove_question(run_id, code, _by()))
    return see_other("enrolment_provider.questions", slug=slug, run_id=run_id)


@bp.route("/runs/<id:run_id>/kept-places", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def kept_places(slug: str, run_id: int) -> Page:
    """Places kept for groups and partners, with the codes to hand out."""
    run = run_at(slug, run_id)
    form = ReserveForm()
    if form.accepted(lambda: _reserve(run_id, form)):
        flash(gettext("The places are kept."), "success")
        return see_other("enrolment_provider.kept_places", slug=slug, run_id=run_id)
    run = run_at(slug, run_id)
    found = queries.reservations(run_id)
    return _page("enrolment/kept_places.html", slug, run, form, found=found, names=GROUPS)


@bp.route("/runs/<id:run_id>/kept-places/<id:reservation_id>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def kept_place(slug: str, run_id: int, reservation_id: int) -> Page:
    """Keep more or fewer, or to another day; or give the rest to everybody."""
    run = run_at(slug, run_id)
    kept = _kept(run, reservation_id)
    form = KeepForm()
    if request.method == "GET":
        form.show(kept)
    if form.accepted(lambda: _change(reservation_id, form)):
        flash(gettext("Saved."), "success")
        return see_other("enrolment_provider.kept_places", slug=slug, run_id=run_id)
    run = run_at(slug, run_id)
    kept = _kept(run, reservation_id)
    return _page("enrolment/kept_place.html", slug, run, form, kept=kept, names=GROUPS)


@bp.post("/runs/<id:run_id>/kept-places/<id:reservation_id>/release")
@access.provider_staff(EDITING)
def release_places(slug: str, run_id: int, reservation_id: int) -> Response:
    """What nobody has taken goes to everybody."""
    _kept(run_at(slug, run_id), reservation_id)
    operations.release(reservation_id, _by())
    flash(gettext("The places are open to everybody; who waits is asked first."), "success")
    return see_other("enrolment_provider.kept_places", slug=slug, run_id=run_id)


def _reserve(run_id: int, form: ReserveForm) -> None:
    operations.reserve(
        run_id, form.places.value or 0, _by(),
        group=form.chosen, partner=form.partner.data or "", until=form.until.value,
    )  # fmt: skip


def _change(reservation_id: int, form: KeepForm) -> None:
    places = form.places.value or 0
    operations.change_reservation(reservation_id, places, form.until.value, _by())


def _kept(run: Run, reservation_id: int) -> Reservation:
    """What is kept on this run; another run's does not exist here."""
    found = next((each for each in queries.reservations(run.id) if each.id == reservation_id), None)
    return found or abort(404)


def _kinds(form: QuestionForm) -> list[tuple[QuestionKind, str]]:
    return [(QuestionKind(value), str(label)) for value, label, *_ in form.kind.iter_choices()]


def _by() -> int | None:
    return access.actor().account_id


def _tried(act: Callable[[], object]) -> None:
    try:
        act()
        flash(gettext("Removed."), "success")
    except DomainError as error:
        flash(str(error.message), "error")


def _page(template: str, slug: str, run: Run, form: BaseForm, **more: Any) -> tuple[str, int]:
    return render_template(template, slug=slug, run=run, form=form, **more), form.status
